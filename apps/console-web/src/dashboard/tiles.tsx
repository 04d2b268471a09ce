import { SimpleGrid, Skeleton } from '@mantine/core';
import type { Health, Statistics } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { withQuery } from '../api/ask.js';
import { formatDuration, formatMinute, formatNumber } from '../texts/formats.js';
import type { ChartRange } from './chart-range.js';
import { sumUp } from './fill-steps.js';

interface Props {
  readonly health: Health | undefined;
  readonly statistics: Statistics | undefined;
  readonly range: ChartRange;
  /** They were asked for and did not come: nothing is on its way that a grey bar could stand for. */
  readonly hasFailed: { readonly health: boolean; readonly statistics: boolean };
}

/** Undefined: not known, which is not none. */
const waitingNote = (seconds: number | null | undefined): string | null =>
  seconds === undefined
    ? null
    : seconds === null
      ? 'none waiting'
      : `oldest waiting ${formatDuration(seconds * 1000)}`;
const listed = (parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== '').join(', ');

/** Exactly what was counted: since when, and until when unless that is now. */
export function rangeNote(statistics: Statistics | undefined, range: ChartRange): string {
  if (statistics === undefined) return '';
  const [fromMs, untilMs] = [Date.parse(statistics.from), Date.parse(statistics.until)];
  const isLong = untilMs - fromMs > 86_400_000 || range.kind === 'fixed';
  const from = formatMinute(fromMs, isLong);
  return range.kind === 'latest' ? `since ${from}` : `${from} to ${formatMinute(untilMs, isLong)}`;
}

const staleMinutes = 5;

/** A percentile of long ago looks like one of now. Null while mail gets verdicts, and where there was none to get. */
export function staleNote(statistics: Statistics | undefined, range: ChartRange): string | null {
  if (statistics === undefined || range.kind === 'fixed') return null;
  const { until, stepSeconds, series } = statistics;
  const ends = series
    .filter(({ type, p95Ms }) => type === 'mail' && p95Ms !== null)
    .map(({ at }) => Date.parse(at) + stepSeconds * 1000);
  const minutes = Math.floor((Date.parse(until) - Math.max(...ends)) / 60_000);
  return ends.length === 0 || minutes < staleMinutes ? null : `no verdict for ${minutes} min`;
}

export function Tiles({ health, statistics, range, hasFailed }: Props): ReactElement {
  const counted = { isMissing: hasFailed.statistics && statistics === undefined };
  const now = { isMissing: hasFailed.health && health === undefined };
  const totals = statistics === undefined ? null : sumUp(statistics);
  const scanners = health?.instances.filter((one) => one.service === 'scanner') ?? [];
  const ready = scanners.filter((one) => one.state === 'ready');
  const waiting = health?.queues.reduce((sum, one) => sum + one.unfinished, 0);
  const busy = ready.reduce((sum, one) => sum + one.busySlots, 0);
  const slots = ready.reduce((sum, one) => sum + one.slots, 0);
  const note = rangeNote(statistics, range);
  const time = { from: statistics?.from, until: statistics?.until };
  const finished = { finishedFrom: time.from, finishedUntil: time.until };
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="md">
      <Tile
        name="Scans"
        value={totals && formatNumber(totals.accepted)}
        note={note}
        {...counted}
        path={withQuery('/scans', time)}
      />
      <Tile
        name="With detections"
        value={totals && formatNumber(totals.detect)}
        note={note}
        {...counted}
        path={withQuery('/scans', { state: 'detect', ...finished })}
      />
      <Tile
        name="Not examined"
        value={totals && formatNumber(totals.notExamined)}
        note={note}
        {...counted}
        path={withQuery('/scans', { state: 'not examined', ...finished })}
      />
      <Tile
        name="Unfinished"
        value={waiting === undefined ? null : formatNumber(waiting)}
        note={listed(['now', waitingNote(health?.oldestWaitingSeconds)])}
        {...now}
        path={withQuery('/scans', { state: 'processing', sort: 'oldest' })}
      />
      <Tile
        name="Mail verdicts, 95th percentile"
        value={totals && (totals.mailP95Ms === null ? 'None' : formatDuration(totals.mailP95Ms))}
        note={listed([note, staleNote(statistics, range), waitingNote(health?.oldestWaitingMailSeconds)])}
        {...counted}
        path={withQuery('/scans', { type: 'mail', ...finished })}
      />
      <Tile
        name="Scanners ready"
        value={health === undefined ? null : `${ready.length} of ${scanners.length}`}
        note={health === undefined ? 'now' : `now, ${busy} of ${slots} slots busy`}
        {...now}
        path="/health#services"
      />
    </SimpleGrid>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: string | null;
  readonly note: string;
  readonly path: string;
  /** No value is to come by itself. */
  readonly isMissing: boolean;
}

const Tile = ({ name, value, note, path, isMissing }: TileProps): ReactElement => (
  <dl className="tile card">
    <dt>{name}</dt>
    <dd className="tile-value">
      {value === null && isMissing ? (
        <span className="quiet">Not known</span>
      ) : value === null ? (
        <Skeleton height={30} w={80} my={4} />
      ) : (
        <Link href={path} className="tile-link">
          {value}
        </Link>
      )}
    </dd>
    <dd className="tile-note">{note}</dd>
  </dl>
);
