import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { CheckList } from './check-list.js';
import { bringUp } from './checks/bring-up.js';
import { DockerEngine } from './engine/docker-engine.js';
import { OutsideHost } from './engine/outside-host.js';
import { makeRoots } from './engine/root-file-systems.js';
import { reportFaults } from './faults.js';
import { chooseParts, parts } from './parts.js';
import { runProgram } from './run-program.js';
import { type ImageNames, importImages } from './stand-ins/import-images.js';
import { SystemUnderCheck } from './system-under-check.js';

const usage = `npm run compose-check -- [--only PART[,PART]] [--from PART] [--keep] [--base DIR]

  --only PART     these parts alone
  --from PART     this part and those after it: to go on where a run failed
  --keep          leaves root file systems and layers in DIR for a faster next run
  --base DIR      where root file systems and the engine's data live (default /var/tmp/sluice-compose-check, about 8 GB)

Parts, in order (without the first one the system is brought up unseen):
${parts.map(({ name, about }) => `  ${name.padEnd(14)}  ${about}`).join('\n')}

Takes root on Debian 12, 8 GB, and half an hour to an hour on two cores. It installs debootstrap and slirp4netns.`;

/** With a blank, as folders of people have. */
const checkoutName = 'the checkout';

/** Answers the exit code. */
export async function composeCheckCommand({
  root,
  args,
}: {
  root: string;
  args: readonly string[];
}): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      base: { type: 'string', default: '/var/tmp/sluice-compose-check' },
      keep: { type: 'boolean', default: false },
      only: { type: 'string' },
      from: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return print(usage, 0);
  if (process.getuid?.() !== 0)
    return print(`This needs root: it makes namespaces and root file systems.\n\n${usage}`, 2);
  const chosen = chooseParts({ only: values.only?.split(',') ?? [], from: values.from });
  const base = path.resolve(values.base);
  await mkdir(base, { recursive: true });
  const list = new CheckList();
  const engine = new DockerEngine(base);
  const outside = new OutsideHost(engine.network);
  const stopped = onSignal();
  try {
    await Promise.race([run({ root, base, list, engine, outside, chosen }), stopped]);
  } catch (error) {
    // What no check can stand without (packages, root file systems, the engine), or Ctrl-C.
    list.fail((error as Error).message);
  } finally {
    list.end();
    await cleanUp({ base, engine, outside, isKept: values.keep });
  }
  return list.finish();
}

interface Run {
  readonly root: string;
  readonly base: string;
  readonly list: CheckList;
  readonly engine: DockerEngine;
  readonly outside: OutsideHost;
  readonly chosen: typeof parts;
}

async function run({ root, base, list, engine, outside, chosen }: Run): Promise<void> {
  const log = (text: string): void => console.log(`  ${text}`);
  log('installing debootstrap and slirp4netns');
  await runProgram(
    ['apt-get', 'install', '-y', '--no-install-recommends', 'debootstrap', 'slirp4netns', 'iproute2'],
    { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
  );
  await makeRoots(path.join(base, 'roots'), log);
  await engine.start();
  await outside.start();
  const folder = await checkOut(root, base);
  log('importing stand-in images');
  await importImages({ engine, roots: path.join(base, 'roots'), base }, await imageNames(folder));
  const system = new SystemUnderCheck(engine, folder);
  if (chosen[0] !== parts[0]) {
    const isUp = await list.check('the system is brought up', () => bringUp(system));
    if (isUp === null) return;
  }
  for (const part of chosen) await part.run({ list, system, outside });
  if (chosen.length === parts.length) reportFaults(list);
}

/** A clone of what is committed: files that only lie around do not count. */
async function checkOut(root: string, base: string): Promise<string> {
  const folder = path.join(base, checkoutName);
  await rm(folder, { recursive: true, force: true });
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${root}`, folder]);
  return folder;
}

/** The official images' names, exactly as the compose file has them by default. */
async function imageNames(folder: string): Promise<ImageNames> {
  const text = await readFile(path.join(folder, 'docker-compose.yml'), 'utf8');
  const { services } = parse(text, { merge: true }) as { services: Record<string, { image?: string }> };
  const imageOf = (service: string): string =>
    /:-([^}]+)}/.exec(services[service]?.image ?? '')?.[1] ?? services[service]?.image ?? '';
  const node = /^ARG NODE_IMAGE=(\S+)$/m.exec(
    await readFile(path.join(folder, 'deploy/image/Dockerfile'), 'utf8'),
  )?.[1];
  return {
    postgres: imageOf('postgres'),
    rabbitmq: imageOf('rabbitmq'),
    clamav: imageOf('clamav'),
    haproxy: imageOf('balancer'),
    node: node ?? '',
  };
}

interface CleanUp {
  readonly base: string;
  readonly engine: DockerEngine;
  readonly outside: OutsideHost;
  readonly isKept: boolean;
}

async function cleanUp({ base, engine, outside, isKept }: CleanUp): Promise<void> {
  console.log('\n  taking everything down');
  const folder = path.join(base, checkoutName);
  await engine
    .tryDocker(['compose', 'down', '--volumes', '--timeout', '10'], { cwd: folder })
    .catch(() => null);
  await outside.stop();
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
  if (!isKept) await rm(base, { recursive: true, force: true });
}

/** Rejects at the first Ctrl-C or SIGTERM, so that everything is taken down. */
const onSignal = (): Promise<never> =>
  new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`ended by ${signal}`)));
  });

function print(text: string, exitCode: number): number {
  console.log(text);
  return exitCode;
}
