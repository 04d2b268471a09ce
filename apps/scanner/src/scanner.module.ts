import { availableParallelism } from 'node:os';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type { Broker } from '@sluice/broker';
import type { Engine } from '@sluice/contracts';
import { type ObjectStore, PasswordSeal } from '@sluice/object-store';
import type { RpcClient } from '@sluice/rpc';
import { ReadinessModule, type Logger } from '@sluice/runtime';
import type { Registry } from 'prom-client';
import { CallLimit } from './examine-object/call-limit.js';
import { ExamineObjectService } from './examine-object/examine-object.service.js';
import { GivenPasswords } from './examine-object/given-passwords.js';
import type { DecisionSetDeps } from './name-what-decides/decision-set.js';
import { DecisionSet } from './name-what-decides/decision-set.js';
import type { AllowList } from './examine-object/allow-list.js';
import type { Inspector } from './examine-object/inspector.js';
import type { LoadedSettings } from './load-settings.js';
import { ReportVerdictService } from './report-verdict/report-verdict.service.js';
import type { ScannerConfig } from './scanner.config.js';
import { ScannerMetrics } from './scanner-metrics.js';
import { BeginAgainService } from './take-jobs/begin-again.service.js';
import { Pause } from './take-jobs/pause.js';
import { BrokenOff } from './take-jobs/broken-off.js';
import { ScanJobService } from './take-jobs/scan-job.service.js';
import { ScanSlots } from './take-jobs/scan-slots.js';
import { TakeJobsService } from './take-jobs/take-jobs.service.js';
import { WatchEnginesService } from './watch-engines/watch-engines.service.js';

/** What the module gets from `start-scanner.ts`: things with connections or processes of their own. */
export interface ScannerDeps {
  readonly config: ScannerConfig;
  readonly logger: Logger;
  readonly broker: Pick<Broker, 'publish' | 'consume' | 'queueDepth'>;
  readonly rpc: Pick<RpcClient, 'ask'>;
  readonly store: ObjectStore;
  readonly settings: LoadedSettings;
  /** Engines for whole objects. */
  readonly engines: readonly Engine[];
  readonly inspector: Inspector;
  readonly allowList: AllowList;
  /** Of the decision set: the build, and where clamd's signatures lie. */
  readonly code: DecisionSetDeps['code'];
  readonly signatures: DecisionSetDeps['signatures'];
  readonly metrics: Registry;
}

@Module({})
export class ScannerModule {
  static with(parts: ScannerDeps): DynamicModule {
    return { module: ScannerModule, imports: [ReadinessModule], providers: providers(parts) };
  }
}

/** Parts beside the objects themselves: more than processors would only take them from mail. */
const callsOfOthers = (config: ScannerConfig): number =>
  Math.min(config.SCANNER_SLOTS + config.SCANNER_HEAVY_SLOTS, Math.max(2, availableParallelism()));

function providers({
  config,
  logger,
  broker,
  rpc,
  store,
  settings,
  engines,
  inspector,
  allowList,
  code,
  signatures,
  metrics,
}: ScannerDeps): Provider[] {
  const scanner = config.INSTANCE;
  const seal = config.PASSWORDS_KEY === undefined ? null : new PasswordSeal(config.PASSWORDS_KEY);
  const watched = [
    ...engines.map((engine) => ({ name: engine.name, test: async () => [await engine.selfTest()] })),
    { name: 'inspector', test: () => inspector.selfTest() },
    { name: 'object store', test: async () => (await store.freeBytes(), []) },
  ];
  return [
    Pause,
    {
      provide: ScanSlots,
      useFactory: () => new ScanSlots({ light: config.SCANNER_SLOTS, mail: config.SCANNER_MAIL_SLOTS }),
    },
    { provide: WatchEnginesService, useFactory: () => new WatchEnginesService(watched, logger) },
    {
      provide: DecisionSet,
      inject: [WatchEnginesService],
      useFactory: (watch: WatchEnginesService) =>
        new DecisionSet({ code, engines, watch, inspector, settings, signatures }),
    },
    {
      provide: ExamineObjectService,
      useFactory: () => new ExamineObjectService(store, engines, inspector, allowList),
    },
    {
      provide: ScannerMetrics,
      inject: [ScanSlots, WatchEnginesService],
      useFactory: (slots: ScanSlots, watch: WatchEnginesService) =>
        new ScannerMetrics(metrics, {
          busySlots: () => slots.busy,
          engines: () => [...watch.statuses.values()].map((one) => [one.engine, one.isHealthy]),
          rejectedUpdates: () => [...inspector.rejectedUpdates.keys()],
        }),
    },
    {
      provide: ReportVerdictService,
      inject: [Pause],
      useFactory: (pause: Pause) => new ReportVerdictService(broker, pause, logger),
    },
    {
      provide: BeginAgainService,
      inject: [Pause],
      useFactory: (pause: Pause) => new BeginAgainService(rpc, scanner, pause, logger),
    },
    {
      provide: ScanJobService,
      inject: [ExamineObjectService, WatchEnginesService, ScannerMetrics, ScanSlots, DecisionSet],
      useFactory: (
        examiner: ExamineObjectService,
        watch: WatchEnginesService,
        scannerMetrics: ScannerMetrics,
        slots: ScanSlots,
        decisionSet: DecisionSet,
      ) =>
        new ScanJobService({
          decisionSet,
          examiner,
          engines: watch,
          settings: () => settings.current,
          givenPasswords: new GivenPasswords(store, seal, logger),
          callsOfOthers: new CallLimit(callsOfOthers(config)),
          scanner,
          metrics: scannerMetrics,
          logger,
          isMailHeldUp: () => slots.isMailHeldUp,
          brokenOff: new BrokenOff(),
        }),
    },
    {
      provide: TakeJobsService,
      inject: [
        WatchEnginesService,
        BeginAgainService,
        ScanJobService,
        ReportVerdictService,
        ScanSlots,
        Pause,
        ScannerMetrics,
      ],
      useFactory: (
        watch: WatchEnginesService,
        begin: BeginAgainService,
        scans: ScanJobService,
        verdicts: ReportVerdictService,
        slots: ScanSlots,
        pause: Pause,
        scannerMetrics: ScannerMetrics,
      ) =>
        new TakeJobsService(
          {
            broker,
            engines: watch,
            settings,
            begin,
            scans,
            verdicts,
            slots,
            pause,
            metrics: scannerMetrics,
            logger,
          },
          {
            queueType: config.SCAN_QUEUE_TYPE,
            slots: {
              light: config.SCANNER_SLOTS,
              heavy: config.SCANNER_HEAVY_SLOTS,
              mail: config.SCANNER_MAIL_SLOTS,
            },
          },
        ),
    },
  ];
}
