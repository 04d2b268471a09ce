import { AreaChart, BarChart, LineChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { SimpleGrid } from '@mantine/core';
import type { ReactElement } from 'react';
import { Card } from '../design/card.js';
import { formatDuration } from '../texts/formats.js';
import type { ChartPoint } from './fill-steps.js';

const height = 240;
const axis = { minTickGap: 40, tickMargin: 8 } as const;
const quick = { isAnimationActive: false } as const;

/** Loaded when the dashboard is; the library is larger than everything else together. */
export function Charts({ points }: { readonly points: ChartPoint[] }): ReactElement {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Card title="Scans per minute">
        <div role="img" aria-label="Chart of accepted scans per minute, by mail sensors and external systems">
          <AreaChart
            h={height}
            data={points}
            dataKey="time"
            type="stacked"
            withDots={false}
            withLegend
            curveType="monotone"
            xAxisProps={axis}
            areaProps={quick}
            series={[
              { name: 'mail', label: 'Mail sensors', color: 'teal.6' },
              { name: 'other', label: 'External systems', color: 'blue.5' },
            ]}
          />
        </div>
      </Card>
      <Card title="Detections per minute">
        <div role="img" aria-label="Chart of scans with detections per minute">
          <BarChart
            h={height}
            data={points}
            dataKey="time"
            xAxisProps={axis}
            barProps={quick}
            withLegend
            series={[{ name: 'detections', label: 'Detections', color: 'red.6' }]}
          />
        </div>
      </Card>
      <VerdictTimes title="Time to verdict, mail sensors" points={points} of="mail" color="teal" />
      <VerdictTimes title="Time to verdict, external systems" points={points} of="other" color="blue" />
    </SimpleGrid>
  );
}

interface VerdictTimesProps {
  readonly title: string;
  readonly points: ChartPoint[];
  readonly of: 'mail' | 'other';
  readonly color: string;
}

/** A line through one or two points is no line: with so few of them each is drawn. */
const fewPoints = 12;

const VerdictTimes = ({ title, points, of, color }: VerdictTimesProps): ReactElement => (
  <Card title={title}>
    <div
      role="img"
      aria-label={`Chart of the ${title.toLowerCase()}: median and 95th percentile of the scans`}
    >
      <LineChart
        h={height}
        data={points}
        dataKey="time"
        withDots={points.filter((point) => point[`${of}P50`] !== null).length <= fewPoints}
        dotProps={{ r: 3, strokeWidth: 0 }}
        withLegend
        curveType="monotone"
        xAxisProps={axis}
        lineProps={quick}
        connectNulls
        valueFormatter={formatDuration}
        series={[
          { name: `${of}P50`, label: 'Median', color: `${color}.5` },
          { name: `${of}P95`, label: '95th percentile', color: 'orange.6' },
        ]}
      />
    </div>
  </Card>
);
