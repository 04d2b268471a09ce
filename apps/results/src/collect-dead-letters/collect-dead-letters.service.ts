import { setTimeout as delay } from 'node:timers/promises';
import { cleanText, maxVerdictsPerMessage, queues, submissionIdSchema } from '@sluice/contracts';
import type { Broker, Consumer, Delivery, Disposition } from '@sluice/broker';
import { DatabaseError, type Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { giveUp } from '../record-verdicts/prepare-verdict.js';
import type { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';

const excerptBytes = 512;
const retryMs = 1000;

export interface DeadLetter {
  readonly content: unknown;
  readonly raw: Buffer;
}

/**
 * Messages no one could read. Operators see them as failed jobs; the scan one names ends in `error`, because no other
 * message about it will come.
 */
export class CollectDeadLetters {
  constructor(
    private readonly database: Database,
    private readonly records: RecordVerdicts,
  ) {}

  async collect({ content, raw }: DeadLetter): Promise<void> {
    const source = kindOf(content);
    const excerpt = cleanText(raw.subarray(0, excerptBytes).toString('utf8'), excerptBytes);
    const submissionIds = submissionIdsIn(raw);
    let noted = 0;
    for (const submissionId of submissionIds) noted += await this.end(submissionId, { source, excerpt });
    if (noted > 0) return;
    await this.database.query(
      `INSERT INTO ledger.failed_jobs (kind, submission_id, reason, reason_text, source, excerpt, failed_at)
       VALUES ('message', $1, 'bad-message', 'A message could not be read.', $2, $3, clock_timestamp())`,
      [submissionIds[0] ?? null, source, excerpt],
    );
  }

  /** The number of failed jobs that tell of it: 0 when the scan has its result already. */
  private async end(submissionId: string, letter: { source: string; excerpt: string }): Promise<number> {
    const reasonText = `A ${letter.source} message about this scan could not be read.`;
    await this.records.record(giveUp(submissionId, 'bad-message', reasonText));
    const noted = await this.database.query(
      `UPDATE ledger.failed_jobs SET source = $2, excerpt = $3 WHERE submission_id = $1 AND kind = 'scan'`,
      [submissionId, letter.source, letter.excerpt],
    );
    return noted.rowCount;
  }
}

/** Also from what is no JSON any more: no scan may stay open because of it. A message may name several. */
function submissionIdsIn(raw: Buffer): string[] {
  const found = raw.toString('latin1').matchAll(/"submissionId"\s*:\s*"([0-9a-f-]{36})"/gi);
  const ids = new Set(Array.from(found, ([, id]) => id));
  return [...ids]
    .filter((id): id is string => submissionIdSchema.safeParse(id).success)
    .slice(0, maxVerdictsPerMessage);
}

function kindOf(content: unknown): 'job' | 'verdict' | 'unknown' {
  const kind = (content as { kind?: unknown } | null | undefined)?.kind;
  if (kind === 'verdicts') return 'verdict';
  return kind === 'job' || kind === 'verdict' ? kind : 'unknown';
}

/** Acknowledged once it is a row; while the database is away it stays in hand. */
export function consumeDeadLetters(
  broker: Pick<Broker, 'consume'>,
  letters: CollectDeadLetters,
  logger: Logger,
): Consumer {
  const onMessage = async (delivery: Delivery): Promise<Disposition> => {
    for (;;)
      try {
        await letters.collect(delivery);
        logger.error({ bytes: delivery.raw.length }, 'dead letter recorded');
        return 'ack';
      } catch (err) {
        if (!(err instanceof DatabaseError) || !err.isRetryable) {
          logger.error({ err, bytes: delivery.raw.length }, 'dead letter cannot be recorded, dropped');
          return 'ack';
        }
        await delay(retryMs);
      }
  };
  return broker.consume({ queue: queues.dead, prefetch: 4, onMessage });
}
