import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eicarText, findFreePort } from '@sluice/private-servers';
import { placeCode } from '@sluice/tool-launcher';
import { storedZip } from './stored-zip.js';
import { until } from './until.js';

/** One with an entry, which initdb demands; when this is no root, whoever runs it is the ordinary user. */
const someone = process.getuid?.() === 0 ? { name: 'nobody', uid: idOf('-u'), gid: idOf('-g') } : null;
function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'nobody'], { encoding: 'utf8' }));
}
const repositoryRoot = path.resolve(import.meta.dirname, '../../..');

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'sluice-ordinary-'));
  if (someone !== null) chownSync(home, someone.uid, someone.gid);
  chmodSync(home, 0o755);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const becomeSomeone =
  someone === null
    ? []
    : ['/usr/bin/setpriv', '--reuid', `${someone.uid}`, '--regid', `${someone.gid}`, '--clear-groups', '--'];
/** A namespace that keeps the user as it is, below which there can be none. */
const refuseNamespaces = [
  ...['/usr/bin/unshare', '--user', '--map-current-user', '--keep-caps', '--', '/bin/sh', '-c'],
  'echo 0 > /proc/sys/user/max_user_namespaces && exec /usr/bin/setpriv --inh-caps=-all --ambient-caps=-all -- "$@"',
  'sh',
];

/** The file of `tools` is imported, so that nothing is built as a user who may not. */
function run(prefix: readonly string[], call: string, environment: Record<string, string>): ChildProcess {
  const { root, node } = placeCode(repositoryRoot, someone);
  const script = `const root = ${JSON.stringify(root)}, env = process.env; ${call}`;
  const [file = '', ...args] = [...prefix, node, '--input-type=module', '-e', script];
  const env = { PATH: process.env['PATH'] ?? '', SLUICE_HOME: path.join(home, 'state'), ...environment };
  return spawn(file, args, { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] });
}
const importOf = (file: string): string =>
  `await import(${JSON.stringify(pathToFileURL(path.join(placeCode(repositoryRoot, someone).root, file)).href)})`;

interface Said {
  text: string;
}
function listen(child: ChildProcess): Said {
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (said.text += String(chunk)));
  return said;
}

/** What the processes of the inspectors are kept by: filters beyond those of whoever started the system. */
function filtersOfInspectors(): number[] {
  const inspectors = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    const { stdout } = spawnSync('cat', [`/proc/${name}/cmdline`], { encoding: 'utf8' });
    return stdout.includes('inspector-child.js') && /^[^\0]*node\0/.test(stdout) && isOurs(name);
  });
  return inspectors.map((name) => Number(/Seccomp_filters:\s+(\d+)/.exec(statusOf(name))?.[1]));
}
const isOurs = (pid: string): boolean =>
  new RegExp(`^Uid:\\s+${someone?.uid ?? process.getuid?.()}\\s`, 'm').test(statusOf(pid));
/** Nothing of a process that ended since it was listed. */
function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

it('an ordinary user where namespaces are refused gets a whole system, and hears what keeps what from whom', async () => {
  const ports = { GATEWAY_PORT: String(await findFreePort()), CONSOLE_PORT: String(await findFreePort()) };
  const start = `const { startCommand } = ${importOf('tools/launcher/dist/start-command.js')}; await startCommand({ root, args: [], env });`;
  const system = run([...becomeSomeone, ...refuseNamespaces], start, ports);
  const said = listen(system);
  try {
    await until(() => said.text.includes('Ctrl-C stops everything') || system.exitCode !== null, 240_000);
    expect(said.text).toContain('Sluice is running.');
    expect(said.text).toContain('! All parts run under one account');
    expect(said.text).toMatch(
      /! Inspectors are kept by (filters of the kernel|a filter of system calls) instead of namespaces: no network.*\(namespaces are refused: /,
    );
    expect(said.text).toContain('SECURITY.md says what that means.');
    const filters = filtersOfInspectors();
    expect(filters.length).toBeGreaterThan(0);
    expect(filters.filter((count) => count < 1)).toEqual([]);

    writeFileSync(path.join(home, 'clean.txt'), 'nothing in it');
    writeFileSync(path.join(home, 'hidden.zip'), storedZip('eicar.com', Buffer.from(eicarText())));
    const files = ['clean.txt', 'hidden.zip'].map((name) => path.join(home, name));
    const scan = `const { sluiceCommand } = ${importOf('tools/command-line/dist/sluice-command.js')};
      process.exitCode = await sluiceCommand({ root, args: ['scan', '--json', ...${JSON.stringify(files)}], env });`;
    const scanning = run(becomeSomeone, scan, {});
    const found = listen(scanning);
    const [code] = (await once(scanning, 'close')) as [number];
    expect([code, [...found.text.matchAll(/"state": "([^"]+)"/g)].map(([, state]) => state)]).toEqual([
      1,
      ['not detected', 'detect'],
    ]);
  } finally {
    system.kill('SIGTERM');
    if (system.exitCode === null) await once(system, 'exit');
  }
}, 360_000);
