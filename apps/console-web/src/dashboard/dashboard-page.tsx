import {
  Alert,
  Anchor,
  Button,
  Group,
  SegmentedControl,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
} from '@mantine/core';
import type { ExternalSystem, Health } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { Card } from '../design/card.js';
import { SystemsIcon } from '../design/icons.js';
import { PageHead } from '../design/page-head.js';
import { useExternalSystems } from '../external-systems/systems-query.js';
import { Causes } from '../health/causes.js';
import { EngineTable } from '../health/engine-table.js';
import { useHealth } from '../health/health.js';
import { QueueTable } from '../health/queue-table.js';
import { ScannerTable } from '../health/scanner-table.js';
import { ListFailed, ListLoading } from '../lists/list-states.js';
import { useAddressFilter } from '../lists/use-address-filter.js';
import { plural } from '../texts/formats.js';
import { useIsAdministrator } from '../api/session-state.js';
import { ChartArea } from './chart-area.js';
import { rangeChoices, readRange } from './chart-range.js';
import './dashboard.css';
import { useDayOne } from './day-one.js';
import { Tiles } from './tiles.js';
import { TopSystems } from './top-systems.js';
import { useStatistics } from './use-statistics.js';

const rangeKeys = ['range', 'from', 'until'] as const;

export function DashboardPage(): ReactElement {
  const { filter, change } = useAddressFilter(rangeKeys);
  const range = readRange(filter);
  const health = useHealth();
  const systems = useExternalSystems();
  const isAdministrator = useIsAdministrator();
  const statistics = useStatistics(range);
  const dayOne = useDayOne({ health: health.data, systems: systems.data, isWanted: isAdministrator });
  // What needs attention has no height one could foresee; the rest waits for it instead of being pushed down.
  const isKnown = (health.data !== undefined || health.isError) && !systems.isPending && !dayOne.isPending;
  return (
    <>
      <PageHead
        title="Dashboard"
        actions={
          <Group gap="xs">
            {range.kind === 'fixed' && (
              <Button size="sm" variant="subtle" onClick={() => change({ from: null, until: null })}>
                Zoom out
              </Button>
            )}
            <SegmentedControl
              aria-label="Time shown"
              value={range.kind === 'latest' ? range.name : ''}
              onChange={(name) => change({ range: name, from: null, until: null })}
              data={Object.entries(rangeChoices).map(([value, { label }]) => ({ value, label }))}
            />
          </Group>
        }
      >
        Traffic and status.
      </PageHead>
      {isKnown ? (
        <Stack gap="md">
          {health.data === undefined ? (
            <ListFailed problem={health.error} onRetry={() => void health.refetch()} />
          ) : (
            <Causes health={health.data} />
          )}
          <WaitingRequests systems={systems.data} />
          <Tiles
            health={health.data}
            statistics={statistics.data}
            range={range}
            hasFailed={{ health: health.isError, statistics: statistics.isError }}
          />
          {dayOne.card}
          {statistics.isError && statistics.data === undefined && (
            <ListFailed problem={statistics.error} onRetry={() => void statistics.refetch()} />
          )}
          <ChartArea
            range={range}
            statistics={statistics.data}
            hasFailed={statistics.isError}
            instances={health.data?.instances ?? []}
            onZoom={({ fromMs, untilMs }) =>
              change({ from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() })
            }
          />
          <RunningParts health={health.data} hasFailed={health.isError} top={<TopSystems range={range} />} />
        </Stack>
      ) : (
        <ListLoading what="the dashboard" />
      )}
    </>
  );
}

interface RunningProps {
  readonly health: Health | undefined;
  readonly hasFailed: boolean;
  readonly top: ReactElement;
}

const RunningParts = ({ health, hasFailed, top }: RunningProps): ReactElement => (
  <>
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      {top}
      <Stack gap="md">
        <Card title="Unfinished scans, now" isFlush>
          {health === undefined ? <Pending hasFailed={hasFailed} /> : <QueueTable queues={health.queues} />}
        </Card>
        <Card title="Scanners, now" isFlush>
          {health === undefined ? (
            <Pending hasFailed={hasFailed} />
          ) : (
            <ScannerTable instances={health.instances} />
          )}
        </Card>
      </Stack>
    </SimpleGrid>
    <Card title="Engines" isFlush>
      {health === undefined ? (
        <Pending hasFailed={hasFailed} />
      ) : (
        <EngineTable instances={health.instances} />
      )}
    </Card>
  </>
);

const Pending = ({ hasFailed }: { readonly hasFailed: boolean }): ReactElement =>
  hasFailed ? (
    <Text size="sm" c="dimmed" p="lg" pt={0}>
      Not known: the console did not answer.
    </Text>
  ) : (
    <Skeleton height={160} m="lg" />
  );

/** Leads a newcomer, and whoever is waited for, to the Server list. */
function WaitingRequests({
  systems,
}: {
  readonly systems: readonly ExternalSystem[] | undefined;
}): ReactElement | null {
  const waiting = systems?.filter((one) => one.state === 'pending').length ?? 0;
  if (waiting === 0 && systems?.length !== 0) return null;
  return (
    <Alert
      color="blue"
      icon={<SystemsIcon />}
      title={
        waiting === 0
          ? 'No external system is connected yet'
          : `${plural(waiting, 'request')} for you to decide`
      }
    >
      {waiting === 0
        ? 'Nothing is scanned until a system sends objects. '
        : 'Systems that are not accepted are refused. '}
      <Anchor component={Link} href="/external-systems" size="sm" fw={600} c="inherit" underline="always">
        Go to External systems
      </Anchor>
    </Alert>
  );
}
