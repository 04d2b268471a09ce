import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { StartError } from '../start.errors.js';
import { isListening } from '../ports/is-listening.js';
import { startOnPorts } from '../ports/start-on-ports.js';
import { SupervisedProcess } from '../processes/supervised-process.js';
import { makeDirectory } from '../files/directories.js';
import { readOrMakeSecret, writePrivateFile } from '../files/private-files.js';
import { findPostgresPrograms, type PostgresPrograms } from './postgres-programs.js';
import {
  plainEnvironment,
  prepareContext,
  type PrivateServerOptions,
  type ServerContext,
} from '../private-server.js';

const run = promisify(execFile);
const superuser = 'sluice_admin';
const database = 'sluice';

export interface PrivatePostgres {
  readonly port: number;
  /** The superuser's, database `sluice`. */
  readonly adminUrl: string;
  /** The same database for another role. */
  urlFor(role: string, password: string): string;
  readonly processes: readonly SupervisedProcess[];
  stop(): Promise<void>;
}

export interface PrivatePostgresOptions extends PrivateServerOptions {
  /**
   * Default true: an accepted scan is a promise. False: a crash of the machine (not of the server) may lose what was
   * committed. For databases of tests, which are made and dropped by the hundred.
   */
  readonly isDurable?: boolean;
}

/**
 * A PostgreSQL of its own under `home`: made on first use, then continued. Loopback only, SCRAM passwords only, durable
 * (fsync and synchronous commits on) unless said otherwise.
 */
export async function startPrivatePostgres(options: PrivatePostgresOptions): Promise<PrivatePostgres> {
  const { isDurable = true } = options;
  const context = prepareContext(options);
  const { account, home, secrets } = context;
  const directory = makeDirectory(path.join(home, 'postgres'), 'readable', account);
  const data = path.join(directory, 'data');
  const programs = findPostgresPrograms(data);
  if (programs === null) throw new StartError('PostgreSQL is not installed.', 'apt-get install postgresql');
  const password = readOrMakeSecret(secrets, 'postgres-password');
  if (!existsSync(data)) await makeData({ programs, data, password, context });
  const access = path.join(directory, 'pg_hba.conf');
  writePrivateFile(access, 'host all all 127.0.0.1/32 scram-sha-256\n', account);
  return startOnPorts(context.ports, ['postgres'], ({ postgres: port }) =>
    startServer({ programs, directory, data, access, password, port, isDurable }, context),
  );
}

interface ServerPlace {
  readonly programs: PostgresPrograms;
  readonly directory: string;
  readonly data: string;
  readonly access: string;
  readonly password: string;
  readonly port: number;
  readonly isDurable: boolean;
}

async function startServer(place: ServerPlace, context: ServerContext): Promise<PrivatePostgres> {
  const { directory, data, password, port } = place;
  const urlOf = (role: string, secret: string, name = database): string =>
    `postgres://${role}:${encodeURIComponent(secret)}@127.0.0.1:${port}/${name}`;
  const server = new SupervisedProcess(
    {
      name: 'postgres',
      command: place.programs.postgres,
      args: serverArguments(place),
      env: plainEnvironment(directory),
      cwd: directory,
      logFile: path.join(context.logs, 'postgres.log'),
      // Fast shutdown: ends sessions, writes a checkpoint.
      stopSignal: 'SIGINT',
      stopTimeoutMs: 20_000,
      readyTimeoutMs: 60_000,
      order: 20,
      isReady: (pid) => isListening(pid, port) && serves(urlOf(superuser, password, 'postgres'), data),
      beforeStart: () => removeStaleLock(data),
    },
    context,
  );
  await server.start();
  await makeDatabase(urlOf(superuser, password, 'postgres')).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return {
    port,
    adminUrl: urlOf(superuser, password),
    urlFor: urlOf,
    processes: [server],
    stop: () => server.stop(),
  };
}

function serverArguments({ data, port, access, isDurable }: ServerPlace): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    hba_file: access,
    max_connections: '100',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    fsync: isDurable ? 'on' : 'off',
    synchronous_commit: 'on',
    full_page_writes: isDurable ? 'on' : 'off',
    // With the default of 128 MB the indexes of some million scans are read again and again. Memory is taken as pages are
    // used; a small machine keeps most of its own.
    shared_buffers: `${Math.max(128, Math.min(512, Math.floor(totalmem() / 8 / 1024 ** 2)))}MB`,
    // With 1 GB checkpoints, and with them whole pages in the log, come by the amount of log instead of by time.
    max_wal_size: '2GB',
  };
  return ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

interface NewData {
  readonly programs: PostgresPrograms;
  readonly data: string;
  readonly password: string;
  readonly context: ServerContext;
}

/** Made aside and renamed: an initdb that was cut short is never taken for a database. */
async function makeData({ programs, data, password, context }: NewData): Promise<void> {
  const { account, identity } = context;
  const unfinished = `${data}.new`;
  const passwordFile = `${data}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  makeDirectory(unfinished, 'service', account);
  writePrivateFile(passwordFile, password, account);
  const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--data-checksums'];
  try {
    await run(programs.initdb, ['-D', unfinished, '-U', superuser, `--pwfile=${passwordFile}`, ...flags], {
      ...identity,
      env: plainEnvironment(path.dirname(data)),
      cwd: path.dirname(data),
    });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? String(error);
    throw new StartError(
      `The database cannot be made: ${said}`,
      `See that ${path.dirname(data)} has space and is writable.`,
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, data);
}

/** It takes our password (SCRAM: and proves that it knows it), and what it serves is our data. */
async function serves(url: string, data: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  // A server that goes away under an open connection reports it as an event.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ place: string }>(
      `SELECT current_setting('data_directory') AS place`,
    );
    return rows[0]?.place === data;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function makeDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (known.rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
}

/**
 * PostgreSQL refuses to start when its lock file names a running process of the same user. Everything here runs as one
 * user, so after a kill the number may belong to any of ours: only a process that works in `data` counts.
 */
function removeStaleLock(data: string): void {
  const lock = path.join(data, 'postmaster.pid');
  if (process.platform !== 'linux' || !existsSync(lock)) return;
  const pid = readFileSync(lock, 'utf8').split('\n')[0]?.trim() ?? '';
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(data)) return;
  } catch {
    // No such process.
  }
  rmSync(lock, { force: true });
}
