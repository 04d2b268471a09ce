import type { ChartReferenceAreaProps, ChartReferenceLineProps } from '@mantine/charts';
import { Anchor } from '@mantine/core';
import { useState, type ReactElement, type ReactNode } from 'react';
import type { MouseHandlerDataParam } from 'recharts';
import { Link } from 'wouter';
import { Card } from '../design/card.js';
import { zoneOffsetMs } from '../texts/formats.js';
import { axisTicks, formatStep } from './axis-ticks.js';
import type { CauseMark } from './cause-marks.js';
import type { ChartPoint } from './fill-steps.js';

export interface ChartContext {
  readonly points: ChartPoint[];
  readonly stepSeconds: number;
  readonly marks: readonly CauseMark[];
  /** Another page of the console. */
  readonly onGo: (path: string) => void;
  /** Shows a part of what is shown. */
  readonly onZoom: (part: { fromMs: number; untilMs: number }) => void;
}

interface Props {
  readonly context: ChartContext;
  readonly title: string;
  /** What is drawn, for those who do not see it. */
  readonly describes: string;
  /** The value that the highest point is looked for by, and how it reads. */
  readonly valueOf: (point: ChartPoint) => number | null;
  readonly format: (value: number) => string;
  /** What a step leads to. */
  readonly linkOf: (step: { from: string; until: string }) => string;
  readonly children: (props: TimeChartProps) => ReactNode;
}

export interface TimeChartProps {
  readonly chart: {
    readonly h: number;
    readonly data: ChartPoint[];
    readonly dataKey: 'atMs';
    readonly withLegend: true;
    readonly xAxisProps: object;
    readonly tooltipProps: object;
    readonly referenceLines: ChartReferenceLineProps[];
    readonly referenceAreas: ChartReferenceAreaProps[];
  };
  readonly events: object;
}

/**
 * A chart over time. A click leads to what happened in that step, dragging shows the part that was drawn over; the
 * highest point is a link as well, for those who use no mouse.
 */
export function TimeChart({
  context,
  title,
  describes,
  valueOf,
  format,
  linkOf,
  children,
}: Props): ReactElement {
  const { points, stepSeconds, marks } = context;
  const stepOf = (atMs: number) => ({
    from: new Date(atMs).toISOString(),
    until: new Date(atMs + stepSeconds * 1000).toISOString(),
  });
  const { drawn, events } = useDrawing(context, (atMs) => context.onGo(linkOf(stepOf(atMs))));
  const highest = highestOf(points, valueOf);
  const ticks = axisTicks(points, zoneOffsetMs);
  const isLong = stepSeconds * points.length > 86_400;
  const formatAt = (atMs: unknown) => formatStep(atMs, isLong);
  return (
    <Card
      title={title}
      aside={
        highest && (
          <Anchor
            component={Link}
            href={linkOf(stepOf(highest.atMs))}
            size="xs"
            c="dimmed"
            underline="always"
          >
            Highest: {format(highest.value)} at {formatAt(highest.atMs)}
          </Anchor>
        )
      }
    >
      <div role="img" aria-label={describes} className="time-chart">
        {highest === null && <div className="time-chart-empty">Nothing in this time</div>}
        {children({
          chart: {
            h: 220,
            data: points,
            dataKey: 'atMs',
            withLegend: true,
            xAxisProps: {
              tickFormatter: formatAt,
              minTickGap: 24,
              tickMargin: 8,
              ...(ticks.length > 1 && { ticks, interval: 'preserveStartEnd' }),
            },
            tooltipProps: { labelFormatter: (atMs: unknown) => formatStep(atMs, true) },
            referenceLines: marks.map(({ atMs, label, color }) => ({
              x: atMs,
              label,
              color,
              labelPosition: 'insideTopLeft',
            })),
            referenceAreas: drawn === null ? [] : [{ x1: drawn.fromMs, x2: drawn.toMs, color: 'gray.5' }],
          },
          events,
        })}
      </div>
    </Card>
  );
}

interface Drawn {
  readonly fromMs: number;
  readonly toMs: number;
}

function useDrawing(
  { stepSeconds, onZoom }: ChartContext,
  onPick: (atMs: number) => void,
): { drawn: Drawn | null; events: object } {
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const end = () => {
    if (drawn === null) return;
    setDrawn(null);
    const [low, high] = [Math.min(drawn.fromMs, drawn.toMs), Math.max(drawn.fromMs, drawn.toMs)];
    if (low === high) onPick(low);
    else onZoom({ fromMs: low, untilMs: high + stepSeconds * 1000 });
  };
  const events = {
    onMouseDown: (state: MouseHandlerDataParam) => {
      const atMs = atOf(state);
      if (atMs !== null) setDrawn({ fromMs: atMs, toMs: atMs });
    },
    onMouseMove: (state: MouseHandlerDataParam) => {
      const atMs = atOf(state);
      if (drawn !== null && atMs !== null && atMs !== drawn.toMs) setDrawn({ ...drawn, toMs: atMs });
    },
    onMouseUp: end,
    onMouseLeave: () => setDrawn(null),
  };
  return { drawn, events };
}

/** Null beside the points: at the axis, in the legend. */
const atOf = ({ activeLabel }: MouseHandlerDataParam): number | null =>
  activeLabel === undefined || Number.isNaN(Number(activeLabel)) ? null : Number(activeLabel);

function highestOf(points: readonly ChartPoint[], valueOf: Props['valueOf']) {
  let highest: { atMs: number; value: number } | null = null;
  for (const point of points) {
    const value = valueOf(point);
    if (value !== null && value > (highest?.value ?? 0)) highest = { atMs: point.atMs, value };
  }
  return highest;
}
