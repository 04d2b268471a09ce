import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ClaimedText } from '../../texts/claimed-text.js';
import { formatSpan, plural } from '../../texts/formats.js';
import { useNowMs } from '../../texts/moment.js';
import { WordBadge } from '../../texts/word-badge.js';
import { stateWordOf, type Delivery } from './delivery.js';

interface Props {
  readonly delivery: Delivery;
}

/** What is reported, in a line. */
export function DeliveryTitle({ delivery }: Props): ReactElement {
  switch (delivery.kind) {
    case 'alert':
      return delivery.objectName === null ? (
        <>Alert {delivery.alertId}</>
      ) : (
        <ClaimedText text={delivery.objectName} />
      );
    case 'operation': {
      const [first, ...others] = delivery.problems ?? [];
      return (
        <>
          <ClaimedText text={first ?? 'Operation needs attention'} />
          {others.length > 0 && `, and ${plural(others.length, 'other')}`}
        </>
      );
    }
    case 'digest':
      return <>{plural(delivery.eventsTotal ?? 0, 'alert')} gathered</>;
    case 'held-back':
      return <>{plural(delivery.eventsTotal ?? 0, 'alert')} held back</>;
    case 'test':
      return <>Test by {delivery.operator}</>;
  }
}

/** The second line: which alert, or what sort of message it is. */
export function DeliveryNote({ delivery }: Props): ReactElement | null {
  switch (delivery.kind) {
    case 'alert':
      return delivery.alertId === null ? null : (
        <Link href={`/alerts/${delivery.alertId}`}>Alert {delivery.alertId}</Link>
      );
    case 'operation':
      return <>Operation</>;
    case 'digest':
      return <>Digest</>;
    case 'held-back':
      return <>Over the limit of the rule</>;
    case 'test':
      return null;
  }
}

export function DeliveryState({ delivery }: Props): ReactElement {
  const nowMs = useNowMs();
  const { state, nextAttemptAt, attempts, isBeingSent } = delivery;
  const seconds = nextAttemptAt === null ? 0 : (Date.parse(nextAttemptAt) - nowMs) / 1000;
  const isTimed = nextAttemptAt !== null && !isBeingSent;
  return (
    <div className="cell-line">
      <WordBadge word={stateWordOf(delivery)} />
      <span className="quiet cell-text">
        {[
          attempts.length > 1 ? plural(attempts.length, 'attempt') : null,
          isTimed
            ? `${state === 'gathering' ? 'goes out' : 'next'} ${seconds > 1 ? `in ${formatSpan(seconds)}` : 'any moment'}`
            : null,
        ]
          .filter((part) => part !== null)
          .join(', ')}
      </span>
    </div>
  );
}
