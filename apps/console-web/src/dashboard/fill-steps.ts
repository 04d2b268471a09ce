import type { Statistics, StatisticsStep } from '@sluice/console-api';

/** One point of every chart. Null where there was no verdict: a line doesn't drop to zero for lack of work. */
export interface ChartPoint {
  readonly [name: string]: number | string | null;
  readonly time: string;
  readonly mail: number;
  readonly other: number;
  readonly detections: number;
  readonly mailP50: number | null;
  readonly mailP95: number | null;
  readonly otherP50: number | null;
  readonly otherP95: number | null;
}

const maxPoints = 1500;

/** The API leaves out steps in which nothing happened; charts need every one. */
export function fillSteps(statistics: Statistics, format: (at: Date) => string): ChartPoint[] {
  const stepMs = statistics.stepSeconds * 1000;
  const fromMs = Date.parse(statistics.from);
  const count = Math.min(maxPoints, Math.max(0, Math.ceil((Date.parse(statistics.until) - fromMs) / stepMs)));
  const byStep = new Map<number, StatisticsStep[]>();
  for (const step of statistics.series) {
    const index = Math.floor((Date.parse(step.at) - fromMs) / stepMs);
    byStep.set(index, [...(byStep.get(index) ?? []), step]);
  }
  const perMinute = (value: number) => Math.round((value / (statistics.stepSeconds / 60)) * 10) / 10;
  return Array.from({ length: count }, (_, index) => {
    const steps = byStep.get(index) ?? [];
    const mail = steps.find((one) => one.type === 'mail');
    const other = steps.find((one) => one.type === 'other');
    return {
      time: format(new Date(fromMs + index * stepMs)),
      mail: perMinute(mail?.accepted ?? 0),
      other: perMinute(other?.accepted ?? 0),
      detections: perMinute((mail?.detect ?? 0) + (other?.detect ?? 0)),
      mailP50: round(mail?.p50Ms),
      mailP95: round(mail?.p95Ms),
      otherP50: round(other?.p50Ms),
      otherP95: round(other?.p95Ms),
    };
  });
}

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
