import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { StartError } from '../start.errors.js';
import { SupervisedProcess } from '../processes/supervised-process.js';
import { makeDirectory } from '../files/directories.js';
import { writePrivateFile } from '../files/private-files.js';
import { clamdConfiguration, clamdMaxObjectBytes } from './clamd-configuration.js';
import { findProgram } from '../find-program.js';
import {
  plainEnvironment,
  prepareSurroundings,
  type PrivateServerOptions,
  type ServerSurroundings,
} from '../private-server.js';
import { writeTestSignatures } from './test-signatures.js';

export interface PrivateClamdOptions extends PrivateServerOptions {
  /** Scans at once, by all scanners together. */
  readonly threads?: number;
  /** Where freshclam keeps the official database. `null`: the project's test signatures, whatever is there. */
  readonly officialDatabase?: string | null;
}

export interface PrivateClamd {
  /** `unix:/path`, for CLAMD_URL. */
  readonly url: string;
  /** For CLAMD_MAX_OBJECT_BYTES. */
  readonly maxObjectBytes: number;
  /** The project's EICAR signatures are in use: good for trying out, no protection. */
  readonly isTestSignatures: boolean;
  readonly processes: readonly SupervisedProcess[];
  stop(): Promise<void>;
}

const freshclamDirectory = '/var/lib/clamav';
/** The shortest limit of the systems we run on (macOS), with room for the end of the path. */
const longestSocketPath = 100;

/** A clamd of its own under `home`, on a Unix socket nobody else can open: clamd itself knows no passwords. */
export async function startPrivateClamd(options: PrivateClamdOptions): Promise<PrivateClamd> {
  const surroundings = prepareSurroundings(options);
  const program = findProgram('clamd');
  if (program === null) throw new StartError('ClamAV is not installed.', 'apt-get install clamav-daemon');
  const { account } = surroundings;
  const directory = makeDirectory(path.join(surroundings.home, 'clamd'), 'readable', account);
  const official = options.officialDatabase === undefined ? freshclamDirectory : options.officialDatabase;
  const isOfficial = official !== null && isOfficialDatabase(official, surroundings);
  const testSignatures = path.join(directory, 'test-signatures');
  if (!isOfficial) writeTestSignatures(testSignatures, account);
  const socket = chooseSocket(directory, surroundings);
  const temporary = makeDirectory(path.join(directory, 'temporary'), 'service', account);
  const configuration = clamdConfiguration({
    socket: socket.path,
    signatures: isOfficial ? official : testSignatures,
    temporary,
    threads: options.threads ?? 12,
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
      logFile: path.join(surroundings.logs, 'clamd.log'),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 5000,
      // The official database takes half a minute on a slow machine.
      readyTimeoutMs: 180_000,
      order: 20,
      isReady: () => answersPing(socket.path),
      // Parts of objects that a killed clamd was unpacking.
      beforeStart: () => emptyDirectory(temporary, surroundings),
    },
    surroundings,
  );
  try {
    await server.start();
  } catch (error) {
    socket.remove();
    throw error;
  }
  return {
    url: `unix:${socket.path}`,
    maxObjectBytes: clamdMaxObjectBytes,
    isTestSignatures: !isOfficial,
    processes: [server],
    stop: async () => {
      await server.stop();
      socket.remove();
    },
  };
}

/** Both main and daily, whole (.cvd) or updated in place (.cld), readable by the user clamd runs as. */
function isOfficialDatabase(directory: string, { identity }: ServerSurroundings): boolean {
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
function chooseSocket(directory: string, { account }: ServerSurroundings): { path: string; remove(): void } {
  const usual = path.join(directory, 'run', 'clamd.sock');
  if (Buffer.byteLength(usual) <= longestSocketPath) {
    makeDirectory(path.dirname(usual), 'service', account);
    // clamd removes it itself, and replaces one that was left.
    return { path: usual, remove: () => undefined };
  }
  const folder = makeDirectory(mkdtempSync(path.join(tmpdir(), 'sluice-')), 'service', account);
  return {
    path: path.join(folder, 'clamd.sock'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** As the account that filled it: root deleting there could be led elsewhere. */
function emptyDirectory(directory: string, { identity }: ServerSurroundings): void {
  spawnSync('find', [directory, '-mindepth', '1', '-delete'], { ...identity, stdio: 'ignore' });
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
