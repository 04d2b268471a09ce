import { randomUUID } from 'node:crypto';
import type { AcceptItem, Verdict } from '@sluice/contracts';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { recordItems, type Recorded } from '../record-verdicts/record-verdicts.query.js';
import { acceptItems } from '../accept-scans/accept-scans.query.js';
import { AdvanceWaves } from '../rescan-kept/advance-waves.service.js';
import { RescanKept } from '../rescan-kept/rescan-kept.service.js';
import { itemOf, verdictOf, type LedgerFixture, type System } from './ledger-fixture.js';

interface WaveRow {
  id: number;
  decision_set: string;
  objects: number;
  done: number;
  detected: number;
  cleared: number;
  unknown: number;
  end_reason: string | null;
}
export interface Begun {
  readonly rescanOf: string;
  readonly submissionId: string;
  readonly sha256: string;
  readonly objectKey: string;
}

/** What a console and scanners do in a wave, without either. */
export class RescanFixture {
  private readonly waves: AdvanceWaves;
  readonly kept: RescanKept;

  constructor(readonly ledger: LedgerFixture) {
    this.waves = new AdvanceWaves(ledger.database, { info: () => undefined });
    this.kept = new RescanKept(ledger.database, {} as never, () => undefined);
  }

  /** On, with a scanner that reports this set for longer than a minute. */
  async turnOn(set: string, inFlight = 64): Promise<void> {
    await this.ledger.set('rescanKept', true);
    await this.ledger.set('rescanInFlight', inFlight);
    await this.report(set);
  }

  async report(
    set: string | null,
    changes: Parameters<LedgerFixture['reportScanner']>[0] = {},
  ): Promise<void> {
    await this.ledger.reportScanner({ decisionSet: set, slots: 64, ...changes });
    // In the order they are reported in, and none of them new.
    await this.ledger.database.query(
      `UPDATE ledger.decision_sets SET first_seen_at = first_seen_at - interval '1 hour'
       WHERE first_seen_at > clock_timestamp() - interval '1 minute'`,
    );
  }

  async advance(): Promise<WaveRow | undefined> {
    if (await this.waves.isNeeded()) await this.waves.advance();
    return this.wave();
  }

  /** With room for all, and none of the sets new. */
  async advanceAtOnce(): Promise<WaveRow | undefined> {
    await this.ledger.rows(`UPDATE ledger.instances SET status = status || '{"slots": 100000}'`);
    await this.ledger.rows(
      `UPDATE ledger.decision_sets SET first_seen_at = first_seen_at - interval '1 hour'
       WHERE first_seen_at > clock_timestamp() - interval '1 minute'`,
    );
    return this.advance();
  }

  async wave(): Promise<WaveRow | undefined> {
    const [row] = await this.ledger.rows<WaveRow>(
      `SELECT id::integer, decision_set, objects, done, detected, cleared, unknown, end_reason
       FROM ledger.rescan_waves ORDER BY ledger.rescan_waves.id DESC LIMIT 1`,
    );
    return row;
  }

  due(): Promise<{ wave: number; object_key: string }[]> {
    return this.ledger.rows('SELECT wave::integer, object_key FROM ledger.rescan_due');
  }

  /** All that there is room for now. */
  async begin(): Promise<Begun[]> {
    for (const { object_key, wave } of await this.due())
      await this.kept.rescan({ objectKey: object_key, wave, dataKey: undefined });
    return this.unfinished();
  }

  unfinished(): Promise<Begun[]> {
    return this.ledger.rows(
      `SELECT submission_id AS "submissionId", rescan_of AS "rescanOf", sha256, object_key AS "objectKey" FROM ledger.scans
       WHERE state = 'processing' AND rescan_wave IS NOT NULL ORDER BY seq`,
    );
  }

  async scan(
    system: System,
    outcome: Verdict['outcome'],
    more: Partial<Verdict & AcceptItem> = {},
  ): Promise<AcceptItem> {
    const { decisionSet, reason, scanId, mailFrom, rcptTo, objectType } = more;
    const item = itemOf(system, {
      submissionId: randomUUID(),
      ...(scanId !== undefined && { scanId }),
      ...(mailFrom !== undefined && { mailFrom }),
      ...(rcptTo !== undefined && { rcptTo }),
      ...(objectType !== undefined && { objectType }),
    });
    await acceptItems(this.ledger.database.query, [item]);
    await this.conclude(item, outcome, {
      ...(decisionSet !== undefined && { decisionSet }),
      ...(reason !== undefined && { reason }),
    });
    return item;
  }

  async conclude(
    scan: Pick<AcceptItem, 'submissionId' | 'sha256'>,
    outcome: Verdict['outcome'],
    changes: Partial<Verdict> = {},
  ): Promise<Recorded | null> {
    const [recorded] = await recordItems(this.ledger.database.query, [
      prepareVerdict(verdictOf(scan, outcome, changes)),
    ]);
    return recorded ?? null;
  }
}
