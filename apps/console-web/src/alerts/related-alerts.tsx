import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { withQuery } from '../api/ask.js';
import { Card } from '../design/card.js';
import { ClaimedText } from '../texts/claimed-text.js';
import { plural } from '../texts/formats.js';
import { TimeAgo } from '../texts/moment.js';
import { WordBadge } from '../texts/word-badge.js';
import { alertStateWords } from '../texts/words.js';
import type { AlertCard, AlertRow, RelatedAlert } from './alert.js';
import { useRelatedAlerts } from './alerts-query.js';

const shownAtMost = 5;

export function RelatedAlerts({ alert }: { readonly alert: AlertCard }): ReactElement {
  const sender = alert.mail?.from ?? null;
  const part = alert.detections.find((one) => one.sha256 !== undefined)?.sha256 ?? null;
  const samePart = useRelatedAlerts({ part }, part !== null);
  const sameSystem = useRelatedAlerts({ sensorId: alert.sensorId });
  const sameSender = useRelatedAlerts({ sender }, sender !== null);
  const others = (rows: readonly AlertRow[] | undefined) =>
    (rows ?? []).filter((one) => one.id !== alert.id).slice(0, shownAtMost);
  return (
    <Card title="Other alerts">
      <Stack gap="lg">
        <Related
          title="On the same object"
          none="Not seen before."
          note={
            alert.sameObject.length > 0
              ? `Seen in ${plural(alert.sameObject.length, 'other alert')}.`
              : undefined
          }
          all={withQuery('/alerts', { sha256: alert.object.sha256 })}
          alerts={alert.sameObject.slice(0, shownAtMost)}
        />
        {part !== null && (
          <Related
            title="With the same detected part"
            none="Not seen before."
            all={withQuery('/alerts', { part })}
            alerts={others(samePart.data?.items)}
          />
        )}
        {sender !== null && (
          <Related
            title="From the same sender"
            none="None."
            all={withQuery('/alerts', { sender })}
            alerts={others(sameSender.data?.items)}
          />
        )}
        <Related
          title="From the same system"
          none="None."
          all={withQuery('/alerts', { sensorId: alert.sensorId })}
          alerts={others(sameSystem.data?.items)}
        />
      </Stack>
    </Card>
  );
}

interface RelatedProps {
  readonly title: string;
  readonly none: string;
  readonly note?: string | undefined;
  readonly all: string;
  readonly alerts: readonly (RelatedAlert | AlertRow)[];
}

function Related({ title, none, note, all, alerts }: RelatedProps): ReactElement {
  return (
    <Stack gap={6} component="section" aria-label={title}>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {title}
        </Text>
        {alerts.length > 0 && (
          <Anchor component={Link} href={all} size="sm" aria-label={`All ${title.toLowerCase()}`}>
            All
          </Anchor>
        )}
      </Group>
      {note !== undefined && <span className="seen-before">{note}</span>}
      {alerts.length === 0 && (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      )}
      {alerts.map((one) => (
        <Group key={one.id} justify="space-between" gap="xs">
          <Anchor component={Link} href={`/alerts/${one.id}`} size="sm" className="related-link">
            {'names' in one && one.names[0] !== undefined ? (
              <ClaimedText text={one.names[0]} />
            ) : (
              `Alert ${one.id} (${one.sensorId})`
            )}
          </Anchor>
          <Group gap={8} wrap="nowrap">
            <Text size="xs" c="dimmed">
              <TimeAgo at={one.createdAt} />
            </Text>
            <WordBadge word={alertStateWords[one.state]} />
          </Group>
        </Group>
      ))}
    </Stack>
  );
}
