import type { CauseLevel, PastCause } from '@sluice/console-api';

/** Where a cause began or ended, at a point of the charts; several at one point are one mark. */
export interface CauseMark {
  readonly atMs: number;
  readonly label: string;
  readonly color: string;
}

export interface NumberedCause {
  readonly number: number;
  readonly cause: PastCause;
}

const colors: Readonly<Record<CauseLevel, string>> = {
  down: 'red.7',
  degraded: 'orange.7',
  advisory: 'blue.5',
};
const endColor = 'teal.7';
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
    { atMs: pointOf(cause.beganAt, points, stepSeconds), text: String(number), color: colors[cause.level] },
    {
      atMs: cause.endedAt === null ? null : pointOf(cause.endedAt, points, stepSeconds),
      text: `${number} ✓`,
      color: endColor,
    },
  ]);
  return joinMarks(
    found.flatMap(({ atMs, text, color }) => (atMs === null ? [] : [{ atMs, label: text, color }])),
  );
}

/** Several at one point are one mark, with the colour of the first. */
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
