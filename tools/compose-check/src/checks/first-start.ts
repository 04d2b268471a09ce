import { chmod, chown, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type CheckList, ensure, eventually } from '../check-list.js';
import { eicar } from '../stand-ins/signature-file.js';
import type { SystemUnderCheck } from '../system-under-check.js';

/** The README's commands, on a machine with nothing but Docker, up to a system that an operator signs in to. */
export async function checkFirstStart(list: CheckList, system: SystemUnderCheck): Promise<void> {
  list.heading('First start, with the commands of the README');
  await list.check('docker compose build makes the image', async () => {
    const output = await system.compose('--progress', 'plain', 'build');
    const size = await system.engine.docker(['image', 'inspect', '--format', '{{.Size}}', imageOf(system)]);
    const runtime = await system.engine.docker([
      ...['run', '--rm', '--entrypoint', 'du', imageOf(system), '-sm', '/sluice'],
    ]);
    void output;
    return `${Math.round(Number(size) / 1e6)} MB in all, ${runtime.split('\t')[0] ?? ''} MiB of it without Node and Debian`;
  });
  for (const user of [1000, 0])
    await list.check(`setup as uid ${user}, from nothing`, () => setUp(system, user));
  await list.check('setup again changes no secret', async () => {
    const before = await secretTimes(system);
    await system.compose('run', '--rm', 'setup');
    const after = await secretTimes(system);
    // Written anew each time: permissions are those of the release.
    const changed = [...after].filter(
      ([name, time]) => name !== 'rabbitmq_definitions.json' && before.get(name) !== time,
    );
    ensure(changed.length === 0, `changed: ${changed.map(([name]) => name).join(', ')}`);
  });
  await list.check('docker compose up -d --scale scanner=4 --scale gateway=2', async () => {
    await system.compose('up', '-d', '--scale', 'scanner=4', '--scale', 'gateway=2');
    const count = await system.untilHealthy(240);
    return `${count} containers healthy`;
  });
  await list.check('no container had to be restarted', async () => {
    for (const { id, name } of await system.containers()) {
      const restarts = await system.engine.docker(['inspect', '--format', '{{.RestartCount}}', id]);
      ensure(restarts.trim() === '0', `${name} was restarted ${restarts.trim()} times`);
    }
  });
}

export const imageOf = (system: SystemUnderCheck): string =>
  `sluice:${system.env['SLUICE_VERSION'] ?? '0.1.0'}`;

async function setUp(system: SystemUnderCheck, user: number): Promise<string> {
  const folder = path.join(system.folder, 'deploy/secrets');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await chmod(folder, 0o755);
  await chown(folder, user, user);
  await system.compose('run', '--rm', 'setup');
  const { mode, uid } = await stat(folder);
  ensure((mode & 0o777) === 0o700, `deploy/secrets has mode ${(mode & 0o777).toString(8)}`);
  ensure(uid === user, `deploy/secrets belongs to ${uid}`);
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  for (const name of names) {
    const file = await stat(path.join(folder, name));
    ensure((file.mode & 0o007) === 0, `${name} can be read by everyone`);
  }
  return `${names.length} files`;
}

async function secretTimes(system: SystemUnderCheck): Promise<Map<string, number>> {
  const folder = path.join(system.folder, 'deploy/secrets');
  const names = await readdir(folder);
  const times = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).mtimeMs));
  return new Map(names.map((name, index) => [name, times[index] ?? 0]));
}

/** An external system asks, is accepted, and gets verdicts. */
export async function checkScans(list: CheckList, system: SystemUnderCheck): Promise<void> {
  list.heading('An external system');
  await list.check('is answered 401 until it is accepted', async () => {
    const answer = await system.call('GET', '/scans/filters');
    ensure(answer.status === 401, `answered ${answer.status} ${answer.body}`);
  });
  await list.check('is accepted with docker compose exec console sluice systems accept', async () => {
    await system.sluice('systems', 'accept', 'compose-check', '--type', 'mail');
    await eventually('the gateways let it in', 20, async () =>
      (await system.call('GET', '/scans/filters')).status === 200 ? true : null,
    );
  });
  await list.check('its address is shown as it is, not as a bridge', async () => {
    const text = await system.sluice('systems', 'list');
    ensure(text.includes('compose-check'), text);
  });
  const objects = [
    ['eicar', { objectType: 'file' }, Buffer.from(eicar), 'detect'],
    ['clean', { objectType: 'file' }, Buffer.from('nothing in here'), 'not detected'],
    ['mail', { objectType: 'email' }, infectedMail(), 'detect'],
  ] as const;
  for (const [scanId, fields, content, expected] of objects) {
    await list.check(`${scanId}: ${expected}`, async () => {
      const answer = await system.submit({ scanId, ...fields }, content);
      ensure(answer.status === 200, `answered ${answer.status} ${answer.body}`);
      const state = await system.verdict(scanId);
      ensure(state === expected, `${state}`);
    });
  }
  await list.check('100 MB through the balancer: not detected', async () => {
    const answer = await system.submit({ scanId: 'large' }, { filledBytes: 100 * 1024 * 1024 });
    ensure(answer.status === 200, `answered ${answer.status} ${answer.body}`);
    const state = await system.verdict('large', 180);
    ensure(state === 'not detected', state);
  });
  await list.check('sluice status tells of every service', () => system.sluice('status').then(firstLine));
  await list.check('sluice first-password prints what the first sign-in needs', async () => {
    const password = (await system.sluice('first-password')).trim();
    ensure(/^\S{12,}$/.test(password), 'no password was printed');
  });
}

function infectedMail(): Buffer {
  const lines = [
    'From: someone@example.org',
    'To: operator@example.com',
    'Subject: see the attachment',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'Have a look.',
    '--b',
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename=report.com',
    '',
    Buffer.from(eicar).toString('base64'),
    '--b--',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';
