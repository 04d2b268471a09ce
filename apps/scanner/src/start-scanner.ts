import { NestFactory } from '@nestjs/core';
import { type Broker, connectBroker } from '@sluice/broker';
import { type Engine, type ServiceStatus, exchanges } from '@sluice/contracts';
import { ClamavEngine } from '@sluice/engine-clamav';
import { type ObjectStore, openObjectStore } from '@sluice/object-store';
import { createRpcClient, type RpcClient } from '@sluice/rpc';
import {
  ConfigError,
  type Logger,
  type Management,
  type StopStep,
  createMetrics,
  nestLogger,
  softwareVersion,
  startManagement,
  startStatusReports,
} from '@sluice/runtime';
import { AllowList } from './examine-object/allow-list.js';
import { Inspector } from './examine-object/inspector.js';
import { loadSettings } from './load-settings.js';
import type { ScannerConfig } from './scanner.config.js';
import { ScannerModule } from './scanner.module.js';
import { ScanSlots } from './take-jobs/scan-slots.js';
import { StandInEngine } from './stand-in/stand-in.engine.js';
import { TakeJobsService } from './take-jobs/take-jobs.service.js';
import { WatchEnginesService } from './watch-engines/watch-engines.service.js';
import { watchFiles } from './watch-engines/watch-files.js';

/** What scans in hand get when the scanner is stopped. */
const finishScansMs = 20_000;
export const stopDeadlineMs = finishScansMs + 10_000;

/**
 * Starts everything and returns the steps of an orderly stop. Broker, ledger, engines and settings may come later: until
 * they do the scanner takes no jobs and is not ready.
 */
export async function startScanner(config: ScannerConfig, logger: Logger): Promise<StopStep[]> {
  const startedAt = new Date().toISOString();
  const { broker, rpc, store } = await connect(config, logger);
  const engines = createEngines(config);
  const inspector = createInspector(config);
  const { HASH_DENY_FILE: denyFile = null, HASH_ALLOW_FILE: allowFile = null } = config;
  const allowList = new AllowList({ denyFile, allowFile });
  const settings = loadSettings({ broker, rpc }, { instance: config.INSTANCE, logger });
  const metrics = createMetrics('scanner');
  const app = await NestFactory.createApplicationContext(
    ScannerModule.with({
      config,
      logger,
      broker,
      rpc,
      store,
      settings,
      engines,
      inspector,
      allowList,
      metrics,
    }),
    { logger: nestLogger(logger), abortOnError: false },
  );
  const [jobs, watch] = [app.get(TakeJobsService), app.get(WatchEnginesService)];
  watch.start();
  const files = watchFiles(watchedPaths(config), () => {
    logger.info({}, 'rules or lists changed, reading them anew');
    inspector.reload();
    allowList.reload();
    void watch.check({ isFresh: true });
  });
  const management = await startManagement({
    host: config.MANAGEMENT_HOST,
    port: config.MANAGEMENT_PORT,
    metrics,
    checks: {
      broker: () => broker.assertReady(),
      ledger: () => rpc.assertReady(),
      settings: () => ensure(settings.isLoaded, 'not loaded'),
      engines: () => ensure(watch.isHealthy, watch.problems.join('; ')),
      jobs: () => jobs.assertConsuming(),
    },
  });
  const reports = startStatusReports({
    collect: () => statusOf({ config, startedAt, management, watch, busySlots: app.get(ScanSlots).busy }),
    send: (message) =>
      broker.publish({
        exchange: exchanges.rpc.name,
        routingKey: 'service.status',
        message,
        persistent: false,
      }),
    logger,
  });
  return [
    { name: 'jobs', run: () => jobs.stop(finishScansMs) },
    { name: 'files', run: () => files.stop() },
    { name: 'status reports', run: () => reports.stop() },
    { name: 'settings', run: () => settings.stop() },
    { name: 'self-tests', run: () => watch.stop() },
    { name: 'engines', run: async () => void (await Promise.all(engines.map((engine) => engine.close()))) },
    { name: 'inspector', run: () => inspector.close() },
    { name: 'management', run: () => management.close() },
    { name: 'requests', run: () => rpc.close() },
    { name: 'broker', run: () => broker.close() },
    { name: 'module', run: () => app.close() },
  ];
}

async function connect(
  config: ScannerConfig,
  logger: Logger,
): Promise<{ broker: Broker; rpc: RpcClient; store: ObjectStore }> {
  const name = `scanner ${config.INSTANCE}`;
  const amqp = { url: config.AMQP_URL, heartbeatSeconds: config.AMQP_HEARTBEAT_SECONDS, logger };
  const store = await openObjectStore(config.OBJECT_STORE_URL);
  const broker = await connectBroker({ ...amqp, name });
  const rpc = createRpcClient({ ...amqp, name: `${name} requests` });
  rpc.connect();
  return { broker, rpc, store };
}

function createEngines(config: ScannerConfig): Engine[] {
  if (config.SCANNER_STAND_IN_ENGINE_MS !== undefined) {
    if (config.NODE_ENV !== 'test')
      throw new ConfigError('SCANNER_STAND_IN_ENGINE_MS is for measurements: it needs NODE_ENV=test.');
    return [new StandInEngine(config.SCANNER_STAND_IN_ENGINE_MS)];
  }
  if (config.CLAMD_URL === undefined) return [];
  return [new ClamavEngine({ url: config.CLAMD_URL, maxObjectBytes: config.CLAMD_MAX_OBJECT_BYTES })];
}

function createInspector(config: ScannerConfig): Inspector {
  return new Inspector(
    {
      rulesFolder: config.YARA_RULES_DIR ?? null,
      denyFile: config.HASH_DENY_FILE ?? null,
      allowFile: config.HASH_ALLOW_FILE ?? null,
    },
    config.SCANNER_SLOTS + config.SCANNER_HEAVY_SLOTS,
  );
}

const watchedPaths = (config: ScannerConfig): string[] =>
  [config.YARA_RULES_DIR, config.HASH_DENY_FILE, config.HASH_ALLOW_FILE].filter((path) => path !== undefined);

function ensure(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}

async function statusOf(now: {
  config: ScannerConfig;
  startedAt: string;
  management: Management;
  watch: WatchEnginesService;
  busySlots: number;
}): Promise<ServiceStatus> {
  const { config, startedAt, busySlots } = now;
  const problems = (await now.management.problems()).slice(0, 32);
  return {
    v: 1,
    service: 'scanner',
    instance: config.INSTANCE,
    version: softwareVersion,
    startedAt,
    isReady: problems.length === 0,
    problems,
    engines: [...now.watch.statuses.values()],
    busySlots,
    slots: config.SCANNER_SLOTS + config.SCANNER_HEAVY_SLOTS,
    certificateFingerprint: null,
    certificateNotAfter: null,
    isLoopback: null,
  };
}
