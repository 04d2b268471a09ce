import type { AlertBulkAnswer as PartAnswer, AlertCountAnswer } from '@sluice/console-api';
import type { AlertState } from '@sluice/contracts';
import { ask, withQuery } from '../api/ask.js';
import type { AlertChange, AlertFilter } from './alert.js';
import { alertsPath } from './alerts-query.js';

/** What one request changes at most. */
const partSize = 500;

/**
 * Alerts by name, where it is known in the states they were seen in; or all that fit a filter and were there when they
 * were counted.
 */
export type Target =
  | {
      readonly kind: 'named';
      readonly ids: readonly number[];
      readonly seen?: ReadonlyMap<number, AlertState>;
    }
  | { readonly kind: 'fitting'; readonly filter: AlertFilter; readonly throughId: number };

export interface ChangeProgress {
  readonly looked: number;
  /** Those that were not so already. */
  readonly changed: number;
  /** Those that were not as they were seen. */
  readonly left: number;
  readonly isStopped: boolean;
}

export const nothingYet: ChangeProgress = { looked: 0, changed: 0, left: 0, isStopped: false };

interface Options {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ChangeProgress) => void;
}

/** Part by part, each of them whole or not at all; stopping leaves what is done and begins no further part. */
export async function changeMany(
  target: Target,
  change: AlertChange,
  { signal, onProgress }: Options,
): Promise<ChangeProgress> {
  let progress: ChangeProgress = nothingYet;
  for await (const part of partsOf(target, change)) {
    progress = {
      looked: progress.looked + part.looked,
      changed: progress.changed + part.changed,
      left: progress.left + part.left,
      isStopped: false,
    };
    onProgress(progress);
    if (signal.aborted) return { ...progress, isStopped: part.isMore };
  }
  return progress;
}

type Part = PartAnswer & { readonly isMore: boolean };

async function* partsOf(target: Target, change: AlertChange): AsyncGenerator<Part> {
  const send = (body: object) => ask('PATCH', alertsPath, { ...change, ...body });
  if (target.kind === 'named') {
    const parts = [...byState(target)].flatMap(([ifState, ids]) => inParts(ids, change.ifState ?? ifState));
    for (const [index, { ids, ifState }] of parts.entries()) {
      const part = await send({ ids, ...(ifState !== undefined && { ifState }) });
      yield { ...part, isMore: index + 1 < parts.length };
    }
    return;
  }
  const filter = onlyGiven(target.filter);
  let cursor: string | null = null;
  do {
    const part: PartAnswer = await send({
      filter,
      throughId: target.throughId,
      ...(cursor === null ? {} : { cursor }),
    });
    cursor = part.nextCursor;
    yield { ...part, isMore: cursor !== null };
  } while (cursor !== null);
}

type Named = Extract<Target, { kind: 'named' }>;

function byState({ ids, seen }: Named): ReadonlyMap<AlertState | undefined, number[]> {
  const groups = new Map<AlertState | undefined, number[]>();
  for (const id of ids) {
    const state = seen?.get(id);
    groups.set(state, [...(groups.get(state) ?? []), id]);
  }
  return groups;
}

const inParts = (ids: readonly number[], ifState: AlertState | undefined) =>
  Array.from({ length: Math.ceil(ids.length / partSize) }, (_, index) => ({
    ids: ids.slice(index * partSize, (index + 1) * partSize),
    ifState,
  }));

export type AlertCount = AlertCountAnswer;

export const countAlerts = (filter: AlertFilter): Promise<AlertCountAnswer> =>
  ask('GET', withQuery('/api/alert-count', { ...filter, sort: null }));

/** The order of the list is no part of what is changed. */
const onlyGiven = (filter: AlertFilter): Partial<AlertFilter> =>
  Object.fromEntries(
    Object.entries(filter).filter(([key, value]) => key !== 'sort' && value !== null && value !== ''),
  );
