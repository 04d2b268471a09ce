import { setTimeout as delay } from 'node:timers/promises';
import { cleanText, queues, submissionIdSchema } from '@sluice/contracts';
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
 * Messages nobody could read. Operators see them as failed jobs; the scan one names ends in `error`, because no other
 * message about it will come.
 */
export class CollectDeadLetters {
  constructor(
    private readonly database: Database,
    private readonly records: RecordVerdicts,
  ) {}

  async collect({ content, raw }: DeadLetter): Promise<void> {
    const submissionId = submissionIdOf(content, raw);
    const source = kindOf(content);
    const excerpt = cleanText(raw.subarray(0, excerptBytes).toString('utf8'), excerptBytes);
    if (submissionId !== null)
      await this.records.record(
        giveUp(submissionId, 'bad-message', `A ${source} message about this scan could not be read.`),
      );
    const noted = await this.database.query(
      `UPDATE ledger.failed_jobs SET source = $2, excerpt = $3 WHERE submission_id = $1 AND kind = 'scan'`,
      [submissionId, source, excerpt],
    );
    if (noted.rowCount > 0) return;
    await this.database.query(
      `INSERT INTO ledger.failed_jobs (kind, submission_id, reason, reason_text, source, excerpt, failed_at)
       VALUES ('message', $1, 'bad-message', 'A message could not be read.', $2, $3, clock_timestamp())`,
      [submissionId, source, excerpt],
    );
  }
}

/** Also from what is no JSON any more: the scan must not stay open because of it. */
function submissionIdOf(content: unknown, raw: Buffer): string | null {
  const named = (content as { submissionId?: unknown } | null | undefined)?.submissionId;
  const found = named ?? /"submissionId"\s*:\s*"([0-9a-f-]{36})"/i.exec(raw.toString('latin1'))?.[1];
  const parsed = submissionIdSchema.safeParse(found);
  return parsed.success ? parsed.data : null;
}

function kindOf(content: unknown): 'job' | 'verdict' | 'unknown' {
  const kind = (content as { kind?: unknown } | null | undefined)?.kind;
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
          logger.error({ err, bytes: delivery.raw.length }, 'dead letter can not be recorded, dropped');
          return 'ack';
        }
        await delay(retryMs);
      }
  };
  return broker.consume({ queue: queues.dead.name, prefetch: 4, onMessage });
}
