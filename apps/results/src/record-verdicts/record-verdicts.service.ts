import type { Database } from '@sluice/database';
import { BatchLane } from '../write-in-batches/batch-lane.js';
import type { VerdictItem } from './prepare-verdict.js';
import { recordItems, type Recorded } from './record-verdicts.query.js';

/** `refused`: the database cannot store this verdict's data. */
export type RecordOutcome = Recorded | 'refused' | null;
/** Told after each commit; must not throw. */
export type AfterRecording = (recorded: readonly Recorded[]) => void;

const maxItems = 256;
/** A statement and its commit cost as much as those of fifteen verdicts more in it. */
const fillMs = 4;

/** Brings scans to their end: verdicts of scanners, and scans given up. */
export class RecordVerdicts {
  private readonly lane: BatchLane<VerdictItem, RecordOutcome>;

  constructor(
    private readonly database: Database,
    private readonly afterwards: AfterRecording,
  ) {
    this.lane = new BatchLane({
      run: (items) => this.run(items),
      rejected: () => 'refused',
      maxItems,
      fillMs,
      // Verdicts wait in their queue for as long as the database is away.
      deadlineMs: Number.POSITIVE_INFINITY,
      keyOf: () => null,
    });
  }

  /** Resolves after the commit. */
  async record(item: VerdictItem): Promise<RecordOutcome> {
    const [outcome] = await this.recordAll([item]);
    return outcome ?? null;
  }

  /** Each item by itself, in order; resolves after the commit of all. */
  recordAll(items: readonly VerdictItem[]): Promise<RecordOutcome[]> {
    return this.lane.add(items);
  }

  /** Stops retrying; unacknowledged verdicts go back to their queue. */
  stop(): void {
    this.lane.stop();
  }

  private async run(items: readonly VerdictItem[]): Promise<readonly RecordOutcome[]> {
    const outcomes = await recordItems(this.database.query, items);
    this.afterwards(outcomes.filter((one) => one !== null));
    return outcomes;
  }
}
