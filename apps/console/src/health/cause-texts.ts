import type { Cause } from '@sluice/console-api';

/** A cause before it is dated by what was seen of it. */
export type FoundCause = Omit<Cause, 'since'> & { readonly since: Date | null };

export const plural = (count: number, word: string): string =>
  `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

/** ` (scanner-1, scanner-2)`, or how many when there are too many to name. */
export const namesOf = (instances: readonly string[]): string => {
  if (instances.length === 0) return '';
  const most = 5;
  const named = instances.slice(0, most).join(', ');
  return instances.length > most ? ` (${named} and ${instances.length - most} more)` : ` (${named})`;
};

export const describeSeconds = (seconds: number): string => {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
};

export const describeBytes = (bytes: number): string => {
  const gibibytes = bytes / 1024 ** 3;
  return gibibytes >= 1
    ? `${gibibytes.toLocaleString('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })} GiB`
    : `${Math.floor(bytes / 1024 ** 2)} MiB`;
};

/** Each value once, with all that have it, in order of first appearance. */
export function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

export const earliest = (times: readonly Date[]): Date | null =>
  times.length === 0 ? null : new Date(Math.min(...times.map((at) => at.getTime())));
