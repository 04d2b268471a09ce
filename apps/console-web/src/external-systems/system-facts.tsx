import { Anchor, DataList, Text, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { describeProblem } from '../api/api-problem.js';
import { ask, withQuery } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { Card } from '../design/card.js';
import { formatNumber } from '../texts/formats.js';
import { TimeAgo } from '../texts/moment.js';
import { Fact } from '../texts/object-facts.js';
import { describeReason, scanStateWords } from '../texts/words.js';
import { alertsFeedNames, answerFormatNames, typeNames, type ExternalSystem } from './external-system.js';
import { SystemHours } from './system-hours.js';

export const SystemFacts = ({ system }: { readonly system: ExternalSystem }): ReactElement => (
  <Card title="Connection and limits">
    <DataList labelWidth="150px" gap="xs" className="facts">
      <Fact label="Type">{typeNames[system.type]}</Fact>
      <Fact label="Address">{system.sensor ?? 'Not seen yet'}</Fact>
      <Fact label="Last call">
        {system.lastSeenAt === null ? 'Never called' : <TimeAgo at={system.lastSeenAt} />}
        {system.lastAnswer !== null &&
          `, last response ${system.lastAnswer}${system.lastAnswer < 400 ? '' : ' (refused)'}`}
        {system.tlsVersion !== null && `, ${system.tlsVersion.replace('v', ' ')}`}
      </Fact>
      <Fact label="Concurrent scan limit">
        {system.maxUnfinishedScans === null ? 'That of all systems' : formatNumber(system.maxUnfinishedScans)}
      </Fact>
      <Fact label="Answer format">
        {system.answerFormat === null ? 'Not accepted yet' : answerFormatNames[system.answerFormat]}
      </Fact>
      <Fact label="Alerts feed">
        {system.alertsFeed === null ? 'Not accepted yet' : alertsFeedNames[system.alertsFeed]}
      </Fact>
      <Fact label="Not examined">
        <Policy policy={system.unexaminedPolicy} />
      </Fact>
    </DataList>
  </Card>
);

function Policy({ policy }: { readonly policy: ExternalSystem['unexaminedPolicy'] }): ReactElement {
  const changed = Object.entries(policy ?? {}).filter(([, action]) => action !== 'error');
  if (changed.length === 0) return <>Answered “error”, whatever the reason</>;
  return (
    <>
      {changed.map(([reason, action]) => (
        <div key={reason}>
          {describeReason(reason)}: answered “{action}”
        </div>
      ))}
    </>
  );
}

const hours = 24;

/** What it sent in the last day; each number leads to its scans. */
export function SystemNumbers({ system }: { readonly system: ExternalSystem }): ReactElement {
  const numbers = useQuery({
    queryKey: [...queryKeys.externalSystems, 'statistics', system.id],
    queryFn: () => ask('GET', withQuery(`/api/external-systems/${system.id}/statistics`, { hours })),
    refetchInterval: 20_000,
  });
  const { data } = numbers;
  const scansWith = (state: string | null) =>
    withQuery('/scans', { sensorId: system.sensorId, state, from: data?.from ?? null });
  return (
    <Card title={`The last ${hours} hours`}>
      {data === undefined ? (
        <Text size="sm" c="dimmed">
          {numbers.isError ? describeProblem(numbers.error) : 'Counting …'}
        </Text>
      ) : (
        <>
          <DataList labelWidth="150px" gap="xs" className="facts">
            <NumberFact label="Scans" to={scansWith(null)}>
              {data.isMore ? `${formatNumber(data.accepted)} or more` : formatNumber(data.accepted)}
            </NumberFact>
            <NumberFact label={scanStateWords['not detected'].name} to={scansWith('not detected')}>
              {formatNumber(data.notDetected)}
            </NumberFact>
            <NumberFact label={scanStateWords.detect.name} to={scansWith('detect')}>
              {formatNumber(data.detect)}
            </NumberFact>
            <NumberFact label={scanStateWords.error.name} to={scansWith('error')}>
              {formatNumber(data.error)}
            </NumberFact>
            <NumberFact label={scanStateWords.timeout.name} to={scansWith('timeout')}>
              {formatNumber(data.timeout)}
            </NumberFact>
            <NumberFact label={scanStateWords.processing.name} to={scansWith('processing')}>
              {formatNumber(data.processing)}
            </NumberFact>
            <NumberFact
              label="Alerts"
              to={withQuery('/alerts', { registrationId: system.registrationId, from: data.from })}
            >
              {formatNumber(data.alerts)}, {formatNumber(data.newAlerts)} of them new
            </NumberFact>
          </DataList>
          {data.accepted > 0 && <SystemHours sensorId={system.sensorId} statistics={data} />}
        </>
      )}
    </Card>
  );
}

const NumberFact = (props: {
  readonly label: string;
  readonly to: string;
  readonly children: ReactNode;
}): ReactElement => (
  <Fact label={props.label}>
    <Anchor component={Link} href={props.to} size="sm">
      {props.children}
      <VisuallyHidden>. {props.label}: show them</VisuallyHidden>
    </Anchor>
  </Fact>
);
