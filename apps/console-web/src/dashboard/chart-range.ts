/** Lengths one can choose; the address holds the key, or `from` and `until` of a part that was drawn out of a chart. */
export const rangeChoices = {
  '1h': { label: '1 hour', hours: 1, stepSeconds: 60 },
  '6h': { label: '6 hours', hours: 6, stepSeconds: 300 },
  '24h': { label: '24 hours', hours: 24, stepSeconds: 900 },
  '7d': { label: '7 days', hours: 168, stepSeconds: 7200 },
} as const;
export type RangeName = keyof typeof rangeChoices;

export type ChartRange =
  | { readonly kind: 'latest'; readonly name: RangeName; readonly stepSeconds: number }
  | {
      readonly kind: 'fixed';
      readonly fromMs: number;
      readonly untilMs: number;
      readonly stepSeconds: number;
    };

export interface RangeInAddress {
  readonly range: string | null;
  readonly from: string | null;
  readonly until: string | null;
}

const steps = [60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400];
const mostSteps = 100;
const longestMs = 90 * 86_400_000;

/** What is not understood is the first choice: an address may be cut off or written by hand. */
export function readRange({ range, from, until }: RangeInAddress): ChartRange {
  const [fromMs, untilMs] = [Date.parse(from ?? ''), Date.parse(until ?? '')];
  if (fromMs < untilMs && untilMs - fromMs <= longestMs) {
    const stepSeconds =
      steps.find((step) => (untilMs - fromMs) / 1000 / step <= mostSteps) ?? steps.at(-1) ?? 86_400;
    return { kind: 'fixed', fromMs, untilMs, stepSeconds };
  }
  const name: RangeName = range !== null && Object.hasOwn(rangeChoices, range) ? (range as RangeName) : '1h';
  return { kind: 'latest', name, stepSeconds: rangeChoices[name].stepSeconds };
}

/** Begins with a whole step, so that steps are those of a clock and points stay where they are as time goes on. */
export function boundsOf(range: ChartRange, nowMs: number): { from: string; until: string | undefined } {
  const stepMs = range.stepSeconds * 1000;
  const beginMs = range.kind === 'fixed' ? range.fromMs : nowMs - rangeChoices[range.name].hours * 3_600_000;
  return {
    from: new Date(Math.floor(beginMs / stepMs) * stepMs).toISOString(),
    until: range.kind === 'fixed' ? new Date(range.untilMs).toISOString() : undefined,
  };
}

/** Tells ranges apart in the keys of queries. */
export const rangeKey = (range: ChartRange): string =>
  range.kind === 'latest' ? range.name : `${range.fromMs} ${range.untilMs}`;
