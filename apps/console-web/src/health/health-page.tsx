import { Badge, Stack, Table } from '@mantine/core';
import type { ServiceInstance } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { ListFailed, ListLoading } from '../lists/list-states.js';
import '../lists/lists.css';
import { Card } from '../design/card.js';
import { PageHead } from '../design/page-head.js';
import { formatDate } from '../texts/formats.js';
import { TimeAgo } from '../texts/moment.js';
import { CauseHistory } from './cause-history.js';
import { Causes } from './causes.js';
import { EngineTable } from './engine-table.js';
import { instanceStateWords, useHealth } from './health.js';
import { QueueTable } from './queue-table.js';
import { RescanWave } from './rescan-wave.js';

const serviceWords: Readonly<Record<string, string>> = {
  gateway: 'Takes objects from external systems',
  scanner: 'Runs the engines',
  results: 'Keeps scans, verdicts and alerts',
  console: 'Serves these pages',
  notifier: 'Sends notifications',
};

export function HealthPage(): ReactElement {
  const health = useHealth();
  return (
    <>
      <PageHead title="System health">Services, engines and queues.</PageHead>
      {health.data === undefined ? (
        <Card isFlush>
          {health.isError ? (
            <ListFailed problem={health.error} onRetry={() => void health.refetch()} />
          ) : (
            <ListLoading what="System health" />
          )}
        </Card>
      ) : (
        <Stack gap="md">
          <Causes health={health.data} />
          <Card title="Services" isFlush>
            <Instances instances={health.data.instances} />
          </Card>
          <Card title="Engines" isFlush>
            <EngineTable instances={health.data.instances} />
          </Card>
          <Card title="Waiting scans" isFlush>
            <QueueTable queues={health.data.queues} />
          </Card>
          {health.data.rescanWave !== null && <RescanWave wave={health.data.rescanWave} />}
          <Card title="History: the last 7 days" isFlush>
            <CauseHistory />
          </Card>
        </Stack>
      )}
    </>
  );
}

function Instances({ instances }: { readonly instances: readonly ServiceInstance[] }): ReactElement {
  return (
    <div className="list-scroll">
      <Table className="list-table is-stacking is-roomy" aria-label="Services">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Service</Table.Th>
            <Table.Th>Instance</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Version</Table.Th>
            <Table.Th>Running since</Table.Th>
            <Table.Th>Last report</Table.Th>
            <Table.Th>More</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {instances.map((one) => (
            <Table.Tr key={`${one.service} ${one.instance}`}>
              <Table.Td data-label="Service">
                <div>
                  <strong>{one.service}</strong>
                  <div className="quiet col-wide">{serviceWords[one.service]}</div>
                </div>
              </Table.Td>
              <Table.Td data-label="Instance">{one.instance}</Table.Td>
              <Table.Td data-label="State">
                <div>
                  <Badge color={instanceStateWords[one.state].color}>
                    {instanceStateWords[one.state].name}
                  </Badge>
                  {one.problems.map((problem) => (
                    <div key={problem} className="quiet">
                      {problem}
                    </div>
                  ))}
                </div>
              </Table.Td>
              <Table.Td data-label="Version">{one.version}</Table.Td>
              <Table.Td data-label="Running since">
                <TimeAgo at={one.startedAt} />
              </Table.Td>
              <Table.Td data-label="Last report">
                <TimeAgo at={one.seenAt} />
              </Table.Td>
              <Table.Td data-label="More">{describeMore(one)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function describeMore(one: ServiceInstance): string {
  if (one.slots > 0) return `${one.busySlots} of ${one.slots} slots busy`;
  if (one.certificateNotAfter !== null) return `Certificate until ${formatDate(one.certificateNotAfter)}`;
  return '–';
}
