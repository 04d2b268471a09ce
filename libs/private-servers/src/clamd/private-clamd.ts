import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { StartError } from '../start.errors.js';
import { SupervisedProcess } from '../processes/supervised-process.js';
import { makeDirectory } from '../files/directories.js';
import { renewDirectory } from '../files/renew-directory.js';
import { handOver } from '../files/hand-over.js';
import { writePrivateFile } from '../files/private-files.js';
import { clamdConfiguration, clamdMaxObjectBytes } from './clamd-configuration.js';
import { findProgram } from '../find-program.js';
import { isSocketOf } from '../ports/is-listening.js';
import {
  plainEnvironment,
  prepareContext,
  surroundingsOf,
  type PrivateServerOptions,
  type ServerContext,
} from '../private-server.js';
import { explainDenial } from './explain-denial.js';
import { writeTestSignatures } from './test-signatures.js';
import { unconfinedProgram } from './unconfined-program.js';

export interface PrivateClamdOptions extends PrivateServerOptions {
  /** Scans at once, by all scanners together. */
  readonly threads?: number;
  /** Where freshclam keeps the official database. `null`: the project's test signatures, whatever is there. */
  readonly officialDatabase?: string | null;
  /** The setting of that name: clamd's MaxScanTime follows it. */
  readonly scanTimeoutSeconds?: number;
  /** Options of clamd.conf that are to differ: for specs. */
  readonly changes?: Readonly<Record<string, string>>;
}

export interface PrivateClamd {
  /** `unix:/path`, for CLAMD_URL. */
  readonly url: string;
  /** For CLAMD_MAX_OBJECT_BYTES. */
  readonly maxObjectBytes: number;
  /** For CLAMD_DATABASE_DIR: where freshclam keeps the official database; null when it is not in use. */
  readonly databaseDirectory: string | null;
  /** The project's EICAR signatures are in use: good for trying out, no protection. */
  readonly isTestSignatures: boolean;
  readonly processes: readonly SupervisedProcess[];
  stop(): Promise<void>;
}

const freshclamDirectory = '/var/lib/clamav';
/** The shortest limit of the systems we run on (macOS), with room for the end of the path. */
const longestSocketPath = 100;

/** A clamd of its own under `home`, on a Unix socket no one else can open: clamd itself knows no passwords. */
export async function startPrivateClamd(options: PrivateClamdOptions): Promise<PrivateClamd> {
  const shared = prepareContext(options);
  const context = surroundingsOf('clamd', shared);
  const packaged = findProgram('clamd');
  if (packaged === null) throw new StartError('ClamAV is not installed.', 'apt-get install clamav-daemon');
  const { account } = context;
  // Scanners pass through it to the socket.
  const keeper = shared.separation.kind === 'separate' ? 'passable' : 'readable';
  const directory = makeDirectory(path.join(context.home, 'clamd'), keeper, account);
  if (account !== null && shared.account !== null)
    for (const name of ['run', 'temporary']) handOver(path.join(directory, name), shared.account, account);
  const program = unconfinedProgram(packaged, directory, context);
  const official = options.officialDatabase === undefined ? freshclamDirectory : options.officialDatabase;
  const isOfficial = official !== null && isOfficialDatabase(official, context);
  const testSignatures = path.join(directory, 'test-signatures');
  if (!isOfficial) writeTestSignatures(testSignatures, account);
  const socket = chooseSocket(directory, context);
  const temporary = makeDirectory(path.join(directory, 'temporary'), 'service', account);
  const configuration = clamdConfiguration({
    socket: socket.path,
    signatures: isOfficial ? official : testSignatures,
    temporary,
    isSocketShared: shared.separation.kind === 'separate',
    threads: options.threads ?? 12,
    ...(options.scanTimeoutSeconds !== undefined && { scanTimeoutSeconds: options.scanTimeoutSeconds }),
    ...(options.changes !== undefined && { changes: options.changes }),
  });
  const configurationFile = path.join(directory, 'clamd.conf');
  writePrivateFile(configurationFile, configuration, account);
  const server = new SupervisedProcess(
    {
      name: 'clamd',
      command: program,
      args: ['--config-file', configurationFile],
      env: plainEnvironment(directory),
      cwd: directory,
      logFile: path.join(context.logs, 'clamd.log'),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 5000,
      // The official database takes half a minute on a slow machine.
      readyTimeoutMs: 180_000,
      order: 20,
      isReady: (pid) => isSocketOf(pid, socket.path) && answersPing(socket.path),
      // Parts of objects that a killed clamd was unpacking.
      beforeStart: () => void renewDirectory(temporary, { account, identity: context.identity }),
    },
    context,
  );
  try {
    await server.start();
  } catch (error) {
    socket.remove();
    throw explainDenial(error, program);
  }
  return {
    url: `unix:${socket.path}`,
    maxObjectBytes: clamdMaxObjectBytes,
    databaseDirectory: isOfficial ? official : null,
    isTestSignatures: !isOfficial,
    processes: [server],
    stop: async () => {
      await server.stop();
      socket.remove();
    },
  };
}

/** Both main and daily, whole (.cvd) or updated in place (.cld), readable by the user clamd runs as. */
function isOfficialDatabase(directory: string, { identity }: ServerContext): boolean {
  const present = ['main', 'daily'].map((name) =>
    [`${name}.cld`, `${name}.cvd`].map((file) => path.join(directory, file)).find(isReadable),
  );
  const files = present.filter((file) => file !== undefined);
  if (files.length < present.length) return false;
  if (identity.uid === undefined) return true;
  return files.every(
    (file) => spawnSync('test', ['-r', file], { ...identity, stdio: 'ignore' }).status === 0,
  );
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** In the state directory, or, where that path is too long for a socket, in a temporary folder of our own. */
function chooseSocket(
  directory: string,
  { account, identity, separation }: ServerContext,
): { path: string; remove(): void } {
  // Scanners alone enter; the socket itself is open to who is in.
  const [keeper, visitor] =
    separation.kind === 'separate'
      ? (['entered', { ...separation.accounts.clamd, gid: separation.accounts.scanner.gid }] as const)
      : (['service', account] as const);
  const usual = path.join(directory, 'run', 'clamd.sock');
  if (Buffer.byteLength(usual) <= longestSocketPath) {
    makeDirectory(path.dirname(usual), keeper, visitor);
    // clamd removes it itself, and replaces one that was left.
    return { path: usual, remove: () => undefined };
  }
  const folder = makeDirectory(mkdtempSync(path.join(enterableFolder(identity), 'sluice-')), keeper, visitor);
  return {
    path: path.join(folder, 'clamd.sock'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** For temporary things: one that the account may enter, also where TMPDIR is root's alone. */
function enterableFolder(identity: ServerContext['identity']): string {
  const candidates = [tmpdir(), '/tmp', '/var/tmp'];
  const canEnter = (folder: string): boolean =>
    Buffer.byteLength(folder) < longestSocketPath - 30 &&
    spawnSync('test', ['-x', folder], { ...identity, cwd: '/', stdio: 'ignore' }).status === 0;
  const found = candidates.find(canEnter);
  if (found !== undefined) return found;
  throw new StartError(
    `The path of the state directory is too long for a socket, and none of ${candidates.join(', ')} can take it.`,
    'Set SLUICE_HOME to a shorter path, or TMPDIR to a folder that every user may enter.',
  );
}

function answersPing(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const finish = (isAlive: boolean): void => {
      socket.destroy();
      resolve(isAlive);
    };
    socket.setTimeout(2000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('connect', () => socket.write('zPING\0'));
    socket.once('data', (answer) => finish(answer.toString('latin1').startsWith('PONG')));
  });
}
