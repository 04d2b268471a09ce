import { readFileSync } from 'node:fs';
import type { Intended } from './chaos-client.js';
import { faultKind, type Fault } from './plan-faults.js';

export interface Struck {
  readonly fault: Fault;
  readonly atMs: number;
}

export interface WorkAgain {
  readonly kind: string;
  readonly faults: number;
  /** Faults that met work in hand. */
  readonly withWork: number;
  readonly medianSeconds: number | null;
  readonly longestSeconds: number | null;
}

/** Requests that begin so soon after a fault meet it as those on their way do. */
const metMs = 500;
/** Faults after which jobs that were in hand come again. */
const bringsJobsAgain = (fault: Fault): boolean =>
  fault.kind === 'wipe-broker' || ('target' in fault && /^(scanner|rabbitmq)/.test(fault.target));

/**
 * Per kind of fault, how long until what was in hand when it struck was in work again. Of a scanner: jobs it had taken,
 * until another one has begun the first of them (the log line of a redelivered job); of everything else: requests on
 * their way, until the last of them was answered OK. Faults overlap, so that one may have to wait for the end of another.
 */
export function workAgain(
  struck: readonly Struck[],
  intended: readonly Intended[],
  redeliveries: readonly number[],
): WorkAgain[] {
  const byKind = new Map<string, (number | null)[]>();
  struck.forEach(({ fault, atMs }, index) => {
    const next = struck.slice(index + 1).find((one) => bringsJobsAgain(one.fault));
    const kind = faultKind(fault);
    const seconds = kind.endsWith(' scanner')
      ? secondsToRedelivery(redeliveries, atMs, next?.atMs ?? Number.POSITIVE_INFINITY)
      : secondsToAnswer(intended, atMs);
    byKind.set(kind, [...(byKind.get(kind) ?? []), seconds]);
  });
  return [...byKind].map(([kind, values]) => {
    const known = values.filter((one) => one !== null).sort((one, other) => one - other);
    return {
      kind,
      faults: values.length,
      withWork: known.length,
      medianSeconds: known[Math.floor((known.length - 1) / 2)] ?? null,
      longestSeconds: known.at(-1) ?? null,
    };
  });
}

function secondsToRedelivery(redeliveries: readonly number[], atMs: number, untilMs: number): number | null {
  const first = redeliveries.find((one) => one >= atMs && one < untilMs);
  return first === undefined ? null : (first - atMs) / 1000;
}

function secondsToAnswer(intended: readonly Intended[], atMs: number): number | null {
  const met = intended.filter(
    ({ firstSentAtMs, okAtMs }) => firstSentAtMs <= atMs + metMs && (okAtMs ?? atMs) > atMs,
  );
  const last = Math.max(...met.map((one) => one.okAtMs ?? atMs));
  return met.length === 0 ? null : (last - atMs) / 1000;
}

/** Moments at which scanners noted a job that had been in other hands, in order. */
export function readRedeliveries(logFiles: readonly string[]): number[] {
  const lines = logFiles.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  return lines
    .filter((line) => line.includes('"job came again"'))
    .map((line) => Date.parse((JSON.parse(line) as { time: string }).time))
    .sort((one, other) => one - other);
}
