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
 * | verdict whose data cannot be stored       | dead letter                                         |
 * | several verdicts                         | the same, once all are committed; one whose data    |
 * |                                          | cannot be stored makes all of it a dead letter: what |
 * |                                          | was recorded stays, only that scan ends in error    |
 * | the database is away                     | stays unacknowledged while it is tried again        |
 * | any, a fault of ours                     | requeue after a pause (consumer.ts)                 |
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
    const verdicts = parsed.data.kind === 'verdicts' ? parsed.data.verdicts : [parsed.data];
    const outcomes = await records.recordAll(verdicts.map(prepareVerdict));
    const refused = verdicts.filter((_, index) => outcomes[index] === 'refused');
    if (refused.length === 0) return 'ack';
    for (const { submissionId } of refused) logger.error({ submissionId }, 'verdict cannot be stored');
    return 'dead-letter';
  };
  return broker.consume({ queue: queues.verdicts, prefetch, onMessage: handle });
}
