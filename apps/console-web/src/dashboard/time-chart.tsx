import type { ChartReferenceAreaProps, ChartReferenceLineProps } from '@mantine/charts';
import { Anchor } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useRef, useState, type ReactElement, type ReactNode, type SyntheticEvent } from 'react';
import type { MouseHandlerDataParam } from 'recharts';
import { Link } from 'wouter';
import { Card } from '../design/card.js';
import { zoneOffsetMs } from '../texts/formats.js';
import { axisTicks, formatStep } from './axis-ticks.js';
import type { CauseMark } from './cause-marks.js';
import type { ChartPoint } from './fill-steps.js';
import { layMarks } from './lay-marks.js';
import { formatTick, valueTicks, type Scale } from './value-ticks.js';

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
  readonly scale: Scale;
  /** What a step leads to. */
  readonly linkOf: (step: { from: string; until: string }, point: ChartPoint) => string;
  readonly children: (props: TimeChartProps) => ReactNode;
}

export interface TimeChartProps {
  readonly chart: {
    readonly h: number;
    readonly data: ChartPoint[];
    readonly dataKey: 'atMs';
    readonly withLegend: true;
    readonly xAxisProps: object;
    readonly yAxisProps: object;
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
  scale,
  linkOf,
  children,
}: Props): ReactElement {
  const { points, stepSeconds, marks } = context;
  const pathOf = (point: ChartPoint): string => {
    const { atMs } = point;
    const until = new Date(atMs + stepSeconds * 1000).toISOString();
    return linkOf({ from: new Date(atMs).toISOString(), until }, point);
  };
  const { drawn, events } = useDrawing(context, (atMs) => {
    const point = points.find((one) => one.atMs === atMs);
    if (point !== undefined) context.onGo(pathOf(point));
  });
  const highest = highestOf(points, valueOf);
  const ticks = axisTicks(points, zoneOffsetMs);
  const values = valueTicks(highest?.value ?? 0, scale);
  const { ref, width } = useElementSize();
  const isLong = stepSeconds * points.length > 86_400;
  const formatAt = (atMs: unknown) => formatStep(atMs, isLong);
  return (
    <Card
      title={title}
      aside={
        highest && (
          <Anchor component={Link} href={pathOf(highest.point)} size="xs" c="dimmed" underline="always">
            Highest: {format(highest.value)} at {formatAt(highest.point.atMs)}
          </Anchor>
        )
      }
    >
      <div role="img" aria-label={describes} className="time-chart" ref={ref}>
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
            yAxisProps: {
              ticks: values,
              domain: [0, values.at(-1)],
              interval: 0,
              tickFormatter: (value: number) => formatTick(value, scale),
            },
            tooltipProps: { labelFormatter: (atMs: unknown) => formatStep(atMs, true) },
            // Above the plot, and in no colour of the data.
            referenceLines: layMarks(marks, points, plotWidth(width)).map(({ atMs, label }) => ({
              x: atMs,
              label,
              color: 'var(--mark)',
              labelPosition: 'top',
            })),
            referenceAreas: drawn === null ? [] : [{ x1: drawn.fromMs, x2: drawn.toMs, color: 'gray.5' }],
          },
          events,
        })}
      </div>
    </Card>
  );
}

/** Before it is measured: that of half a window. */
const usualPx = 480;
const besidePx = 80;
const plotWidth = (width: number): number => (width > besidePx ? width : usualPx) - besidePx;

interface Drawn {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A hand is never quite still: what moved less is a click. */
const stillPx = 4;

/**
 * Where the button went down is kept beside the state: a click may be over before it is drawn. Null in it: no point was
 * near yet.
 */
function useDrawing(
  { stepSeconds, onZoom }: ChartContext,
  onPick: (atMs: number) => void,
): { drawn: Drawn | null; events: object } {
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const pressed = useRef<{ readonly x: number; fromMs: number | null } | null>(null);
  const isStill = (event: SyntheticEvent): boolean =>
    pressed.current !== null && Math.abs(xOf(event) - pressed.current.x) < stillPx;
  const forget = () => {
    pressed.current = null;
    setDrawn(null);
  };
  const events = {
    onMouseDown: (state: MouseHandlerDataParam, event: SyntheticEvent) => {
      if (isMainButton(event)) pressed.current = { x: xOf(event), fromMs: atOf(state) };
    },
    onMouseMove: (state: MouseHandlerDataParam, event: SyntheticEvent) => {
      const toMs = atOf(state);
      if (pressed.current === null || toMs === null) return;
      const fromMs = (pressed.current.fromMs ??= toMs);
      if (!isStill(event)) setDrawn({ fromMs, toMs });
    },
    onMouseUp: (state: MouseHandlerDataParam, event: SyntheticEvent) => {
      const press = pressed.current;
      const isClick = isStill(event);
      forget();
      const toMs = atOf(state);
      const fromMs = press?.fromMs ?? toMs;
      if (press === null || fromMs === null || toMs === null) return;
      if (isClick || fromMs === toMs) onPick(toMs);
      else onZoom({ fromMs: Math.min(fromMs, toMs), untilMs: Math.max(fromMs, toMs) + stepSeconds * 1000 });
    },
    onMouseLeave: forget,
  };
  return { drawn, events };
}

const isMainButton = ({ nativeEvent }: SyntheticEvent): boolean =>
  !(nativeEvent instanceof MouseEvent) || nativeEvent.button === 0;
const xOf = ({ nativeEvent }: SyntheticEvent): number =>
  nativeEvent instanceof MouseEvent ? nativeEvent.clientX : 0;

/** Null beside the points: at the axis, in the legend. */
const atOf = ({ activeLabel }: MouseHandlerDataParam): number | null =>
  activeLabel === undefined || Number.isNaN(Number(activeLabel)) ? null : Number(activeLabel);

function highestOf(points: readonly ChartPoint[], valueOf: Props['valueOf']) {
  let highest: { point: ChartPoint; value: number } | null = null;
  for (const point of points) {
    const value = valueOf(point);
    if (value !== null && value > (highest?.value ?? 0)) highest = { point, value };
  }
  return highest;
}
