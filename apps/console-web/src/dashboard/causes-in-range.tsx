import { Anchor, Skeleton, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { Card } from '../design/card.js';
import { formatDuration } from '../texts/formats.js';
import { Clock } from '../texts/moment.js';
import type { NumberedCause } from './cause-marks.js';

/** What the numbers in the charts stand for; null: not known yet. */
export const CausesInRange = ({
  causes,
}: {
  readonly causes: readonly NumberedCause[] | null;
}): ReactElement => (
  <Card
    title="Problems in this time"
    aside={
      <Anchor component={Link} href="/health" size="xs" c="dimmed" underline="always">
        All of the last 7 days
      </Anchor>
    }
  >
    {causes === null ? (
      <Skeleton height={20} />
    ) : causes.length === 0 ? (
      <Text size="sm" c="dimmed">
        None. Where one begins and ends, the charts show its number.
      </Text>
    ) : (
      <ol className="causes-in-range">
        {causes.map(({ number, cause }) => (
          <li key={number} value={number}>
            <span className="wrapping">{cause.title}</span>{' '}
            <span className="quiet">
              <Clock at={cause.beganAt} /> –{' '}
              {cause.endedAt === null ? 'not over yet' : <Clock at={cause.endedAt} />},{' '}
              {formatDuration(cause.durationSeconds * 1000)}
            </span>
          </li>
        ))}
      </ol>
    )}
  </Card>
);
