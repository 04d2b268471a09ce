import { X509Certificate } from 'node:crypto';
import { lstatSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import {
  type SupervisedProcess,
  prepareContext,
  surroundingsOf,
  handOver,
  type SeparatePart,
  type ServerContext,
  makeDirectory,
  readOrMakeSecret,
  readServiceSecret,
} from '@sluice/private-servers';
import { lockHome } from '../state/lock-home.js';
import { idOf } from '../state/place-home.js';
import { startBoundingLogs } from './bound-logs.js';
import { checkBeforeStart, reserveFrom } from './check-before-start.js';
import { describeSeparation } from './describe-separation.js';
import { isLoopbackHost } from './launcher.config.js';
import { migrateDatabase } from './migrate-database.js';
import { ProcessGroup } from './process-group.js';
import { consoleFiles, gatewayFiles, type SystemPlan } from './service-environments.js';
import { placeQuarantineKeys } from './quarantine-keys.js';
import { BrokerMoved, startServers, type Servers } from './start-servers.js';
import { placeGateways, startOneScanner, startServices, type Running } from './start-services.js';
import { startSensor, type SensorToStart } from './start-sensor.js';
import { writeSystemFile } from './system-file.js';
import type { ListenOptions, SystemOptions } from './system-options.js';

export interface RunningSystem {
  readonly home: string;
  readonly logs: string;
  readonly gatewayUrl: string;
  /** Of every gateway, the first one's first. */
  readonly gatewayUrls: readonly string[];
  readonly consoleUrl: string;
  /** SHA-256 of the gateway's certificate, `AA:BB:…`. */
  readonly certificateFingerprint: string;
  readonly gatewayCertificateFile: string;
  /** What of the parts is not kept from the others, and why. */
  readonly notSeparated: readonly string[];
  readonly isTestSignatures: boolean;
  readonly isTestSignaturesAllowed: boolean;
  /** The first administrator's password, until it is changed. */
  readonly adminPassword: string | null;
  /** Token of an administrator for this machine's command line. */
  readonly localToken: string | null;
  /** For chaos: by `name` (`gateway`, `scanner-1`, `results`, `console`, `postgres`, `rabbitmq`, `clamd` …). */
  readonly processes: readonly SupervisedProcess[];
  /** Addresses and logins of the servers, for tests and measurements that look behind the scenes. */
  readonly servers: Servers;
  /** Starts one more scanner and resolves when it is ready; it is stopped with the system, or before by its own `stop`. */
  addScanner(name: string, variables?: Readonly<Record<string, string>>): Promise<SupervisedProcess>;
  /** Starts the sensor with these listeners and resolves when it is accepted and ready. */
  addSensor(sensor: SensorToStart): Promise<SupervisedProcess>;
  stop(): Promise<void>;
}

/**
 * Brings up a whole system, or leaves nothing running. What an earlier launcher left (it was killed) is ended first.
 * Order: servers, with the schema as soon as there is a database, then the services, which do not wait for the broker, the last
 * of the servers; stopped in the reverse.
 */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const context = prepareContext(options);
  const lock = lockHome(context.home);
  const group = new ProcessGroup({
    home: context.home,
    account: context.account,
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const logs = startBoundingLogs(context.logs);
  const stop = async (): Promise<void> => {
    await group.stop();
    logs.stop();
    lock.release();
  };
  try {
    await endLeftovers(options, context);
    await checkBeforeStart({
      home: context.home,
      reserveBytes: options.objectStoreUrl === undefined ? reserveFrom(options.variables ?? {}) : null,
      listeners: { GATEWAY: options.gateway, CONSOLE: options.console },
    });
    const started = await startAll(options, { context, group }).catch(async (error: unknown) => {
      if (!(error instanceof BrokerMoved)) throw error;
      await group.stop();
      return startAll(options, { context, group });
    });
    options.signal?.throwIfAborted();
    return describe({ options, ...started, context, group, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

type Everything = Pick<Started, 'plan' | 'gateways' | 'servers'>;

/** Services start beside the broker, and call it when it is there. When either fails the other is given up. */
async function startAll(options: SystemOptions, { context, group }: Running): Promise<Everything> {
  const { servers, brokerReady } = await startServers(options, { context, group }, (database) =>
    migrate(options, database, context),
  );
  const failed = new AbortController();
  const give = (error: unknown): never => {
    failed.abort(error);
    throw error;
  };
  const signal = AbortSignal.any([failed.signal, ...(context.signal === undefined ? [] : [context.signal])]);
  const starting = async (): Promise<Everything> => {
    const plan = planFor(options, context, servers);
    const gateways = await placeGateways(options, context);
    await startServices(options, { plan, gateways }, { context: { ...context, signal }, group });
    return { plan, gateways, servers };
  };
  const [everything] = await Promise.allSettled([starting(), brokerReady.catch(give)]);
  failed.signal.throwIfAborted();
  if (everything.status === 'rejected') throw everything.reason;
  return everything.value;
}

async function endLeftovers({ onStep }: SystemOptions, { records }: ServerContext): Promise<void> {
  const names = records.running();
  if (names.length === 0) return;
  const done = onStep?.('Left-overs of the last run');
  await records.endLeftovers();
  done?.(`${names.join(', ')} ended`);
}

async function migrate(
  options: SystemOptions,
  database: Pick<Servers, 'ownerUrl' | 'rolePasswords'>,
  context: ServerContext,
): Promise<void> {
  options.signal?.throwIfAborted();
  const done = options.onStep?.('Database schema');
  await migrateDatabase(database, options.code, context);
  done?.();
}

function planFor(options: SystemOptions, context: ServerContext, servers: Servers): SystemPlan {
  const { home, account: shared, secrets } = context;
  const ownFolder = (name: SeparatePart): string => {
    const { account } = surroundingsOf(name, context);
    if (shared !== null && account !== null) handOver(path.join(home, name), shared, account);
    return makeDirectory(path.join(home, name), 'service', account);
  };
  const folder = (name: SeparatePart): string => {
    const directory = ownFolder(name);
    makeDirectory(path.join(directory, 'tls'), 'service', surroundingsOf(name, context).account);
    return directory;
  };
  const folders = {
    gateway: folder('gateway'),
    console: folder('console'),
    notifier: ownFolder('notifier'),
  };
  linkFirstPassword(home, folders.console);
  return {
    gateway: options.gateway,
    console: options.console,
    folders,
    amqpUrls: servers.amqpUrls,
    amqpAfter: servers.amqpAfter,
    databaseUrls: servers.databaseUrls,
    clamd: servers.clamd,
    objectStoreUrl: servers.objectStoreUrl,
    quarantine: placeQuarantineKeys(context),
    passwordsKey: options.variables?.['PASSWORDS_KEY'] ?? readOrMakeSecret(secrets, 'passwords-key'),
    isTestSignaturesAllowed: servers.clamd.isTestSignatures && isLoopbackHost(options.gateway.host),
    instancePrefix: prefixFor(options, home),
  };
}

/** Where broker or database are shared, other systems' instances must have other names. */
function prefixFor({ databaseUrl, amqpUrl }: SystemOptions, home: string): string {
  const isAlone = databaseUrl === undefined && amqpUrl === undefined;
  const machine = hostname().replace(/[^A-Za-z0-9-]/g, '-');
  return isAlone ? '' : `${machine.slice(0, 60)}-${idOf(home).slice(0, 4)}-`;
}

/** Operators look for `admin-password` in the state directory; the console writes into a folder of its own. */
function linkFirstPassword(home: string, consoleFolder: string): void {
  const link = path.join(home, consoleFiles.adminPassword);
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link);
  symlinkSync(path.join(path.basename(consoleFolder), consoleFiles.adminPassword), link);
}

interface Started extends Running {
  readonly options: SystemOptions;
  readonly plan: SystemPlan;
  readonly gateways: readonly ListenOptions[];
  readonly servers: Servers;
  stop(): Promise<void>;
}

function describe(started: Started): RunningSystem {
  const { options, plan, gateways, servers, context, group, stop } = started;
  const environment = (options.variables ?? {}) as Record<string, string | undefined>;
  const gatewayCertificateFile =
    environment['GATEWAY_TLS_CERT_FILE'] ?? path.join(plan.folders.gateway, gatewayFiles.certificate);
  const consoleCertificate =
    environment['CONSOLE_TLS_CERT_FILE'] ?? path.join(plan.folders.console, consoleFiles.certificate);
  const localToken = path.join(plan.folders.console, consoleFiles.localToken);
  const urls = { gatewayUrl: urlOf(plan.gateway), consoleUrl: urlOf(plan.console) };
  writeSystemFile(context.home, {
    ...urls,
    gatewayCertificate: gatewayCertificateFile,
    consoleCertificate,
    localToken,
    logs: context.logs,
    launcherPid: process.pid,
  });
  return {
    ...urls,
    gatewayUrls: gateways.map((one) => urlOf(one)),
    home: context.home,
    logs: context.logs,
    certificateFingerprint: new X509Certificate(readFileSync(gatewayCertificateFile)).fingerprint256,
    gatewayCertificateFile,
    notSeparated: describeSeparation(context),
    isTestSignatures: servers.clamd.isTestSignatures,
    isTestSignaturesAllowed: plan.isTestSignaturesAllowed,
    adminPassword: readServiceSecret(path.join(plan.folders.console, consoleFiles.adminPassword)),
    localToken: readServiceSecret(localToken),
    get processes() {
      return group.processes;
    },
    servers,
    addScanner: (name, variables = {}) =>
      startOneScanner(options, { plan, running: { context, group } }, { name, variables }),
    addSensor: (sensor) =>
      startSensor(options, {
        sensor,
        gateways: { urls: gateways.map((one) => urlOf(one)), certificateFile: gatewayCertificateFile },
        running: { context, group },
      }),
    stop,
  };
}

/** An address this machine can call, also when the service listens on all. */
function urlOf({ host, port }: ListenOptions): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `https://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
