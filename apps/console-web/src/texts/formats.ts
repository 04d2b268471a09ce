/** Everything is shown in the viewer's zone; the times on the wire are UTC. */
const dateAndTime = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const date = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', year: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const shortDateAndTime = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const number = new Intl.NumberFormat('en-GB');

export const formatTime = (at: string): string => dateAndTime.format(new Date(at));
/** Without the date when it is of today. */
export function formatClock(at: string, nowMs: number): string {
  const then = new Date(at);
  const isToday = then.toDateString() === new Date(nowMs).toDateString();
  return isToday ? clock.format(then) : shortDateAndTime.format(then);
}
export const formatDate = (at: string): string => date.format(new Date(at));
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
