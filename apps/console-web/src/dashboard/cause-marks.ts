import type { PastCause } from '@sluice/console-api';

/** Where a cause began or ended, at a point of the charts; several at one point are one mark. */
export interface CauseMark {
  readonly atMs: number;
  readonly label: string;
}

export interface NumberedCause {
  readonly number: number;
  readonly cause: PastCause;
}

const mostMarked = 12;

/** Reminders change nothing yet, so charts leave them out. In the order they began. */
export const numberCauses = (causes: readonly PastCause[]): NumberedCause[] =>
  causes
    .filter(({ level }) => level !== 'advisory')
    .slice(0, mostMarked)
    .sort((one, other) => Date.parse(one.beganAt) - Date.parse(other.beganAt))
    .map((cause, index) => ({ number: index + 1, cause }));

/** `1` where the first began, `1 ✓` where it ended. What began before the range has no begin in it. */
export function markCauses(
  causes: readonly NumberedCause[],
  points: readonly { readonly atMs: number }[],
  stepSeconds: number,
): CauseMark[] {
  const found = causes.flatMap(({ number, cause }) => [
    { atMs: pointOf(cause.beganAt, points, stepSeconds), text: String(number) },
    {
      atMs: cause.endedAt === null ? null : pointOf(cause.endedAt, points, stepSeconds),
      text: `${number} ✓`,
    },
  ]);
  return joinMarks(found.flatMap(({ atMs, text }) => (atMs === null ? [] : [{ atMs, label: text }])));
}

/** Several at one point are one mark. */
export function joinMarks(marks: readonly CauseMark[]): CauseMark[] {
  const joined = new Map<number, CauseMark>();
  for (const mark of marks) {
    const before = joined.get(mark.atMs);
    joined.set(mark.atMs, before ? { ...before, label: `${before.label}, ${mark.label}` } : mark);
  }
  return [...joined.values()];
}

/** The point whose step a time falls into; null: it is not in the charts. */
export function pointOf(
  at: string,
  points: readonly { readonly atMs: number }[],
  stepSeconds: number,
): number | null {
  const ms = Date.parse(at);
  return points.find(({ atMs }) => ms >= atMs && ms < atMs + stepSeconds * 1000)?.atMs ?? null;
}
