import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { z } from 'zod';
import { builtFile } from './built-file.js';
import { confinement, confinedProgram, type Confinement } from './confinement.js';
import { filterProblem } from './filtered-command.js';
import { Sandbox } from './sandbox.js';
import { nativeAttempts } from './testing/native-attempts.js';

const root = path.resolve(import.meta.dirname, '../../..');
/** Native attempts have the numbers of its calls. */
const isX64 = process.arch === 'x64';
const best = confinement();
const kinds: Confinement[] = [
  ...(best.kind === 'namespaces' ? [best] : []),
  ...(filterProblem() === null && isX64
    ? [true, false].map((isReadingBounded) => ({ kind: 'filters', isReadingBounded, why: 'a test' }) as const)
    : []),
  { kind: 'permissions-only', why: 'a test' },
];
if (best.kind !== 'namespaces') console.warn(`not run: what namespaces keep out (${best.why})`);
const cases = kinds.map((confined) => {
  const detail = confined.kind === 'filters' && !confined.isReadingBounded ? ' without Landlock' : '';
  return [`${confined.kind}${detail}`, confined] as const;
});

let folder: string;
/** On a mount with options (nosuid, nodev) that its copies cannot lose. */
let restricted: string;
let server: Server;
beforeAll(async () => {
  execFileSync(process.execPath, ['tools/build/build.mjs', 'libs/sandbox'], { cwd: root });
  folder = mkdtempSync(path.join(tmpdir(), 'sandbox outside-'));
  writeFileSync(path.join(folder, 'secret'), 'the password');
  writeFileSync(path.join(folder, 'rules'), 'the rules');
  restricted = mkdtempSync('/dev/shm/sandbox-');
  writeFileSync(path.join(restricted, 'rules'), 'the other rules');
  server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(restricted, { recursive: true });
  rmSync(folder, { recursive: true });
});
const portOf = (): string => String((server.address() as AddressInfo).port);
const limits = { memoryBytes: 512 * 1024 ** 2, cpuSeconds: 60, openFiles: 32 };

describe.each(cases)('hostile code in an inspector, with %s', (_kind, confined) => {
  let pool: Sandbox<{ text: string }>;
  beforeAll(() => {
    pool = new Sandbox({
      entryFile: builtFile(import.meta.url, './testing/misbehaving-child.js'),
      config: 'good',
      answer: z.object({ text: z.string() }),
      size: 1,
      limits,
      confined,
      readable: [path.join(folder, 'rules'), path.join(restricted, 'rules')],
    });
  });
  afterAll(() => pool.close());
  const say = async (request: string, content = ''): Promise<string> => {
    const bytes = (async function* () {
      yield Buffer.from(content);
    })();
    return (await pool.run({ request, sizeBytes: content.length, bytes, timeoutMs: 60_000 })).text;
  };
  const refusedAll = async (request: string, ...contents: string[]): Promise<void> => {
    for (const content of contents)
      expect([content, await say(request, content)]).toEqual([content, expect.stringMatching(/^refused: /)]);
  };

  it('reads the files it was given, and no secret', async () => {
    expect(await say('read a file', path.join(folder, 'rules'))).toBe('done: the rules');
    expect(await say('read a file', path.join(restricted, 'rules'))).toBe('done: the other rules');
    const secret = path.join(folder, 'secret');
    const around = [
      `/proc/self/root${secret}`,
      `/proc/self/cwd${secret}`,
      path.join(folder, 'rules/../secret'),
    ];
    await refusedAll('read a file', secret, ...around, '/etc/passwd', '/etc/shadow');
  });
  it('reads no environment and no memory of another process, and lists none', async () => {
    const other = `/proc/${process.pid}`;
    await refusedAll('read a file', `${other}/environ`, `${other}/mem`, `${other}/cmdline`);
    expect(await say('see other processes')).toMatch(/^(done: 1|refused: \w+)$/);
  });
  it('makes and removes no file, not even an empty one', async () => {
    await refusedAll('make an empty file', '/x', '/usr/x', '/tmp/x', path.join(folder, 'new'));
    await refusedAll('remove a file', path.join(folder, 'rules'));
    expect(existsSync(path.join(folder, 'new'))).toBe(false);
  });
  it('starts no program', async () => {
    expect(await say('start a program')).toContain('ERR_ACCESS_DENIED');
  });
  it('reaches no server of this machine, unless only Node keeps it', async () => {
    const isKept = confined.kind !== 'permissions-only';
    const outcome = /^refused: E(NETUNREACH|CONNREFUSED|NETDOWN|PERM)$/;
    expect(await say('connect', portOf())).toMatch(isKept ? outcome : /^done: connected$/);
    expect(await say('connect', '/run/clamav/clamd.ctl')).toMatch(/^refused: /);
  });
  it('ends no other process, unless only Node keeps it', async () => {
    const isKept = confined.kind !== 'permissions-only';
    expect(await say('end another process', String(process.pid))).toMatch(
      isKept ? /^refused: E(PERM|SRCH)$/ : /^done: /,
    );
  });
});

describe.each(cases.filter(([, { kind }]) => kind !== 'permissions-only' && isX64))(
  'code that got past Node, with %s',
  (_kind, confined) => {
    const lines = (readable: readonly string[]): string[] => {
      const own = path.join(folder, 'own');
      writeFileSync(own, 'its own', { mode: 0o600 });
      const args = [String(process.pid), portOf(), path.join(folder, 'secret'), own];
      const command = ['/usr/bin/perl', '-e', nativeAttempts, ...args];
      const [file = '', ...rest] = confinedProgram({ confined, readable, limits, command });
      const { stdout, stderr } = spawnSync(file, rest, { cwd: '/', env: {}, encoding: 'utf8' });
      const said = stdout.split('\n').filter((line) => line !== '');
      // Else it did not come to its end, which is no answer.
      expect([said.includes('tried'), stderr]).toEqual([true, '']);
      expect([readFileSync(own, 'utf8'), statSync(own).mode & 0o777]).toEqual(['its own', 0o600]);
      return said.filter((line) => line !== 'tried');
    };
    /** In a namespace there is nothing but itself that these could be done to. */
    const ofItsOwn = ['make a ring', 'share memory', 'start a process', 'become a program'];
    const unboundedReading = [...['read a secret', 'read an environment', 'read memory'], 'become a program'];

    it('comes no further', () => {
      const got = lines([path.join(folder, 'rules')]);
      if (confined.kind === 'namespaces') expect(got.filter((deed) => !ofItsOwn.includes(deed))).toEqual([]);
      else if (confined.kind === 'filters')
        expect(got).toEqual(confined.isReadingBounded ? [] : unboundedReading);
    });

    it('leaves nothing behind when it is ended', async () => {
      const mark = `sluice-${randomUUID()}`;
      const leave = String.raw`
        use POSIX; $| = 1; my $mark = shift;
        if (defined(my $child = fork())) { if ($child == 0) { POSIX::setsid(); print "left\n"; sleep 600 } }
        else { print "refused\n" }
        sleep 600;`;
      const command = ['/usr/bin/perl', '-e', leave, mark];
      const [file = '', ...rest] = confinedProgram({ confined, readable: [], limits, command });
      const child = spawn(file, rest, {
        cwd: '/',
        env: {},
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [said] = (await once(child.stdout, 'data')) as [Buffer];
      expect(said.toString()).toBe(confined.kind === 'namespaces' ? 'left\n' : 'refused\n');
      const marked = (): boolean => execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).includes(mark);
      expect(marked()).toBe(true);
      // As a sandbox ends its processes.
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await until(() => !marked());
    });
  },
);

it('does all that where nothing keeps it', () => {
  if (!isX64) return;
  const own = path.join(folder, 'own');
  writeFileSync(own, 'its own');
  const args = [String(process.pid), portOf(), path.join(folder, 'secret'), own];
  const { stdout } = spawnSync('/usr/bin/perl', ['-e', nativeAttempts, ...args], { encoding: 'utf8' });
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining([
      'read a secret',
      'end',
      'connect',
      'empty a file',
      'remove a file',
      'start a process',
      'become a program',
    ]),
  );
});

/** As in a container, or with `user.max_user_namespaces=0`: the setting holds for those below this one namespace. */
it.each(best.kind === 'namespaces' && filterProblem() === null ? ['refused'] : [])(
  'is kept by filters where namespaces are %s, and says why',
  () => {
    const ask = `import('${builtFile(import.meta.url, './confinement.js')}').then((m) => console.log(JSON.stringify(m.confinement())))`;
    const script = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"';
    const command = ['/bin/sh', '-c', script, 'sh', process.execPath, '-e', ask];
    const said = execFileSync('/usr/bin/unshare', ['--user', '--map-root-user', '--', ...command], {
      encoding: 'utf8',
    });
    expect(JSON.parse(said)).toMatchObject({
      kind: 'filters',
      why: expect.stringMatching(/^namespaces are refused: unshare/),
    });
  },
);
