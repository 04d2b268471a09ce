import { AreaChart, BarChart, LineChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { SimpleGrid } from '@mantine/core';
import type { ReactElement } from 'react';
import { withQuery } from '../api/ask.js';
import { formatDuration, formatNumber } from '../texts/formats.js';
import type { ChartPoint } from './fill-steps.js';
import { TimeChart, type ChartContext } from './time-chart.js';

const quick = { isAnimationActive: false } as const;
const perMinute = (value: number): string => `${formatNumber(value)} a minute`;
const percent = (value: number): string => `${value} %`;
const seconds = (value: number): string => formatDuration(value * 1000);
const finishedIn = ({ from, until }: { from: string; until: string }) => ({
  finishedFrom: from,
  finishedUntil: until,
});
/** Those that waited in a step: received before its end, finished after its begin. */
const waitedIn = ({ from, until }: { from: string; until: string }): string =>
  withQuery('/scans', { until, finishedFrom: from, sort: 'oldest' });
const highest = (one: number | null, other: number | null): number | null =>
  one === null && other === null ? null : Math.max(one ?? 0, other ?? 0);

const mailFirst = { label: 'Mail', color: 'teal.6' } as const;
const ordinary = { label: 'Other', color: 'blue.5' } as const;

interface ChartsProps {
  readonly context: ChartContext;
  /** Fills the row of the last chart. */
  readonly last: ReactElement;
}

/** Loaded when the dashboard is; the library is larger than everything else together. */
export const Charts = ({ context, last }: ChartsProps): ReactElement => (
  <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
    <TimeChart
      context={context}
      title="Scans per minute"
      describes="Chart of accepted scans per minute, by mail sensors and external systems"
      valueOf={(point) => point.mail + point.other}
      format={perMinute}
      scale="count"
      linkOf={(step) => withQuery('/scans', step)}
    >
      {({ chart, events }) => (
        <AreaChart
          {...chart}
          type="stacked"
          withDots={false}
          curveType="linear"
          areaProps={quick}
          areaChartProps={events}
          series={[
            { name: 'mail', label: 'Mail sensors', color: 'teal.6' },
            { name: 'other', label: 'External systems', color: 'blue.5' },
          ]}
        />
      )}
    </TimeChart>
    <TimeChart
      context={context}
      title="Detections and not examined per minute"
      describes="Chart of scans with detections, and of scans that were not examined, per minute"
      valueOf={(point) => Math.max(point.detections, point.notExamined)}
      format={perMinute}
      scale="count"
      linkOf={(step, { detections, notExamined }) =>
        withQuery('/scans', {
          state: notExamined > detections ? 'not examined' : 'detect',
          ...finishedIn(step),
        })
      }
    >
      {({ chart, events }) => (
        <BarChart
          {...chart}
          barProps={quick}
          barChartProps={events}
          series={[
            { name: 'detections', label: 'Detections', color: 'red.6' },
            { name: 'notExamined', label: 'Not examined', color: 'orange.6' },
          ]}
        />
      )}
    </TimeChart>
    <TimeChart
      context={context}
      title="Unfinished scans"
      describes="Chart of the most scans that were unfinished at once, by priority"
      valueOf={(point) => highest(point.mailWaiting, point.otherWaiting)}
      format={formatNumber}
      scale="count"
      linkOf={waitedIn}
    >
      {({ chart, events }) => (
        <LineChart
          {...chart}
          withDots={isSparse(context.points, 'mailWaiting')}
          curveType="linear"
          lineProps={quick}
          lineChartProps={events}
          connectNulls={false}
          series={[
            { name: 'mailWaiting', ...mailFirst },
            { name: 'otherWaiting', ...ordinary },
          ]}
        />
      )}
    </TimeChart>
    <TimeChart
      context={context}
      title="Oldest unfinished scan"
      describes="Chart of how long the oldest unfinished scan had been waiting, by priority"
      valueOf={(point) => highest(point.mailOldest, point.otherOldest)}
      format={seconds}
      scale="seconds"
      linkOf={waitedIn}
    >
      {({ chart, events }) => (
        <LineChart
          {...chart}
          withDots={isSparse(context.points, 'mailOldest')}
          curveType="linear"
          lineProps={quick}
          lineChartProps={events}
          connectNulls={false}
          valueFormatter={seconds}
          series={[
            { name: 'mailOldest', ...mailFirst },
            { name: 'otherOldest', ...ordinary },
          ]}
        />
      )}
    </TimeChart>
    <VerdictTimes context={context} title="Time to verdict, mail sensors" of="mail" color="teal" />
    <VerdictTimes context={context} title="Time to verdict, external systems" of="other" color="blue" />
    <TimeChart
      context={context}
      title="Utilisation of the scanners"
      describes="Chart of the share of the scanners’ slots that were busy"
      valueOf={(point) => point.busy}
      format={percent}
      scale="percent"
      linkOf={(step) => withQuery('/scans', finishedIn(step))}
    >
      {({ chart, events }) => (
        <AreaChart
          {...chart}
          withDots={isSparse(context.points, 'busy')}
          curveType="linear"
          areaProps={quick}
          areaChartProps={events}
          connectNulls={false}
          valueFormatter={percent}
          series={[{ name: 'busy', label: 'Busy slots', color: 'grape.5' }]}
        />
      )}
    </TimeChart>
    {last}
  </SimpleGrid>
);

interface VerdictTimesProps {
  readonly context: ChartContext;
  readonly title: string;
  readonly of: 'mail' | 'other';
  readonly color: string;
}

/** A line through one or two points is no line: with so few of them each is drawn. */
const fewPoints = 12;
const isSparse = (points: readonly ChartPoint[], name: keyof ChartPoint): boolean =>
  points.filter((point) => point[name] !== null).length <= fewPoints;

const VerdictTimes = ({ context, title, of, color }: VerdictTimesProps): ReactElement => (
  <TimeChart
    context={context}
    title={title}
    describes={`Chart of the ${title.toLowerCase()}: median and 95th percentile of the scans`}
    valueOf={(point) => point[`${of}P95`]}
    format={formatDuration}
    scale="milliseconds"
    linkOf={(step) => withQuery('/scans', { type: of, ...finishedIn(step) })}
  >
    {({ chart, events }) => (
      <LineChart
        {...chart}
        withDots={isSparse(context.points, `${of}P50`)}
        dotProps={{ r: 3, strokeWidth: 0 }}
        curveType="linear"
        lineProps={quick}
        lineChartProps={events}
        connectNulls
        valueFormatter={formatDuration}
        series={[
          { name: `${of}P50`, label: 'Median', color: `${color}.5` },
          { name: `${of}P95`, label: '95th percentile', color: 'orange.6' },
        ]}
      />
    )}
  </TimeChart>
);
