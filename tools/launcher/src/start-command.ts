import path from 'node:path';
import { parseArgs } from 'node:util';
import { StartError, serviceAccount, type ProcessEvent } from '@sluice/private-servers';
import { requireServerPackages } from './packages/ensure-server-packages.js';
import type { Program } from './packages/missing-programs.js';
import { placeHome } from './state/place-home.js';
import { placeCode } from './state/stage-code.js';
import { checkDoor } from './system/check-before-start.js';
import { readLauncherConfig, type LauncherConfig } from './system/launcher.config.js';
import { resolvePaths } from './system/service-environments.js';
import { doorNames, readDoor, type SensorDoor, type SensorRegistration } from './system/sensor-doors.js';
import { startSystem, type RunningSystem } from './system/start-system.js';
import type { SystemOptions } from './system/system-options.js';
import { homeFor, standingPlace } from './system/system-home.js';
import { Progress } from './terminal/progress.js';
import { welcome } from './terminal/welcome.js';

export interface CommandInput {
  /** The repository. */
  readonly root: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Has a sensor of this machine accepted; needed for its listeners. */
  readonly registerSensor?: (
    home: string,
    registration: SensorRegistration,
    certificateFile: string,
  ) => Promise<void>;
}

const usage = `npm start [-- --scanners N] [--clamd [HOST:]PORT] [--milter [HOST:]PORT]

Starts the whole system on this machine; with --clamd or --milter also a sensor that speaks clamd's
protocol (docs/clamd.md) or that of mail filters (docs/mail.md) there. Variables: SLUICE_HOME, GATEWAY_HOST,
GATEWAY_PORT, CONSOLE_HOST, CONSOLE_PORT, and DATABASE_URL, AMQP_URL, CLAMD_URL, OBJECT_STORE_URL to use
yours instead of private ones.`;
const mostScanners = 64;

/** `npm start`. Stays until it is stopped (Ctrl-C, SIGTERM); a fault is one clear line and exit code 1. */
export async function startCommand(input: CommandInput): Promise<void> {
  await stayUp(input, readArguments);
}

/** How a system is to run: what `npm start` and `npm run dev` do differently. */
export interface Manner {
  readonly scanners: number;
  /** Listeners of the sensor; without any there is none. */
  readonly doors?: readonly SensorDoor[];
  readonly variablesFor?: SystemOptions['variablesFor'];
  /** Called once when everything runs; ends what it began when the signal says so. */
  readonly onUp?: (system: RunningSystem, progress: Progress, signal: AbortSignal) => void;
}

/** `read` answers what to print instead of starting, or how to start; what it throws is a fault as any other. */
export async function stayUp(
  input: CommandInput,
  read: (args: readonly string[]) => string | Manner,
): Promise<void> {
  process.umask(0o022);
  const progress = new Progress(process.stdout);
  const abort = new AbortController();
  const stopped = onStopWishes(input.env, () => abort.abort());
  try {
    const manner = read(input.args);
    if (typeof manner === 'string') return progress.line(manner);
    const system = await bringUp(input, { manner, progress, signal: abort.signal });
    manner.onUp?.(system, progress, abort.signal);
    await stopped;
    await takeDown(system, progress);
  } catch (error) {
    progress.end();
    process.exitCode = abort.signal.aborted ? interrupted(progress) : report(error);
  }
  // Nothing is left to wait for; a keep-alive socket must not hold the terminal.
  process.exit();
}

function readArguments(args: readonly string[]): string | Manner {
  const { values } = parse(args);
  if (values.help === true) return usage;
  const scanners = Number(values.scanners ?? 1);
  const doors = doorNames.flatMap((name) => {
    const listen = values[name];
    return listen === undefined ? [] : [readDoor(name, listen, usage)];
  });
  if (Number.isInteger(scanners) && scanners >= 1 && scanners <= mostScanners) return { scanners, doors };
  throw new StartError(`--scanners takes a number from 1 to ${mostScanners}, not ${values.scanners}.`, usage);
}

function parse(args: readonly string[]) {
  try {
    const options = {
      scanners: { type: 'string' },
      clamd: { type: 'string' },
      milter: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ args: [...args], options });
  } catch (error) {
    throw new StartError((error as Error).message, usage);
  }
}

interface Attempt {
  readonly manner: Manner;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function bringUp(
  { root, env, registerSensor }: CommandInput,
  { manner, progress, signal }: Attempt,
): Promise<RunningSystem> {
  const config = readLauncherConfig(env);
  await requireServerPackages(neededServers(config), (packages, logFile) =>
    progress.line(`  Installing ${packages.join(', ')} with apt-get (log: ${logFile}) …`),
  );
  const { doors = [] } = manner;
  for (const { option, listen } of doors) await checkDoor(option, listen);
  const account = serviceAccount();
  const wantedHome = homeFor(root, env);
  const { home, movedTo } = placeHome(wantedHome, account);
  if (movedTo !== null) progress.line(`  The state is in ${movedTo} (linked from ${wantedHome}).`);
  const system = await startSystem({
    home,
    account,
    signal,
    scanners: manner.scanners,
    ...(manner.variablesFor === undefined ? {} : { variablesFor: manner.variablesFor }),
    code: placeCode(root, account),
    gateway: { host: config.GATEWAY_HOST, port: config.GATEWAY_PORT },
    console: { host: config.CONSOLE_HOST, port: config.CONSOLE_PORT },
    ...replacements(config),
    variables: resolvePaths(env, standingPlace(env)),
    onStep: (title) => progress.step(title),
    onEvent: (event) => progress.line(describeEvent(event)),
  });
  if (doors.length > 0 && registerSensor !== undefined) {
    const register = (registration: SensorRegistration, file: string): Promise<void> =>
      registerSensor(home, registration, file);
    await system.addSensor({ doors, register }).catch(async (error: unknown) => {
      await system.stop();
      throw error;
    });
  }
  progress.line(welcome(system, { shownHome: shorten(wantedHome), doors }));
  return system;
}

/** Relative to where the user stands when that is shorter to read. */
function shorten(place: string): string {
  const relative = path.relative(process.cwd(), place);
  return relative === '' || relative.startsWith('..') ? place : relative;
}

function neededServers(config: LauncherConfig): Program[] {
  const needed: (Program | false)[] = [
    config.DATABASE_URL === undefined && 'postgres',
    config.AMQP_URL === undefined && 'rabbitmq',
    config.CLAMD_URL === undefined && 'clamd',
  ];
  return needed.filter((server) => server !== false);
}

function replacements(config: LauncherConfig) {
  return {
    ...(config.DATABASE_URL === undefined ? {} : { databaseUrl: config.DATABASE_URL }),
    ...(config.AMQP_URL === undefined ? {} : { amqpUrl: config.AMQP_URL }),
    ...(config.CLAMD_URL === undefined ? {} : { clamdUrl: config.CLAMD_URL }),
    ...(config.OBJECT_STORE_URL === undefined ? {} : { objectStoreUrl: config.OBJECT_STORE_URL }),
  };
}

async function takeDown(system: RunningSystem, progress: Progress): Promise<void> {
  progress.line('');
  const done = progress.step('Stopping');
  await system.stop();
  done('everything is down; npm start continues where it stopped');
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const parentCheckMs = 500;

/**
 * Resolves at the first wish to stop. npm passes on what the terminal sent as well, so the same wish may arrive twice;
 * when npm itself is ended it passes on nothing, and only the change of our parent tells.
 */
function onStopWishes(env: NodeJS.ProcessEnv, onWish: () => void): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      onWish();
      resolve();
    };
    for (const signal of stopSignals) process.on(signal, stop);
    if (env['npm_lifecycle_event'] === undefined) return;
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && stop(), parentCheckMs).unref();
  });
}

function describeEvent(event: ProcessEvent): string {
  if (event.kind === 'back') return `  ✓ ${event.name} is back`;
  return `  ! ${event.name} ended ${event.how}; started again in ${event.restartInMs / 1000} s`;
}

/** 128 + SIGINT, as shells have it. */
function interrupted(progress: Progress): number {
  progress.line('  Stopped before it was up; nothing is left running.');
  return 130;
}

function report(error: unknown): number {
  if (error instanceof StartError) console.error(`\n✗ ${error.message}\n  ${error.nextStep}`);
  else console.error('\n✗ Unexpected:', error);
  return 1;
}
