import { Anchor, Text, Timeline } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { Card } from '../design/card.js';
import { ClaimedText } from '../texts/claimed-text.js';
import { formatDuration } from '../texts/formats.js';
import { Moment } from '../texts/moment.js';
import { scanStateWords } from '../texts/words.js';
import type { AlertCard } from './alert.js';

/** From the caller's POST to the verdict. */
export function AlertTimeline({ alert }: { readonly alert: AlertCard }): ReactElement {
  const { times, scan } = alert;
  const since = (from: string, to: string) => formatDuration(Math.max(0, Date.parse(to) - Date.parse(from)));
  return (
    <Card
      title="The scan"
      aside={
        scan.isRemoved ? (
          <Text size="sm" c="dimmed">
            Removed by its retention
          </Text>
        ) : (
          <Anchor component={Link} href={`/scans/${scan.id}`} size="sm">
            Open the scan
          </Anchor>
        )
      }
    >
      <Timeline bulletSize={14} lineWidth={2} active={4}>
        <Timeline.Item title="Received">
          <StepTime at={times.submitted} />
          <Text size="sm">
            from {scan.sourceAddress}
            {scan.scanId !== null && (
              <>
                , scanId <ClaimedText text={scan.scanId} />
              </>
            )}
          </Text>
        </Timeline.Item>
        {times.started !== null && (
          <Timeline.Item title="Scan began">
            <StepTime at={times.started} />
            <Text size="sm">waited {since(times.submitted, times.started)}</Text>
          </Timeline.Item>
        )}
        <Timeline.Item title="Verdict and alert">
          <StepTime at={times.finished} />
          <Text size="sm">{since(times.submitted, times.finished)} after it was received</Text>
        </Timeline.Item>
        {alert.rescanned !== null && (
          <Timeline.Item
            title={`Newer signatures: ${scanStateWords[alert.rescanned.state].name.toLowerCase()}`}
          >
            <StepTime at={alert.rescanned.at} />
            <Text size="sm">before {scanStateWords[alert.rescanned.stateBefore].name.toLowerCase()}</Text>
          </Timeline.Item>
        )}
      </Timeline>
    </Card>
  );
}

const StepTime = ({ at }: { readonly at: string }): ReactElement => (
  <Text size="xs" c="dimmed">
    <Moment at={at} />
  </Text>
);
