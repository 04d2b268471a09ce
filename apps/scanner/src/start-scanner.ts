import { NestFactory } from '@nestjs/core';
import { type Broker, connectBroker } from '@sluice/broker';
import type { Engine } from '@sluice/contracts';
import { ClamavEngine } from '@sluice/engine-clamav';
import { type ObjectStore, openObjectStore } from '@sluice/object-store';
import { RpcClient } from '@sluice/rpc';
import { confinement, confinementNote, runSandboxesAs } from '@sluice/sandbox';
import {
  ConfigError,
  type Logger,
  type StopStep,
  createMetrics,
  nestLogger,
  startManagement,
  startStatusReports,
} from '@sluice/runtime';
import { DecisionSet } from './name-what-decides/decision-set.js';
import { SignatureFolder } from './name-what-decides/signature-folder.js';
import { digestCode } from './name-what-decides/code-digest.js';
import { AllowList } from './examine-object/allow-list.js';
import { Inspector } from './examine-object/inspector.js';
import { partEnginePlaces } from './inspection/part-engines.js';
import { type LoadedSettings, loadSettings } from './load-settings.js';
import { type ScannerConfig, slotsOf } from './scanner.config.js';
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
  const [uid, gid] = config.SCANNER_INSPECTOR_ACCOUNT?.split(':').map(Number) ?? [];
  if (uid !== undefined && gid !== undefined) runSandboxesAs({ uid, gid });
  const { broker, rpc, store } = await connect(config, logger);
  const inspector = createInspector(config);
  reportConfinement(logger);
  const allowList = new AllowList(inspector.inUse['hash-list']);
  const settings = loadSettings({ broker, rpc }, logger);
  const engines = createEngines(config, settings);
  const metrics = createMetrics('scanner');
  let code: string | null = null;
  let loadedVersion = (): string | null => null;
  const signatures =
    config.CLAMD_DATABASE_DIR === undefined
      ? null
      : new SignatureFolder({
          folder: config.CLAMD_DATABASE_DIR,
          loadedVersion: () => loadedVersion(),
        }).start();
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
      code: () => code,
      signatures,
      metrics,
    }),
    { logger: nestLogger(logger), abortOnError: false },
  );
  const [jobs, watch, decisionSet] = [
    app.get(TakeJobsService),
    app.get(WatchEnginesService),
    app.get(DecisionSet),
  ];
  loadedVersion = () => {
    const clamav = watch.statuses.get('clamav');
    return clamav?.isHealthy === true ? clamav.version : null;
  };
  watch.start();
  // The stand-in engine of measurements says the same of everything, and each scan is to be one.
  if (config.SCANNER_STAND_IN_ENGINE_MS === undefined)
    void digestCode().then((digest) => {
      code = digest;
      if (digest === null) logger.warn('this build cannot be told from others: no verdict is told again');
    });
  const files = watchFiles(watchedPaths(config), () => {
    void reloadFiles({ inspector, allowList, watch }, logger);
  });
  const management = await startManagement({
    app,
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
    service: 'scanner',
    instance: config.INSTANCE,
    details: () => ({
      engines: [...watch.statuses.values()],
      busySlots: app.get(ScanSlots).busy,
      slots: slotsOf(config),
      decisionSet: decisionSet.current,
      registryRevision: settings.isLoaded ? settings.revision : null,
    }),
    management,
    broker,
    logger,
  });
  let reported = decisionSet.current;
  // What was decided otherwise is told again until it is known that something else decides now.
  watch.onTested(() => {
    if (decisionSet.current === reported) return;
    reported = decisionSet.current;
    reports.wake();
  });
  return [
    { name: 'jobs', run: () => jobs.stop(finishScansMs) },
    { name: 'files', run: () => files.stop() },
    { name: 'status reports', run: () => reports.stop() },
    { name: 'settings', run: () => settings.stop() },
    { name: 'self-tests', run: () => watch.stop() },
    { name: 'signature folder', run: () => signatures?.stop() },
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
  const store = await openObjectStore(config.OBJECT_STORE_URL);
  const broker = await connectBroker({
    url: config.AMQP_URL,
    name: `scanner ${config.INSTANCE}`,
    heartbeatSeconds: config.AMQP_HEARTBEAT_SECONDS,
    after: config.AMQP_AFTER,
    logger,
  });
  return { broker, rpc: new RpcClient(broker.openRequests()), store };
}

function createEngines(config: ScannerConfig, settings: Pick<LoadedSettings, 'current'>): Engine[] {
  if (config.SCANNER_STAND_IN_ENGINE_MS !== undefined) {
    if (config.NODE_ENV !== 'test')
      throw new ConfigError('SCANNER_STAND_IN_ENGINE_MS is for measurements: it needs NODE_ENV=test.');
    return [new StandInEngine(config.SCANNER_STAND_IN_ENGINE_MS)];
  }
  if (config.CLAMD_URL === undefined) return [];
  return [
    new ClamavEngine({
      url: config.CLAMD_URL,
      maxObjectBytes: config.CLAMD_MAX_OBJECT_BYTES,
      heuristics: () => settings.current.clamavHeuristics,
    }),
  ];
}

function createInspector(config: ScannerConfig): Inspector {
  return new Inspector(Object.fromEntries(partEnginePlaces.map((place) => [place, config[place]])), {
    others: config.SCANNER_SLOTS + config.SCANNER_HEAVY_SLOTS,
    mail: config.SCANNER_MAIL_SLOTS,
  });
}

const watchedPaths = (config: ScannerConfig): string[] =>
  partEnginePlaces.map((place) => config[place]).filter((path) => path !== undefined);

/** Changed rules or lists: taken over when all of them are sound, else those of before stay and health says why. */
async function reloadFiles(
  { inspector, allowList, watch }: { inspector: Inspector; allowList: AllowList; watch: WatchEnginesService },
  logger: Logger,
): Promise<void> {
  const outcome = await inspector.reload();
  if (outcome === 'adopted') allowList.take(inspector.inUse['hash-list']);
  if (outcome === 'rejected') {
    const problems = Object.fromEntries(inspector.rejectedUpdates);
    logger.error({ problems }, 'changed rules or lists are faulty, those of before stay in use');
  } else if (outcome === 'adopted') logger.info('rules or lists changed');
  await watch.check({ isFresh: true });
}

function ensure(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}

/** What else stands between a parser and this machine; SECURITY.md says what follows from each. */
function reportConfinement(logger: Logger): void {
  const confined = confinement();
  const note = confinementNote(confined);
  if (confined.kind === 'namespaces')
    logger.info('inspectors have namespaces of their own: no network, no other process, few files');
  else if (confined.kind === 'filters' && confined.isReadingBounded)
    logger.info({ why: confined.why }, note ?? '');
  else logger.warn({ why: confined.why }, note ?? '');
}
