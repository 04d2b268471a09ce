import { queues, verdictQueueMessageSchema } from '@sluice/contracts';
import type { Broker, Consumer, Delivery, Disposition } from '@sluice/broker';
import type { Logger } from '@sluice/runtime';
import { prepareVerdict } from './prepare-verdict.js';
import type { RecordVerdicts } from './record-verdicts.service.js';

/** Also the largest batch that can gather while one commits. */
const prefetch = 200;

interface Needs {
  readonly broker: Pick<Broker, 'consume'>;
  readonly records: RecordVerdicts;
  readonly onMarker: (markerId: string) => Promise<void>;
  readonly logger: Logger;
}

/**
 * The edge of the verdict queue; only here messages are acknowledged, after the commit.
 *
 * | message                                  | becomes                                             |
 * |------------------------------------------|-----------------------------------------------------|
 * | unreadable, or a version not known       | dead letter (collect-dead-letters ends its scan)     |
 * | marker                                   | ack after it was noted                              |
 * | verdict, recorded or without effect      | ack                                                 |
 * | verdict whose data can't be stored       | dead letter                                         |
 * | the database is away                     | stays unacknowledged while it is tried again        |
 */
export function consumeVerdicts({ broker, records, onMarker, logger }: Needs): Consumer {
  const handle = async ({ content }: Delivery): Promise<Disposition> => {
    const parsed = verdictQueueMessageSchema.safeParse(content);
    if (!parsed.success) {
      logger.error({ issues: parsed.error.issues.slice(0, 3) }, 'unreadable verdict message');
      return 'dead-letter';
    }
    if (parsed.data.kind === 'marker') {
      await onMarker(parsed.data.markerId);
      return 'ack';
    }
    const outcome = await records.record(prepareVerdict(parsed.data));
    if (outcome !== 'refused') return 'ack';
    logger.error({ submissionId: parsed.data.submissionId }, 'verdict can not be stored');
    return 'dead-letter';
  };
  return broker.consume({ queue: queues.verdicts.name, prefetch, onMessage: handle });
}
