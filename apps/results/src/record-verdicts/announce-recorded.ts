import { exchanges, type FinishedHint } from '@sluice/contracts';
import type { Broker } from '@sluice/broker';
import type { Logger } from '@sluice/runtime';
import type { ObjectStore } from '@sluice/object-store';
import type { Recorded } from './record-verdicts.query.js';
import type { AfterRecording } from './record-verdicts.service.js';

interface Needs {
  readonly broker: Pick<Broker, 'publish'>;
  readonly store: Pick<ObjectStore, 'delete' | 'deleteSidecar'>;
  readonly logger: Logger;
  /** Told of each object whose scan ended and that is not kept. */
  readonly onFreed?: (objectKey: string) => void;
  /** Told when scans ended of which an object may be kept. */
  readonly onKept?: () => void;
  readonly count: (recorded: Recorded) => void;
}

/**
 * After the commit: held requests are told, objects no one needs are deleted. Neither can undo the verdict: a lost hint
 * costs a held request two seconds, a left object is found by the orphan sweep.
 */
export function announceRecorded({ broker, store, logger, count, onFreed, onKept }: Needs): AfterRecording {
  return (recorded) => {
    const finished = recorded.filter((one) => one.state !== 'processing');
    for (const one of recorded) {
      count(one);
      logger.info(
        { submissionId: one.submissionId, state: one.state, ...(one.isReused && { isReused: true }) },
        'verdict recorded',
      );
    }
    if (finished.some((one) => !one.isObjectDone)) onKept?.();
    for (const { objectKey, submissionId } of finished.filter((one) => one.isObjectDone)) {
      onFreed?.(objectKey);
      store.delete(objectKey).catch((err: unknown) => {
        logger.warn({ err, submissionId }, 'object not deleted, left to the orphan sweep');
      });
    }
    for (const { objectKey, submissionId } of finished.filter((one) => one.hasPasswords))
      store.deleteSidecar(objectKey).catch((err: unknown) => {
        logger.warn({ err, submissionId }, 'passwords not deleted, left to the orphan sweep');
      });
    if (finished.length > 0) tell(broker, finished, logger);
  };
}

function tell(broker: Needs['broker'], finished: readonly Recorded[], logger: Logger): void {
  const registrationIds = [...new Set(finished.map((one) => one.registrationId))];
  const scans = finished.flatMap(({ registrationId, scanId }) =>
    scanId === null ? [] : [{ registrationId, scanId }],
  );
  const message: FinishedHint = { v: 1, registrationIds, scans };
  broker
    .publish({
      exchange: exchanges.finished.name,
      routingKey: '',
      message,
      persistent: false,
      // No gateway listening is normal.
      mandatory: false,
    })
    .catch((err: unknown) => logger.debug({ err }, 'finished hint not sent'));
}
