import { appendFile, chmod, chown, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ensure } from '../check-list.js';
import type { PartContext } from '../parts.js';
import type { SystemUnderCheck } from '../system-under-check.js';
import { chooseOwnPassword, signIn } from './console-session.js';

const imageName = 'sluice:0.1.0';
/** Of the whole image without Node and Debian. */
const largestMebibytes = 250;
const serverUser = 999;

/** The README's commands, read from it, on a machine with nothing but Docker, up to an operator who signs in. */
export async function checkFirstStart({ list, system }: PartContext): Promise<void> {
  list.heading('First start, with the commands of the README');
  const commands = await readmeCommands(system.folder);
  await list.check(`${commands.build}: makes the image`, () => build(system, commands.build));
  await list.check('the image holds no sources, tests or maps', () => holdsOnlyWhatRuns(system));
  for (const owner of [1000, 0, null])
    await list.check(
      owner === null
        ? 'setup makes deploy/secrets where there is none'
        : `setup as uid ${owner}, from nothing`,
      () => setUp(system, owner),
    );
  await list.check('setup again changes no secret', () => setUpAgain(system));
  await list.check('setup says so when names were added after the first one', () =>
    namesThatCameLate(system),
  );
  await list.check(`${commands.setup}; ${commands.up}`, async () => {
    await system.shell(commands.setup);
    await system.shell(commands.up);
    return `${await system.untilHealthy()} containers healthy`;
  });
  await list.check('versions this was tried with', () => versions(system));
  await list.check('no container had to be restarted', () => noRestarts(system));
  await list.check(`${commands.password}: an operator signs in with it`, async () => {
    const password = (await system.shell(commands.password)).trim();
    const session = await signIn(system, { username: 'admin', password });
    ensure(session.status === 200, `the console answered ${session.status} ${session.body}`);
    const before = await session.call('GET', '/api/health');
    ensure(before.status === 403, `before the password was changed /api/health answered ${before.status}`);
    await chooseOwnPassword(session, password);
    return 'on https://HOST:9443 as admin';
  });
  await list.check('a build after an edit makes another image', () => rebuild(system));
}

interface ReadmeCommands {
  readonly build: string;
  readonly setup: string;
  readonly up: string;
  readonly password: string;
}

/** The block under "Running more than one machine's worth", line by line, without its remarks. */
async function readmeCommands(folder: string): Promise<ReadmeCommands> {
  const text = await readFile(path.join(folder, 'README.md'), 'utf8');
  const block = /```\n(docker compose build[\s\S]*?)```/.exec(text)?.[1] ?? '';
  const lines = block
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');
  const [build, setup, up, password, ...more] = lines;
  if (build === undefined || setup === undefined || up === undefined || password === undefined)
    throw new Error(`README.md has no four commands for docker compose: ${block}`);
  ensure(more.length === 0, `README.md has commands that are not tried here: ${more.join('; ')}`);
  return { build, setup, up, password };
}

const imageId = (system: SystemUnderCheck): Promise<string> => system.inspect(imageName, '{{.Id}}');

async function build(system: SystemUnderCheck, command: string): Promise<string> {
  await system.shell(command);
  const size = Number(await system.inspect(imageName, '{{.Size}}'));
  const weighed = await runInImage(system, 'du -sm /sluice');
  const own = Number(weighed.split('\t')[0]);
  ensure(own > 0 && own < largestMebibytes, `${own} MiB without Node`);
  return `${Math.round(size / 1e6)} MB in all, ${own} MiB of it without Node and Debian`;
}

const runInImage = (system: SystemUnderCheck, script: string): Promise<string> =>
  system.engine.docker(['run', '--rm', '--network=none', '--entrypoint', 'sh', imageName, '-c', script]);

/** Of this repository; packages of others are left as they are but for their sources. */
const isForTests = /[.-]spec\.|\/testing\/|^\.\/tools\/(?!launcher\/|command-line\/)/;

async function holdsOnlyWhatRuns(system: SystemUnderCheck): Promise<string> {
  const found = await runInImage(system, 'cd /sluice && find . -type f');
  const files = found.split('\n').filter((file) => file !== '');
  const unwanted = files.filter(
    (file) => /\.(ts|tsx|map)$/.test(file) || (!file.startsWith('./node_modules/') && isForTests.test(file)),
  );
  ensure(unwanted.length === 0, `${unwanted.length} files, for example ${unwanted.slice(0, 5).join(', ')}`);
  return `${files.length} files`;
}

/** `null`: the folder does not exist, as after a `git clean`. */
async function setUp(system: SystemUnderCheck, owner: number | null): Promise<string> {
  const folder = path.join(system.folder, 'deploy/secrets');
  await rm(folder, { recursive: true, force: true });
  if (owner !== null) {
    await mkdir(folder);
    await chmod(folder, 0o755);
    await chown(folder, owner, owner);
  }
  await system.compose('run', '--rm', 'setup');
  const { mode, uid } = await stat(folder);
  ensure((mode & 0o777) === 0o700, `deploy/secrets has mode ${(mode & 0o777).toString(8)}`);
  ensure(uid === (owner ?? 0), `deploy/secrets belongs to ${uid}`);
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  ensure(names.length > 10, `only ${names.join(', ')}`);
  for (const name of names) {
    const file = await stat(path.join(folder, name));
    ensure((file.mode & 0o777) === 0o440, `${name} has mode ${(file.mode & 0o777).toString(8)}`);
  }
  const { uid: reader } = await stat(path.join(folder, 'postgres_password'));
  ensure(reader === serverUser, `postgres_password belongs to ${reader}, not to its reader`);
  return `${names.length} files`;
}

async function setUpAgain(system: SystemUnderCheck): Promise<string> {
  const before = await secretTexts(system);
  await system.compose('run', '--rm', 'setup');
  const after = await secretTexts(system);
  // Written anew each time: permissions are those of the release.
  const changed = [...after].filter(
    ([name, text]) => name !== 'rabbitmq_definitions.json' && before.get(name) !== text,
  );
  ensure(changed.length === 0, `changed: ${changed.map(([name]) => name).join(', ')}`);
  return `${after.size} files`;
}

async function secretTexts(system: SystemUnderCheck): Promise<Map<string, string>> {
  const names = await readdir(path.join(system.folder, 'deploy/secrets'));
  return new Map(await Promise.all(names.map(async (name) => [name, await system.secret(name)] as const)));
}

/** Certificates stay, since clients pin them; that a new name is not in them must not pass in silence. */
async function namesThatCameLate(system: SystemUnderCheck): Promise<string> {
  const before = await system.secret('gateway.crt');
  const { exitCode, stdout, stderr } = await system.tryCompose(
    ...['run', '--rm', '-e', 'GATEWAY_NAMES=localhost,scan.example.com', 'setup'],
  );
  const said = `${stdout}${stderr}`;
  ensure(exitCode === 0, `it ended with ${exitCode}: ${said}`);
  ensure(/gateway\.crt does not name scan\.example\.com/.test(said), `it said: ${said}`);
  ensure(before === (await system.secret('gateway.crt')), 'the certificate was changed');
  return 'names the file, the name, and how to make a new one';
}

/** Debian's newest move: what a run says holds for these. */
async function versions(system: SystemUnderCheck): Promise<string> {
  const asked = [
    ['postgres', 'postgres --version'],
    ['rabbitmq', 'echo RabbitMQ $(rabbitmqctl -q version)'],
    ['clamav', 'clamd --version'],
    ['balancer', 'haproxy -v'],
    ['gateway', 'echo Node $(node --version)'],
  ] as const;
  const said = [
    `Docker ${(await system.engine.docker(['version', '--format', '{{.Server.Version}}'])).trim()}`,
    `Compose ${(await system.compose('version', '--short')).trim()}`,
  ];
  for (const [service, command] of asked) {
    const { exitCode, stdout } = await system.inside(service, command);
    ensure(exitCode === 0, `${service} does not say its version: ${stdout}`);
    said.push(stdout.split('\n')[0] ?? '');
  }
  return said.join(', ');
}

export async function noRestarts(system: SystemUnderCheck): Promise<string> {
  const containers = await system.containers();
  for (const { id, name } of containers) {
    const [restarts, isOutOfMemory] = (
      await system.inspect(id, '{{.RestartCount}} {{.State.OOMKilled}}')
    ).split(' ');
    ensure(restarts === '0', `${name} was restarted ${restarts} times`);
    ensure(isOutOfMemory === 'false', `${name} was out of memory`);
  }
  return `${containers.length} containers`;
}

/** The code of one service differs, as in another release. */
async function rebuild(system: SystemUnderCheck): Promise<string> {
  const before = await imageId(system);
  await appendFile(path.join(system.folder, 'apps/notifier/src/main.ts'), '\nvoid "edited";\n');
  await system.compose('build');
  const after = await imageId(system);
  ensure(before !== after, 'the image is the same');
  return after.slice(0, 19);
}
