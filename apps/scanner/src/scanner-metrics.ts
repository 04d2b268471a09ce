import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 600];

/** What a scanner measures. Labels are outcomes, queues and engines: never ids, names or hashes. */
export class ScannerMetrics {
  readonly scans: Counter<'outcome' | 'reason'>;
  readonly scanSeconds: Histogram<'queue' | 'outcome'>;
  readonly engineSeconds: Histogram<'engine' | 'outcome'>;
  readonly messages: Counter<'queue' | 'kind'>;

  constructor(
    registry: Registry,
    state: {
      busySlots: () => number;
      engines: () => [name: string, isHealthy: boolean][];
      /** Whose newer rules or lists were refused. */
      rejectedUpdates?: () => string[];
    },
  ) {
    const registers = [registry];
    this.scans = new Counter({
      name: 'sluice_scans_total',
      help: 'Verdicts reported.',
      labelNames: ['outcome', 'reason'],
      registers,
    });
    this.scanSeconds = new Histogram({
      name: 'sluice_scan_duration_seconds',
      help: 'From taking a job to its verdict.',
      labelNames: ['queue', 'outcome'],
      buckets,
      registers,
    });
    this.engineSeconds = new Histogram({
      name: 'sluice_engine_duration_seconds',
      help: 'One engine on one object.',
      labelNames: ['engine', 'outcome'],
      buckets,
      registers,
    });
    this.messages = new Counter({
      name: 'sluice_scanner_messages_total',
      help: 'Messages taken from the job queues, by what became of them.',
      labelNames: ['queue', 'kind'],
      registers,
    });
    new Gauge({
      name: 'sluice_scanner_busy_slots',
      help: 'Scans running now.',
      registers,
      collect() {
        this.set(state.busySlots());
      },
    });
    new Gauge({
      name: 'sluice_engine_update_rejected',
      help: '1 while newer rules or lists of this engine are faulty and those of before are in use.',
      labelNames: ['engine'],
      registers,
      collect() {
        this.reset();
        for (const engine of state.rejectedUpdates?.() ?? []) this.set({ engine }, 1);
      },
    });
    new Gauge({
      name: 'sluice_engine_healthy',
      help: '1 when the last self-test passed.',
      labelNames: ['engine'],
      registers,
      collect() {
        this.reset();
        for (const [engine, isHealthy] of state.engines()) this.set({ engine }, isHealthy ? 1 : 0);
      },
    });
  }
}
