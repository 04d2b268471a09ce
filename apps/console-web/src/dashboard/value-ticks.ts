import { formatNumber } from '../texts/formats.js';

/** What the numbers of a chart are: the axis has round values of it. */
export type Scale = 'count' | 'milliseconds' | 'seconds' | 'percent';

const [second, minute, hour] = [1000, 60_000, 3_600_000];
const tens = (from: number, powers: number): number[] =>
  Array.from({ length: powers }, (_, power) => [1, 2, 5].map((one) => one * from * 10 ** power)).flat();
const durations = [
  ...tens(1, 3),
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * second),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minute),
  ...[1, 2, 6, 12, 24, 48, 168].map((hours) => hours * hour),
];
const distances: Readonly<Record<Scale, readonly number[]>> = {
  count: tens(0.1, 10),
  milliseconds: durations,
  seconds: durations.map((ms) => ms / second).filter((seconds) => seconds >= 1),
  percent: [25],
};
const mostSteps = 4;

/** From 0 to the first round value that is not below the highest: 0, 1 min, 2 min; not 0, 70 s, 140 s. */
export function valueTicks(highest: number, scale: Scale): number[] {
  // Of nothing at all one unit is shown.
  if (highest === 0 && scale === 'count') return [0, 1];
  const top = scale === 'percent' ? 100 : highest || 1;
  const known = distances[scale];
  const distance =
    known.find((one) => top / one <= mostSteps) ?? Math.max(...known, Math.ceil(top / mostSteps));
  const steps = Math.ceil(top / distance);
  // Tenths are no binary fractions.
  return Array.from({ length: steps + 1 }, (_, index) => Math.round(index * distance * 10) / 10);
}

export function formatTick(value: number, scale: Scale): string {
  if (scale === 'percent') return `${value} %`;
  if (scale === 'count' || value === 0) return formatNumber(value);
  const ms = scale === 'seconds' ? value * second : value;
  if (ms < second) return `${ms} ms`;
  if (ms < minute) return `${ms / second} s`;
  return ms < hour ? `${ms / minute} min` : `${ms / hour} h`;
}
