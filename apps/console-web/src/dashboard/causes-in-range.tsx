import { Anchor, Skeleton, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { describeProblem } from '../api/api-problem.js';
import { Card } from '../design/card.js';
import { formatDuration } from '../texts/formats.js';
import { ClaimedText } from '../texts/claimed-text.js';
import { Clock } from '../texts/moment.js';
import type { NumberedCause } from './cause-marks.js';
import type { ChartChange } from './chart-changes.js';

interface Props {
  /** Null: not known yet. */
  readonly causes: readonly NumberedCause[] | null;
  readonly changes: readonly ChartChange[];
  /** Why causes are not known. */
  readonly causesProblem: unknown;
  /** Why changes of settings are not known. */
  readonly problem: unknown;
}

/** What the numbers and letters in the charts stand for. */
export const CausesInRange = ({ causes, changes, causesProblem, problem }: Props): ReactElement => (
  <Card
    title="Problems and changes in this time"
    aside={
      <Anchor component={Link} href="/health" size="xs" c="dimmed" underline="always">
        All of the last 7 days
      </Anchor>
    }
  >
    {causes !== null ? (
      <CauseList causes={causes} />
    ) : causesProblem === null ? (
      <Skeleton height={20} />
    ) : (
      <Text size="sm" c="dimmed">
        Problems of this time are not known. {describeProblem(causesProblem)}
      </Text>
    )}
    {changes.length > 0 && (
      <ol type="A" className="causes-in-range" aria-label="Changes">
        {changes.map(({ letter, at, texts }) => (
          <li key={letter}>
            <span className="wrapping">
              <ClaimedText text={texts.join(', ')} />
            </span>{' '}
            <span className="quiet">
              <Clock at={at} />
            </span>
          </li>
        ))}
      </ol>
    )}
    {problem !== null && (
      <Text size="sm" c="dimmed" mt="xs">
        Changes of settings are missing here. {describeProblem(problem)}
      </Text>
    )}
  </Card>
);

const CauseList = ({ causes }: { readonly causes: readonly NumberedCause[] }): ReactElement =>
  causes.length === 0 ? (
    <Text size="sm" c="dimmed">
      No problems. Charts show where one begins (1) and ends (1 ✓).
    </Text>
  ) : (
    <ol className="causes-in-range" aria-label="Problems in this time">
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
  );
