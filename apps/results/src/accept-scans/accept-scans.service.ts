import { maxAcceptItems, rpcTimeoutMs, type AcceptItem, type AcceptOutcome } from '@sluice/contracts';
import { readRow, type Database } from '@sluice/database';
import { z } from 'zod';
import { BatchLane } from '../write-in-batches/batch-lane.js';
import type { AfterRecording } from '../record-verdicts/record-verdicts.service.js';
import { acceptItems, admissionDefaults, limitScopeSchema } from './accept-scans.query.js';

const admitRowSchema = z.object({ scope: limitScopeSchema });

/** Requests that came while the last commit was on its way share the next one, up to this many of full size. */
const maxMessagesTogether = 4;
/** The caller has given up by then; accepting after that only makes work no one asked for. */
const deadlineMs = rpcTimeoutMs - 500;

/** Accepts scans: the committed row is the promise behind a caller's OK. */
export class AcceptScans {
  private readonly lane: BatchLane<AcceptItem, AcceptOutcome>;

  constructor(
    private readonly database: Database,
    private readonly onAnswered: (outcomes: readonly AcceptOutcome[]) => void = () => undefined,
    /** Told of scans that were told a known verdict, after the commit. */
    private readonly afterwards: AfterRecording = () => undefined,
    /** Told of each object that was not taken: its gateway deletes none that shares a file. */
    private readonly onFreed: (objectKey: string) => void = () => undefined,
  ) {
    this.lane = new BatchLane({
      run: (items) => this.run(items),
      rejected: () => ({ outcome: 'invalid' }),
      maxItems: maxMessagesTogether * maxAcceptItems,
      deadlineMs,
      keyOf: (item) =>
        item.scanId === null ? null : `${item.registrationId}/${item.instance}/${item.scanId}`,
    });
  }

  /** One outcome per item, in order. Rejects with DatabaseError when it cannot be done in time. */
  async accept(items: readonly AcceptItem[]): Promise<AcceptOutcome[]> {
    const outcomes = await this.lane.add(items);
    this.onAnswered(outcomes);
    return outcomes;
  }

  private async run(items: readonly AcceptItem[]): Promise<readonly AcceptOutcome[]> {
    const { outcomes, reused } = await acceptItems(this.database.query, items);
    if (reused.length > 0) this.afterwards(reused);
    for (const [at, { objectKey }] of items.entries())
      if (outcomes[at]?.outcome !== 'accepted') this.onFreed(objectKey);
    return outcomes;
  }

  /** A look without a promise: which limit one more scan would meet now, null when none. */
  async limitFor(registrationId: string, isMail: boolean): Promise<'all' | 'system' | null> {
    const { rows } = await this.database.query('SELECT ledger.admit($1, $2, $3) AS scope', [
      registrationId,
      isMail,
      admissionDefaults,
    ]);
    return readRow(admitRowSchema, rows)?.scope ?? null;
  }
}
