import { zoneOffsetMs } from '../texts/formats.js';

const dayMs = 86_400_000;

/** As `datetime-local` writes it, in the zone that times are shown in. */
export function toLocal(at: string | null): string {
  const atMs = Date.parse(at ?? '');
  return Number.isNaN(atMs) ? '' : new Date(atMs + zoneOffsetMs(atMs)).toISOString().slice(0, 16);
}

/** The end of a range that a field is: both together hold the whole of an hour that comes twice. */
export type RangeEnd = 'from' | 'until';

/**
 * The moment that a field means. Where clocks are put back an hour comes twice: of its two moments the one nearer to
 * what the field meant `before`, so that changing a minute does not move it by an hour; else by its end of the range.
 */
export function fromLocal(text: string, end: RangeEnd, before: string | null): string | null {
  const clockMs = Date.parse(`${text}Z`);
  if (Number.isNaN(clockMs)) return null;
  const [first, last] = momentsAt(clockMs);
  const beforeMs = Date.parse(before ?? '');
  // The hour before: a moment outside both, from which the field was stepped into the hour, says nothing.
  const isNear = Math.min(Math.abs(beforeMs - first), Math.abs(beforeMs - last)) < 3_600_000;
  const isLast = isNear ? Math.abs(beforeMs - last) < Math.abs(beforeMs - first) : end === 'until';
  return new Date(isLast ? last : first).toISOString();
}

/** Null where the clock shows this time once: `first` or `second` of two. */
export function whichOfTwo(at: string | null): 'first' | 'second' | null {
  const atMs = Date.parse(at ?? '');
  if (Number.isNaN(atMs)) return null;
  const [first, last] = momentsAt(atMs + zoneOffsetMs(atMs));
  if (first === last) return null;
  return atMs === first ? 'first' : 'second';
}

/** When the clock shows this time: one moment, or two. A time that is skipped means as long after the change. */
function momentsAt(clockMs: number): [first: number, last: number] {
  const offsets = [zoneOffsetMs(clockMs - dayMs), zoneOffsetMs(clockMs + dayMs)];
  const shown = offsets.map((offset) => clockMs - offset).filter((at) => at + zoneOffsetMs(at) === clockMs);
  const moments = shown.length > 0 ? shown : offsets.slice(0, 1).map((offset) => clockMs - offset);
  return [Math.min(...moments), Math.max(...moments)];
}
