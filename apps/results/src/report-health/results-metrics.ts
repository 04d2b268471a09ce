import { Counter, Gauge, type Registry } from 'prom-client';
import type { AcceptOutcome, HoldAnswer } from '@sluice/contracts';
import { readRow, readRows, type Database } from '@sluice/database';
import { within } from '@sluice/timing';
import { z } from 'zod';
import type { Recorded } from '../record-verdicts/record-verdicts.query.js';

const queueRowSchema = z.object({ queue: z.string(), priority: z.int(), unfinished: z.int() });

const waveRowSchema = z.object({
  objects: z.int(),
  done: z.int(),
  detected: z.int(),
  cleared: z.int(),
  unknown: z.int(),
});

/** Counts of what this instance did, and what the ledger holds. Ids, names and hashes are never labels. */
export class ResultsMetrics {
  private readonly accepts: Counter<'outcome'>;
  private readonly verdicts: Counter<'state'>;
  private readonly reused: Counter<'state'>;
  private readonly holds: Counter<'outcome'>;
  private readonly groups: Counter;
  private readonly unfinished: Gauge<'queue' | 'priority'>;
  private readonly wave: Gauge<'objects'>;

  constructor(
    registry: Registry,
    private readonly database: Pick<Database, 'query'>,
  ) {
    const registers = [registry];
    this.accepts = new Counter({
      name: 'sluice_accept_outcomes_total',
      help: 'Submissions by what the ledger answered',
      labelNames: ['outcome'],
      registers,
    });
    this.verdicts = new Counter({
      name: 'sluice_verdicts_recorded_total',
      help: 'Verdicts recorded; processing: a failed attempt that is tried again',
      labelNames: ['state'],
      registers,
    });
    this.reused = new Counter({
      name: 'sluice_verdicts_reused_total',
      help: 'Of the verdicts recorded those that were known of the same bytes, and told again without a scan',
      labelNames: ['state'],
      registers,
    });
    this.holds = new Counter({
      name: 'sluice_mail_holds_total',
      help: 'Mails that sensors asked to have held, by what the ledger answered; all but held were put off',
      labelNames: ['outcome'],
      registers,
    });
    this.groups = new Counter({
      name: 'sluice_group_files_deleted_total',
      help: 'Files of several objects that were removed, none of their objects being needed any more',
      registers,
    });
    this.unfinished = new Gauge({
      name: 'sluice_unfinished_scans',
      help: 'Scans without a verdict, by queue and priority',
      labelNames: ['queue', 'priority'],
      collect: whenRead(() => this.countUnfinished()),
      registers,
    });
    this.wave = new Gauge({
      name: 'sluice_rescan_wave_objects',
      help: 'Kept objects of the wave that runs or was last: to be scanned again when it began, looked at, and of these detected now, clean now, unknown',
      labelNames: ['objects'],
      collect: whenRead(() => this.countWave()),
      registers,
    });
  }

  readonly countAccepts = (outcomes: readonly AcceptOutcome[]): void => {
    for (const { outcome } of outcomes) this.accepts.inc({ outcome });
  };

  readonly countVerdict = (recorded: Recorded): void => {
    this.verdicts.inc({ state: recorded.state });
    if (recorded.isReused) this.reused.inc({ state: recorded.state });
  };

  readonly countHold = (outcome: HoldAnswer['outcome']): void => this.holds.inc({ outcome });

  readonly countGroup = (): void => this.groups.inc();

  private async countUnfinished(): Promise<void> {
    const answer = await this.database.query('SELECT queue, priority, unfinished FROM ledger.queue_depths');
    this.unfinished.reset();
    for (const { queue, priority, unfinished } of readRows(queueRowSchema, answer.rows))
      this.unfinished.set({ queue, priority: String(priority) }, unfinished);
  }

  private async countWave(): Promise<void> {
    const answer = await this.database.query(
      'SELECT objects, done, detected, cleared, unknown FROM ledger.rescan_wave_list ORDER BY id DESC LIMIT 1',
    );
    const wave = readRow(waveRowSchema, answer.rows);
    if (wave !== null) for (const [objects, count] of Object.entries(wave)) this.wave.set({ objects }, count);
  }
}

/** Several readers, or one that reads often, cost one look in this time. */
const freshForMs = 5000;
const longestLookMs = 2000;

/** Looks at the ledger when metrics are read. One that fails, or takes longer than readers wait, leaves the values of before. */
function whenRead(look: () => Promise<void>): () => Promise<void> {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - lookedAtMs < freshForMs) return;
    lookedAtMs = performance.now();
    await within(longestLookMs, look()).catch(() => undefined); // shown by the readiness check
  };
}
