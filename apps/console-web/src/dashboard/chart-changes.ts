import type { AuditEntry, ServiceInstance } from '@sluice/console-api';
import { describeKey } from '../audit/describe-entry.js';
import { pointOf, type CauseMark } from './cause-marks.js';

/** Starts and changed settings of one step: lettered, as causes are numbered. */
export interface ChartChange {
  readonly letter: string;
  readonly atMs: number;
  /** Of the first of them. */
  readonly at: string;
  readonly texts: readonly string[];
}

interface Sources {
  readonly instances: readonly Pick<ServiceInstance, 'instance' | 'startedAt'>[];
  /** Of the audit log: changes of settings. */
  readonly entries: readonly Pick<AuditEntry, 'at' | 'actor' | 'target'>[];
}

type Points = readonly { readonly atMs: number }[];

const letters = 'ABCDEFGHIJKL';

/** The newest that have room, in the order they happened. */
export function gatherChanges(
  { instances, entries }: Sources,
  points: Points,
  stepSeconds: number,
): ChartChange[] {
  const found = [
    ...instances.map(({ instance, startedAt }) => ({ at: startedAt, text: `${instance} started` })),
    ...entries.map(({ at, actor, target }) => ({ at, text: `${actor} changed ${describeSettings(target)}` })),
  ].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const steps = new Map<number, { at: string; texts: string[] }>();
  for (const { at, text } of found) {
    const atMs = pointOf(at, points, stepSeconds);
    if (atMs === null) continue;
    const step = steps.get(atMs);
    if (step === undefined) steps.set(atMs, { at, texts: [text] });
    else step.texts.push(text);
  }
  return [...steps]
    .slice(-letters.length)
    .map(([atMs, step], index) => ({ atMs, letter: letters.charAt(index), ...step }));
}

export const markChanges = (changes: readonly ChartChange[]): CauseMark[] =>
  changes.map(({ atMs, letter }) => ({ atMs, label: letter }));

const describeSettings = (target: string | null): string =>
  target === null ? 'settings' : target.split(', ').map(describeKey).join(', ');
