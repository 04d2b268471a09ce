import { Alert, Anchor, SegmentedControl, SimpleGrid, Skeleton, Stack } from '@mantine/core';
import type { ExternalSystem, Health, Statistics } from '@sluice/console-api';
import { lazy, Suspense, useMemo, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { useExternalSystems } from '../external-systems/systems-query.js';
import { EngineTable } from '../health/engine-table.js';
import { useHealth, useStatistics, type StatisticsRange } from '../health/health.js';
import { QueueTable } from '../health/queue-table.js';
import { ScannerTable } from '../health/scanner-table.js';
import { Causes } from '../health/causes.js';
import { ListFailed, ListLoading } from '../lists/list-states.js';
import { Card } from '../design/card.js';
import { SystemsIcon } from '../design/icons.js';
import { PageHead } from '../design/page-head.js';
import { formatDuration, formatNumber, plural } from '../texts/formats.js';
import './dashboard.css';
import { fillSteps, sumUp } from './fill-steps.js';

const Charts = lazy(() => import('./charts.js').then((it) => ({ default: it.Charts })));

const ranges: Readonly<Record<string, StatisticsRange & { label: string }>> = {
  '1': { label: '1 hour', hours: 1, stepSeconds: 60 },
  '6': { label: '6 hours', hours: 6, stepSeconds: 300 },
  '24': { label: '24 hours', hours: 24, stepSeconds: 900 },
  '168': { label: '7 days', hours: 168, stepSeconds: 7200 },
};
const firstRange: StatisticsRange = { hours: 1, stepSeconds: 60 };

export function DashboardPage(): ReactElement {
  const [chosen, setChosen] = useState('1');
  const range = ranges[chosen] ?? firstRange;
  const health = useHealth();
  const systems = useExternalSystems();
  const statistics = useStatistics(range);
  // What needs attention has no height one could foresee; the rest waits for it instead of being pushed down.
  const isKnown = (health.data !== undefined || health.isError) && !systems.isPending;
  return (
    <>
      <PageHead
        title="Dashboard"
        actions={
          <SegmentedControl
            aria-label="Time shown"
            value={chosen}
            onChange={setChosen}
            data={Object.entries(ranges).map(([value, { label }]) => ({ value, label }))}
          />
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
          <FirstSteps systems={systems.data} />
          <Tiles health={health.data} statistics={statistics.data} label={ranges[chosen]?.label ?? ''} />
          {statistics.isError && statistics.data === undefined && (
            <ListFailed problem={statistics.error} onRetry={() => void statistics.refetch()} />
          )}
          <ChartArea statistics={statistics.data} hours={range.hours} />
          <RunningParts health={health.data} />
        </Stack>
      ) : (
        <ListLoading what="the dashboard" />
      )}
    </>
  );
}

const RunningParts = ({ health }: { readonly health: Health | undefined }): ReactElement => (
  <>
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Card title="Waiting scans" isFlush>
        {health === undefined ? <Pending /> : <QueueTable queues={health.queues} />}
      </Card>
      <Card title="Scanners" isFlush>
        {health === undefined ? <Pending /> : <ScannerTable instances={health.instances} />}
      </Card>
    </SimpleGrid>
    <Card title="Engines" isFlush>
      {health === undefined ? <Pending /> : <EngineTable instances={health.instances} />}
    </Card>
  </>
);

const Pending = (): ReactElement => <Skeleton height={160} m="lg" />;

/** Leads a newcomer, and whoever is waited for, to the Server list. */
function FirstSteps({
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

function ChartArea({
  statistics,
  hours,
}: {
  readonly statistics: Statistics | undefined;
  readonly hours: number;
}): ReactElement {
  const points = useMemo(() => {
    const format = new Intl.DateTimeFormat(
      'en-GB',
      hours > 24
        ? { weekday: 'short', hour: '2-digit', minute: '2-digit' }
        : { hour: '2-digit', minute: '2-digit' },
    );
    return statistics === undefined ? [] : fillSteps(statistics, (at) => format.format(at));
  }, [statistics, hours]);
  // As high as the charts, so that nothing jumps when they come.
  const placeholder = (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      {[0, 1, 2, 3].map((index) => (
        <Skeleton key={index} height={322} radius="lg" />
      ))}
    </SimpleGrid>
  );
  if (statistics === undefined) return placeholder;
  return (
    <Suspense fallback={placeholder}>
      <Charts points={points} />
    </Suspense>
  );
}

interface TilesProps {
  readonly health: Health | undefined;
  readonly statistics: Statistics | undefined;
  readonly label: string;
}

const waitingNote = (seconds: number | null | undefined): string =>
  seconds === null || seconds === undefined
    ? 'none waiting'
    : `oldest waiting ${formatDuration(seconds * 1000)}`;

function Tiles({ health, statistics, label }: TilesProps): ReactElement {
  const totals = statistics === undefined ? null : sumUp(statistics);
  const scanners = health?.instances.filter((one) => one.service === 'scanner') ?? [];
  const ready = scanners.filter((one) => one.state === 'ready');
  const waiting = health?.queues.reduce((sum, one) => sum + one.unfinished, 0);
  const busy = ready.reduce((sum, one) => sum + one.busySlots, 0);
  const slots = ready.reduce((sum, one) => sum + one.slots, 0);
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="md">
      <Tile name="Scans" value={totals && formatNumber(totals.accepted)} note={`last ${label}`} />
      <Tile name="With detections" value={totals && formatNumber(totals.detect)} note={`last ${label}`} />
      <Tile name="Not examined" value={totals && formatNumber(totals.notExamined)} note={`last ${label}`} />
      <Tile
        name="Unfinished"
        value={waiting === undefined ? null : formatNumber(waiting)}
        note={`now, ${waitingNote(health?.oldestWaitingSeconds)}`}
      />
      <Tile
        name="Mail verdicts, 95th percentile"
        value={totals && (totals.mailP95Ms === null ? 'None' : formatDuration(totals.mailP95Ms))}
        note={`last ${label}, ${waitingNote(health?.oldestWaitingMailSeconds)}`}
      />
      <Tile
        name="Scanners ready"
        value={health === undefined ? null : `${ready.length} of ${scanners.length}`}
        note={`now, ${busy} of ${slots} slots busy`}
      />
    </SimpleGrid>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: string | null;
  readonly note: string;
}

const Tile = ({ name, value, note }: TileProps): ReactElement => (
  <dl className="tile card">
    <dt>{name}</dt>
    <dd className="tile-value">{value ?? <Skeleton height={30} w={80} my={4} />}</dd>
    <dd className="tile-note">{note}</dd>
  </dl>
);
