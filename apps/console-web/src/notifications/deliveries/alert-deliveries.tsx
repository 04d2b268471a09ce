import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { describeProblem } from '../../api/api-problem.js';
import { withQuery } from '../../api/ask.js';
import { Card } from '../../design/card.js';
import { ClaimedText } from '../../texts/claimed-text.js';
import { WordBadge } from '../../texts/word-badge.js';
import './deliveries.css';
import { useDeliveriesOf } from './deliveries-query.js';
import { stateWordOf, type Delivery } from './delivery.js';

const shownAtMost = 8;
const listPath = '/notifications/deliveries';

/** Who was told of an alert, on its card. */
export function AlertDeliveries({ alertId }: { readonly alertId: number }): ReactElement {
  const deliveries = useDeliveriesOf(alertId, shownAtMost);
  const items = deliveries.data?.items ?? [];
  return (
    <Card
      title="Notifications"
      aside={
        items.length > 0 && (
          <Anchor
            component={Link}
            href={withQuery(listPath, { alertId })}
            size="sm"
            aria-label="All deliveries of this alert"
          >
            All
          </Anchor>
        )
      }
    >
      {deliveries.isError && deliveries.data === undefined ? (
        <Text size="sm" role="alert">
          {describeProblem(deliveries.error)}
        </Text>
      ) : deliveries.data !== undefined && items.length === 0 ? (
        <Text size="sm" c="dimmed">
          No{' '}
          <Anchor component={Link} href="/notifications/rules" inherit underline="always">
            rule
          </Anchor>{' '}
          sent anything about it.
        </Text>
      ) : (
        <Stack gap={8}>
          {items.map((delivery) => (
            <OneDelivery key={delivery.id} delivery={delivery} alertId={alertId} />
          ))}
        </Stack>
      )}
    </Card>
  );
}

interface Props {
  readonly delivery: Delivery;
  readonly alertId: number;
}

const OneDelivery = ({ delivery, alertId }: Props): ReactElement => (
  <div className="alert-delivery">
    <Anchor component={Link} href={withQuery(listPath, { alertId, open: delivery.id })} size="sm">
      <ClaimedText text={delivery.channel.name} />
    </Anchor>
    <WordBadge word={stateWordOf(delivery)} />
  </div>
);
