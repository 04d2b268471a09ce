import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { ListFailed, ListLoading } from '../lists/list-states.js';
import { Card } from '../design/card.js';
import { PageHead } from '../design/page-head.js';
import { CauseHistory } from './cause-history.js';
import { Causes } from './causes.js';
import { EngineTable } from './engine-table.js';
import { useHealth } from './health.js';
import { QueueTable } from './queue-table.js';
import { RescanWave } from './rescan-wave.js';
import { ServiceTable } from './service-table.js';

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
          <Causes health={health.data} isBrief />
          <Card title="Services" place="services" isFlush>
            <ServiceTable instances={health.data.instances} />
          </Card>
          <Card title="Engines" place="engines" isFlush>
            <EngineTable instances={health.data.instances} />
          </Card>
          <Card title="Unfinished scans" place="waiting" isFlush>
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
