import { Anchor, Text, Timeline } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { Card } from '../show-layout/card.js';
import { ClaimedText } from '../show-texts/claimed-text.js';
import { formatDuration } from '../show-texts/formats.js';
import { Moment } from '../show-texts/moment.js';
import type { AlertCard } from './alert.js';

/** From the caller's POST to the verdict. */
export function AlertTimeline({ alert }: { readonly alert: AlertCard }): ReactElement {
  const { times, scan } = alert;
  const since = (from: string, to: string) => formatDuration(Math.max(0, Date.parse(to) - Date.parse(from)));
  return (
    <Card
      title="The scan"
      aside={
        <Anchor component={Link} href={`/scans/${scan.id}`} size="sm">
          Open the scan
        </Anchor>
      }
    >
      <Timeline bulletSize={14} lineWidth={2} active={3}>
        <Step title="Received" at={times.submitted}>
          from {scan.sourceAddress}
          {scan.scanId !== null && (
            <>
              , scanId <ClaimedText text={scan.scanId} />
            </>
          )}
        </Step>
        {times.started !== null && (
          <Step title="Scan began" at={times.started}>
            waited {since(times.submitted, times.started)}
          </Step>
        )}
        <Step title="Verdict and alert" at={times.finished}>
          {since(times.submitted, times.finished)} after it was received
        </Step>
      </Timeline>
    </Card>
  );
}

interface StepProps {
  readonly title: string;
  readonly at: string;
  readonly children: ReactNode;
}

const Step = ({ title, at, children }: StepProps): ReactElement => (
  <Timeline.Item title={title}>
    <Text size="xs" c="dimmed">
      <Moment at={at} />
    </Text>
    <Text size="sm">{children}</Text>
  </Timeline.Item>
);
