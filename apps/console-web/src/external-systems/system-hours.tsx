import { Anchor } from '@mantine/core';
import type { SystemStatistics } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { withQuery } from '../api/ask.js';
import { formatMinute, formatNumber } from '../texts/formats.js';

type Step = SystemStatistics['series'][number];

interface Row {
  readonly name: string;
  /** What the scans of a bar are found by. */
  readonly state: string | null;
  readonly className: string;
  readonly amountOf: (step: Step) => number;
}

const rows: readonly Row[] = [
  { name: 'Scans', state: null, className: 'hours-scans', amountOf: (step) => step.accepted },
  { name: 'Detected', state: 'detect', className: 'hours-detected', amountOf: (step) => step.detect },
  {
    name: 'Not examined',
    state: 'not examined',
    className: 'hours-unexamined',
    amountOf: (step) => step.notExamined,
  },
];

interface Props {
  readonly sensorId: string;
  readonly statistics: Pick<SystemStatistics, 'series' | 'stepSeconds'>;
}

/** Bars over the last day, each row by a scale of its own: ten detections are seen beside ten thousand scans. */
export function SystemHours({ sensorId, statistics: { series, stepSeconds } }: Props): ReactElement {
  const pathOf = ({ at }: Step, { state }: Row): string =>
    withQuery('/scans', {
      sensorId,
      state,
      from: at,
      until: new Date(Date.parse(at) + stepSeconds * 1000).toISOString(),
    });
  return (
    <div className="hours">
      {rows.map((row) => (
        <HoursRow key={row.name} row={row} series={series} pathOf={(step) => pathOf(step, row)} />
      ))}
    </div>
  );
}

const [barWidth, gap, height] = [10, 2, 32];

interface RowProps {
  readonly row: Row;
  readonly series: readonly Step[];
  readonly pathOf: (step: Step) => string;
}

function HoursRow({ row: { name, className, amountOf }, series, pathOf }: RowProps): ReactElement {
  const [, navigate] = useLocation();
  const most = Math.max(...series.map(amountOf));
  const highest = most === 0 ? undefined : series.find((step) => amountOf(step) === most);
  const clock = (step: Step) => formatMinute(Date.parse(step.at), true);
  return (
    <div className="hours-row">
      <span className="quiet">{name}</span>
      <svg
        role="img"
        aria-label={`${name}, hour by hour`}
        viewBox={`0 0 ${series.length * barWidth} ${height}`}
        preserveAspectRatio="none"
      >
        {series.map((step, index) => {
          // Few beside many are seen as well.
          const barHeight = amountOf(step) === 0 ? 1 : Math.max(3, (amountOf(step) / most) * height);
          return (
            <rect
              key={step.at}
              className={className}
              x={index * barWidth}
              y={height - barHeight}
              width={barWidth - gap}
              height={barHeight}
              onClick={() => navigate(pathOf(step))}
            >
              <title>{`${clock(step)}: ${formatNumber(amountOf(step))}`}</title>
            </rect>
          );
        })}
      </svg>
      {highest === undefined ? (
        <span className="quiet">None</span>
      ) : (
        <Anchor component={Link} href={pathOf(highest)} size="xs" c="dimmed" underline="always">
          Highest: {formatNumber(most)}, from {clock(highest)}
        </Anchor>
      )}
    </div>
  );
}
