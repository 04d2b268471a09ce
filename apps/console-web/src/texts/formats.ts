import { createState } from '../api/create-state.js';

/** Times on the wire are UTC. They are shown in this zone; undefined: that of the browser. */
export const timeZoneState = createState<string | undefined>(undefined);

const twoDigits = '2-digit';
const day = { day: twoDigits, month: 'short' } as const;
const hour = { hour: twoDigits, minute: twoDigits } as const;
const second = { ...hour, second: twoDigits } as const;
const date = { ...day, year: 'numeric' } as const;
const styles = {
  time: { ...date, ...second },
  date,
  clock: second,
  short: { ...day, ...hour },
  hour,
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making one costs more than using it a thousand times. */
function format(style: keyof typeof styles, at: Date): string {
  const timeZone = timeZoneState.get();
  const key = `${style} ${timeZone ?? ''}`;
  const known = formatters.get(key);
  const formatter =
    known ??
    new Intl.DateTimeFormat('en-GB', { ...styles[style], ...(timeZone !== undefined && { timeZone }) });
  if (known === undefined) formatters.set(key, formatter);
  return formatter.format(at);
}

const number = new Intl.NumberFormat('en-GB');

export const formatTime = (at: string): string => format('time', new Date(at));
/** Without the date when it is of today. */
export function formatClock(at: string, nowMs: number): string {
  const then = new Date(at);
  const isToday = format('date', then) === format('date', new Date(nowMs));
  return format(isToday ? 'clock' : 'short', then);
}
export const formatDate = (at: string): string => format('date', new Date(at));
/** Of a step in a chart: a weekday would be read as that of this week. */
export const formatMinute = (atMs: number, withDay: boolean): string =>
  format(withDay ? 'short' : 'hour', new Date(atMs));
/** How far the shown zone is ahead of UTC at that time. */
export function zoneOffsetMs(atMs: number): number {
  const timeZone = timeZoneState.get();
  if (timeZone === undefined) return -new Date(atMs).getTimezoneOffset() * 60_000;
  const named = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(new Date(atMs))
    .find(({ type }) => type === 'timeZoneName');
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)/.exec(named?.value ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
/** `UTC+1`: of the shown zone, at that time. */
export function formatZone(atMs: number): string {
  const minutes = zoneOffsetMs(atMs) / 60_000;
  if (minutes === 0) return 'UTC';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}
export const formatUtc = (at: string): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
export const formatNumber = (value: number): string => number.format(value);

const steps = [
  { seconds: 86_400, word: 'day' },
  { seconds: 3600, word: 'hour' },
  { seconds: 60, word: 'minute' },
] as const;

const plural = (count: number, word: string): string =>
  `${formatNumber(count)} ${word}${count === 1 ? '' : 's'}`;
export { plural };

/** `3 minutes`, `2 days`: the largest unit that fits, without a fraction. */
export function formatSpan(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const step = steps.find((one) => whole >= one.seconds);
  return step === undefined ? plural(whole, 'second') : plural(Math.floor(whole / step.seconds), step.word);
}

export function formatAgo(at: string, nowMs: number): string {
  const seconds = (nowMs - Date.parse(at)) / 1000;
  if (seconds < -60) return `in ${formatSpan(-seconds)}`;
  return seconds < 10 ? 'just now' : `${formatSpan(seconds)} ago`;
}

const sizeUnits = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function formatBytes(bytes: number): string {
  if (bytes === 1) return '1 byte';
  const power = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  const digits = power === 0 || value >= 100 || Number.isInteger(value) ? 0 : 1;
  return `${formatNumber(Number(value.toFixed(digits)))} ${sizeUnits[power] ?? 'bytes'}`;
}

/** `38 ms`, `1.4 s`, `3 min`: for durations of work. */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < 1) return 'under 1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 100_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : formatSpan(ms / 1000);
}
