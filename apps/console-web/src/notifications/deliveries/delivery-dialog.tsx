import { Badge, Group, Stack, Text, Timeline } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { ApiProblem } from '../../api/api-problem.js';
import { withQuery } from '../../api/ask.js';
import { useCanHandleAlerts } from '../../api/session-state.js';
import { ListFailed, ListLoading } from '../../lists/list-states.js';
import { ClaimedText } from '../../texts/claimed-text.js';
import { CopyAction } from '../../texts/copy-action.js';
import { formatDuration, plural } from '../../texts/formats.js';
import { Moment } from '../../texts/moment.js';
import { useDelivery } from './deliveries-query.js';
import { canReplay, deliveryStateWords, type Attempt, type Delivery } from './delivery.js';
import { DeliveryNote, DeliveryState, DeliveryTitle } from './delivery-texts.js';
import { ReplayButton } from './delivery-table.js';
import { Dialog } from '../../design/dialog.js';

interface Props {
  readonly id: string;
  readonly onClose: () => void;
}

/** One delivery with every attempt; it goes on while it is looked at. */
export function DeliveryDialog({ id, onClose }: Props): ReactElement {
  const delivery = useDelivery(id);
  const isGone = delivery.error instanceof ApiProblem && [400, 404].includes(delivery.error.status);
  return (
    <Dialog opened onClose={onClose} title="Delivery" size="xl" closeButtonProps={{ 'aria-label': 'Close' }}>
      {delivery.data !== undefined && !isGone ? (
        <OneDelivery delivery={delivery.data} />
      ) : isGone ? (
        <Text size="sm">There is no such delivery. They are kept for 30 days.</Text>
      ) : delivery.isError ? (
        <ListFailed problem={delivery.error} onRetry={() => void delivery.refetch()} />
      ) : (
        <ListLoading what="the delivery" />
      )}
    </Dialog>
  );
}

function OneDelivery({ delivery }: { readonly delivery: Delivery }): ReactElement {
  const mayReplay = useCanHandleAlerts();
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="sm">
        <div className="delivery-head">
          <Text fw={640}>
            <DeliveryTitle delivery={delivery} />
          </Text>
          <Text size="sm" c="dimmed" component="div" className="delivery-note">
            <DeliveryNote delivery={delivery} />
          </Text>
        </div>
        {mayReplay && canReplay(delivery) && <ReplayButton delivery={delivery} name="this delivery" />}
      </Group>
      <Facts delivery={delivery} />
      <section aria-label="Attempts">
        <Text fw={640} size="sm" mb="sm">
          {delivery.attempts.length === 0 ? 'No attempt yet' : plural(delivery.attempts.length, 'attempt')}
        </Text>
        <Attempts attempts={delivery.attempts} />
      </section>
    </Stack>
  );
}

function Facts({ delivery }: { readonly delivery: Delivery }): ReactElement {
  const { rule, channel, eventId, partOf, problems } = delivery;
  return (
    <dl className="delivery-facts">
      <Fact name="State">
        <DeliveryState delivery={delivery} />
        <div className="quiet">{deliveryStateWords[delivery.state].means}</div>
      </Fact>
      <Fact name="Channel">
        <Link href={withQuery('/notifications/deliveries', { channelId: channel.id })}>
          <ClaimedText text={channel.name} />
        </Link>
      </Fact>
      {rule !== null && (
        <Fact name="Rule">
          <Link href={`/notifications/rules/${rule.id}`}>
            <ClaimedText text={rule.name ?? 'a rule without a name'} />
          </Link>
        </Fact>
      )}
      {problems !== null && problems.length > 1 && (
        <Fact name="Reported">
          {problems.map((problem) => (
            <div key={problem}>
              <ClaimedText text={problem} />
            </div>
          ))}
        </Fact>
      )}
      {(delivery.kind === 'digest' || delivery.kind === 'held-back') && (
        <Fact name="Alerts">
          <Link href={withQuery('/notifications/deliveries', { partOf: delivery.id })}>
            {plural(delivery.eventsTotal ?? 0, 'alert')} in it
          </Link>
        </Fact>
      )}
      {partOf !== null && (
        <Fact name="Sent in">
          <Link href={withQuery('/notifications/deliveries', { open: partOf })}>
            the digest or summary it is part of
          </Link>
        </Fact>
      )}
      <Fact name="Made">
        <Moment at={delivery.createdAt} />
      </Fact>
      {delivery.finishedAt !== null && (
        <Fact name="Ended">
          <Moment at={delivery.finishedAt} />
        </Fact>
      )}
      {eventId !== null && (
        <Fact name="Event id">
          <span className="hash">{eventId}</span> <CopyAction value={eventId} what="the event id" />
        </Fact>
      )}
    </dl>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** Newest first: the last answer is what matters. */
function Attempts({ attempts }: { readonly attempts: readonly Attempt[] }): ReactElement {
  const newest = attempts.map((attempt, index) => ({ attempt, number: index + 1 })).reverse();
  return (
    <Timeline bulletSize={14} lineWidth={2} active={-1}>
      {newest.map(({ attempt, number }) => (
        <Timeline.Item key={number} title={<AttemptTitle attempt={attempt} number={number} />}>
          <Text size="xs" c="dimmed" mb={6}>
            <Moment at={attempt.startedAt} />
            {attempt.finishedAt !== null && `, took ${formatDuration(tookMs(attempt))}`}, by{' '}
            {attempt.instance}
          </Text>
          {attempt.answer !== null && attempt.answer !== '' && (
            <div className="attempt-answer">
              <ClaimedText text={attempt.answer} />
            </div>
          )}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

const tookMs = (attempt: Attempt): number =>
  Math.max(0, Date.parse(attempt.finishedAt ?? attempt.startedAt) - Date.parse(attempt.startedAt));

const outcomes = {
  delivered: { name: 'Taken', color: 'teal' },
  failed: { name: 'Failed', color: 'red' },
} as const;

function AttemptTitle({
  attempt,
  number,
}: {
  readonly attempt: Attempt;
  readonly number: number;
}): ReactElement {
  const word =
    attempt.outcome === null
      ? { name: 'Under way, or its sender ended in the middle of it', color: 'gray' }
      : outcomes[attempt.outcome];
  return (
    <Group gap={8}>
      <span>Attempt {number}</span>
      <Badge color={word.color}>{word.name}</Badge>
    </Group>
  );
}
