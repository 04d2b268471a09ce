import { X509Certificate } from 'node:crypto';
import { lstatSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { services } from '@sluice/contracts';
import type { SupervisedProcess } from '../processes/supervised-process.js';
import { prepareSurroundings, type ServerSurroundings } from '../private-servers/private-server.js';
import { makeDirectory } from '../state/directories.js';
import { lockHome } from '../state/lock-home.js';
import { readServiceSecret } from '../state/private-files.js';
import { startBoundingLogs } from './bound-logs.js';
import { checkBeforeStart } from './check-before-start.js';
import { isLoopbackHost } from './launcher.config.js';
import { migrateDatabase } from './migrate-database.js';
import { ProcessGroup } from './process-group.js';
import { consoleFiles, gatewayFiles, serviceEnvironment, type SystemPlan } from './service-environments.js';
import { startServers, type Servers } from './start-servers.js';
import { makeService, type ServiceToStart } from './start-service.js';
import { writeSystemFile } from './system-file.js';
import type { ListenOptions, SystemOptions } from './system-options.js';

export interface RunningSystem {
  readonly home: string;
  readonly logs: string;
  readonly gatewayUrl: string;
  readonly consoleUrl: string;
  /** SHA-256 of the gateway's certificate, `AA:BB:…`. */
  readonly certificateFingerprint: string;
  readonly gatewayCertificateFile: string;
  readonly isTestSignatures: boolean;
  readonly isTestSignaturesAllowed: boolean;
  /** The first administrator's password, until it is changed. */
  readonly adminPassword: string | null;
  /** Token of an administrator for this machine's command line. */
  readonly localToken: string | null;
  /** For chaos: by `name` (`gateway`, `scanner-1`, `results`, `console`, `postgres`, `rabbitmq`, `clamd` …). */
  readonly processes: readonly SupervisedProcess[];
  stop(): Promise<void>;
}

/**
 * Brings up a whole system, or leaves nothing running. What an earlier launcher left (it was killed) is ended first.
 * Order: servers, schema, `results`, then the rest; stopped in the reverse.
 */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const surroundings = prepareSurroundings(options);
  const lock = lockHome(surroundings.home);
  const group = new ProcessGroup({
    home: surroundings.home,
    account: surroundings.account,
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const logs = startBoundingLogs(surroundings.logs);
  const stop = async (): Promise<void> => {
    await group.stop();
    logs.stop();
    lock.release();
  };
  try {
    await endLeftovers(options, surroundings);
    await checkBeforeStart(surroundings.home, { GATEWAY: options.gateway, CONSOLE: options.console });
    const servers = await startServers(options, surroundings, group);
    const plan = planFor(options, surroundings, servers);
    await migrate(options, servers, surroundings);
    await startServices(options, plan, { surroundings, group });
    options.signal?.throwIfAborted();
    return describe({ options, plan, servers, surroundings, group, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function endLeftovers({ onStep }: SystemOptions, { records }: ServerSurroundings): Promise<void> {
  const names = records.running();
  if (names.length === 0) return;
  const done = onStep?.('Left-overs of the last run');
  await records.endLeftovers();
  done?.(`${names.join(', ')} ended`);
}

async function migrate(
  options: SystemOptions,
  servers: Servers,
  surroundings: ServerSurroundings,
): Promise<void> {
  options.signal?.throwIfAborted();
  const done = options.onStep?.('Database schema');
  await migrateDatabase(servers, options.code, surroundings);
  done?.();
}

function planFor(
  options: SystemOptions,
  { home, account }: ServerSurroundings,
  servers: Servers,
): SystemPlan {
  const folder = (name: string): string => {
    const directory = makeDirectory(path.join(home, name), 'service', account);
    makeDirectory(path.join(directory, 'tls'), 'service', account);
    return directory;
  };
  const folders = { gateway: folder('gateway'), console: folder('console') };
  linkFirstPassword(home, folders.console);
  return {
    gateway: options.gateway,
    console: options.console,
    folders,
    amqpUrls: servers.amqpUrls,
    databaseUrls: servers.databaseUrls,
    clamd: servers.clamd,
    objectStoreUrl: servers.objectStoreUrl,
    isTestSignaturesAllowed: servers.clamd.isTestSignatures && isLoopbackHost(options.gateway.host),
  };
}

/** Operators look for `admin-password` in the state directory; the console writes into a folder of its own. */
function linkFirstPassword(home: string, consoleFolder: string): void {
  const link = path.join(home, consoleFiles.adminPassword);
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link);
  symlinkSync(path.join(path.basename(consoleFolder), consoleFiles.adminPassword), link);
}

interface Running {
  readonly surroundings: ServerSurroundings;
  readonly group: ProcessGroup;
}

async function startServices(options: SystemOptions, plan: SystemPlan, running: Running): Promise<void> {
  const variables = (options.variables ?? {}) as Record<string, string>;
  const service = (name: string, app: (typeof services)[number], order: number): ServiceToStart => ({
    ...{ name, app, order },
    environment: serviceEnvironment(app, plan, variables),
  });
  const scanners = Array.from({ length: options.scanners }, (_, index) =>
    service(`scanner-${index + 1}`, 'scanner', 11),
  );
  await startRank(options, [service('results', 'results', 12)], running);
  await startRank(options, [service('console', 'console', 11), ...scanners], running);
  await startRank(options, [service('gateway', 'gateway', 10)], running);
}

async function startRank(
  { onStep, code, signal }: SystemOptions,
  rank: readonly ServiceToStart[],
  { surroundings, group }: Running,
): Promise<void> {
  signal?.throwIfAborted();
  group.nextRank();
  const processes = await Promise.all(rank.map((service) => makeService(service, code, surroundings)));
  for (const process of processes) group.add({ processes: [process], stop: () => process.stop() });
  await Promise.all(
    processes.map(async (process) => {
      const done = onStep?.(process.name);
      await process.start();
      done?.();
    }),
  );
}

interface Started extends Running {
  readonly options: SystemOptions;
  readonly plan: SystemPlan;
  readonly servers: Servers;
  stop(): Promise<void>;
}

function describe({ options, plan, servers, surroundings, group, stop }: Started): RunningSystem {
  const environment = (options.variables ?? {}) as Record<string, string | undefined>;
  const gatewayCertificateFile =
    environment['GATEWAY_TLS_CERT_FILE'] ?? path.join(plan.folders.gateway, gatewayFiles.certificate);
  const consoleCertificate =
    environment['CONSOLE_TLS_CERT_FILE'] ?? path.join(plan.folders.console, consoleFiles.certificate);
  const localToken = path.join(plan.folders.console, consoleFiles.localToken);
  const urls = { gatewayUrl: urlOf(plan.gateway), consoleUrl: urlOf(plan.console) };
  writeSystemFile(surroundings.home, {
    ...urls,
    ...{ gatewayCertificate: gatewayCertificateFile, consoleCertificate, localToken },
    ...{ logs: surroundings.logs, launcherPid: process.pid },
  });
  return {
    ...urls,
    home: surroundings.home,
    logs: surroundings.logs,
    certificateFingerprint: new X509Certificate(readFileSync(gatewayCertificateFile)).fingerprint256,
    gatewayCertificateFile,
    isTestSignatures: servers.clamd.isTestSignatures,
    isTestSignaturesAllowed: plan.isTestSignaturesAllowed,
    adminPassword: readServiceSecret(path.join(plan.folders.console, consoleFiles.adminPassword)),
    localToken: readServiceSecret(localToken),
    processes: group.processes,
    stop,
  };
}

/** An address this machine can call, also when the service listens on all. */
function urlOf({ host, port }: ListenOptions): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `https://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
