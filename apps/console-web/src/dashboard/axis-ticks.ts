import { formatMinute } from '../texts/formats.js';

const minute = 60_000;
const distances = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * minute);
const mostTicks = 8;

/** Points whose clock shows a round time: 12:00 and 12:10, not 11:57 and 12:04. `offsetMs` is that of the shown zone. */
export function axisTicks(points: readonly { readonly atMs: number }[], offsetMs: (atMs: number) => number) {
  const spanMs = (points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0);
  const distance = distances.find((one) => spanMs / one <= mostTicks) ?? 1440 * minute;
  return points.map(({ atMs }) => atMs).filter((atMs) => (atMs + offsetMs(atMs)) % distance === 0);
}

/** Charts ask for the words of no step as well: before the pointer was over one, and while there are no points. */
export const formatStep = (atMs: unknown, withDay: boolean): string =>
  typeof atMs === 'number' && Number.isFinite(atMs) ? formatMinute(atMs, withDay) : '';
