import type { LoadStatistics, Statistics, StatisticsStep } from '@sluice/console-api';

/** One point of every chart. Null where nothing is known: a line doesn't drop to zero for lack of work or of a look. */
export interface ChartPoint {
  readonly [name: string]: number | null;
  /** When the step begins. */
  readonly atMs: number;
  readonly mail: number;
  readonly other: number;
  readonly detections: number;
  readonly notExamined: number;
  readonly mailP50: number | null;
  readonly mailP95: number | null;
  readonly otherP50: number | null;
  readonly otherP95: number | null;
  readonly mailWaiting: number | null;
  readonly otherWaiting: number | null;
  readonly mailOldest: number | null;
  readonly otherOldest: number | null;
  readonly busy: number | null;
}

const maxPoints = 1500;
/** Jobs from it on go before all others. */
const mailPriority = 5;

type LoadStep = LoadStatistics['series'][number];

/** The API leaves out steps in which nothing happened; charts need every one. */
export function fillSteps(statistics: Statistics, load: LoadStatistics | undefined): ChartPoint[] {
  const stepMs = statistics.stepSeconds * 1000;
  const fromMs = Date.parse(statistics.from);
  const count = Math.min(maxPoints, Math.max(0, Math.ceil((Date.parse(statistics.until) - fromMs) / stepMs)));
  const traffic = new Map<string, StatisticsStep>();
  for (const step of statistics.series) traffic.set(`${Date.parse(step.at)} ${step.type}`, step);
  const looks = new Map((load?.series ?? []).map((step) => [Date.parse(step.at), step]));
  return Array.from({ length: count }, (_, index) => {
    const atMs = fromMs + index * stepMs;
    return {
      atMs,
      ...toTraffic(
        { mail: traffic.get(`${atMs} mail`), other: traffic.get(`${atMs} other`) },
        statistics.stepSeconds / 60,
      ),
      ...toLoad(looks.get(atMs)),
    };
  });
}

interface Traffic {
  readonly mail: StatisticsStep | undefined;
  readonly other: StatisticsStep | undefined;
}

function toTraffic({ mail, other }: Traffic, minutes: number) {
  const perMinute = (value: number) => Math.round((value / minutes) * 10) / 10;
  const both = (value: (step: StatisticsStep) => number) =>
    perMinute((mail ? value(mail) : 0) + (other ? value(other) : 0));
  return {
    mail: perMinute(mail?.accepted ?? 0),
    other: perMinute(other?.accepted ?? 0),
    detections: both((step) => step.detect),
    notExamined: both((step) => step.timeout + step.error),
    mailP50: round(mail?.p50Ms),
    mailP95: round(mail?.p95Ms),
    otherP50: round(other?.p50Ms),
    otherP95: round(other?.p95Ms),
  };
}

function toLoad(step: LoadStep | undefined) {
  const waiting = step?.waiting ?? [];
  const mail = waiting.filter((one) => one.priority >= mailPriority);
  const other = waiting.filter((one) => one.priority < mailPriority);
  const known = <Value>(value: Value): Value | null => (step === undefined ? null : value);
  return {
    mailWaiting: known(sumOf(mail)),
    otherWaiting: known(sumOf(other)),
    mailOldest: known(oldestOf(mail)),
    otherOldest: known(oldestOf(other)),
    busy: step === undefined || step.busyShare === null ? null : Math.round(step.busyShare * 100),
  };
}

const sumOf = (waiting: LoadStep['waiting']): number => waiting.reduce((all, one) => all + one.unfinished, 0);
const oldestOf = (waiting: LoadStep['waiting']): number =>
  Math.max(0, ...waiting.map((one) => one.oldestSeconds));

const round = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : Math.round(value);

export interface Totals {
  readonly accepted: number;
  readonly detect: number;
  readonly notExamined: number;
  /** Over the whole range; null when no mail got a verdict in it. */
  readonly mailP95Ms: number | null;
}

export function sumUp({ totals }: Pick<Statistics, 'totals'>): Totals {
  const sum = (count: (one: Statistics['totals'][number]) => number): number =>
    totals.reduce((all, one) => all + count(one), 0);
  return {
    accepted: sum((one) => one.accepted),
    detect: sum((one) => one.detect),
    notExamined: sum((one) => one.timeout + one.error),
    mailP95Ms: totals.find((one) => one.type === 'mail')?.p95Ms ?? null,
  };
}
