import { Anchor, DataList, Progress, Text } from '@mantine/core';
import type { RescanWave as Wave } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { Card } from '../design/card.js';
import { Moment } from '../texts/moment.js';
import { Fact } from '../texts/object-facts.js';

const endWords = {
  done: 'Ended',
  overtaken: 'Overtaken by the next change',
  stopped: 'Stopped by the setting',
} as const;

/** How far quarantine was scanned again since signatures, rules or lists changed, and what that changed. */
export function RescanWave({ wave }: { readonly wave: Wave }): ReactElement {
  const { objects, done, detected, cleared, unknown, beganAt, endedAt, endReason, progressAt } = wave;
  const percent = objects === 0 ? 100 : Math.min(100, Math.round((done / objects) * 100));
  return (
    <Card title="Kept objects scanned again" place="rescans">
      <Text size="sm" mb={6}>
        {done.toLocaleString('en')} of {objects.toLocaleString('en')} looked at
        {endReason === null ? ', while scanners have nothing else to do' : ''}
      </Text>
      <Progress value={percent} aria-label="Kept objects scanned again" mb="sm" />
      <DataList labelWidth="150px" gap="xs" className="facts">
        <Fact label={`Wave ${wave.id} began`}>
          <Moment at={beganAt} />
        </Fact>
        <Fact label={endReason === null ? 'Last progress' : endWords[endReason]}>
          <Moment at={endedAt ?? progressAt} />
        </Fact>
        <Fact label="Detected now">
          <Anchor component={Link} href="/alerts?rescanned=detect" size="sm" underline="always">
            {detected.toLocaleString('en')}
          </Anchor>
        </Fact>
        <Fact label="Clean now">
          <Anchor component={Link} href="/alerts?rescanned=not%20detected" size="sm" underline="always">
            {cleared.toLocaleString('en')}
          </Anchor>
        </Fact>
        <Fact label="Without an answer">{unknown.toLocaleString('en')}</Fact>
        <Fact label="Signatures, rules, lists">{wave.decisionSet.slice(0, 12)}</Fact>
      </DataList>
    </Card>
  );
}
