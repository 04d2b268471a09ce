import type { AlertBulkAnswer as PartAnswer, AlertCountAnswer } from '@sluice/console-api';
import { ask, withQuery } from '../api/ask.js';
import type { AlertChange, AlertFilter } from './alert.js';
import { alertsPath } from './alerts-query.js';

/** What one request changes at most. */
const partSize = 500;

/** Alerts by name, or all that fit a filter and were there when they were counted. */
export type Target =
  | { readonly kind: 'named'; readonly ids: readonly number[] }
  | { readonly kind: 'fitting'; readonly filter: AlertFilter; readonly throughId: number };

export interface ChangeProgress {
  readonly looked: number;
  /** Those that were not so already. */
  readonly changed: number;
  readonly isStopped: boolean;
}

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
  let progress: ChangeProgress = { looked: 0, changed: 0, isStopped: false };
  for await (const part of partsOf(target, change)) {
    progress = {
      looked: progress.looked + part.looked,
      changed: progress.changed + part.changed,
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
    for (let from = 0; from < target.ids.length; from += partSize) {
      const part = await send({ ids: target.ids.slice(from, from + partSize) });
      yield { ...part, isMore: from + partSize < target.ids.length };
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

export type AlertCount = AlertCountAnswer;

export const countAlerts = (filter: AlertFilter): Promise<AlertCountAnswer> =>
  ask('GET', withQuery('/api/alert-count', { ...filter, sort: null }));

/** The order of the list is no part of what is changed. */
const onlyGiven = (filter: AlertFilter): Partial<AlertFilter> =>
  Object.fromEntries(
    Object.entries(filter).filter(([key, value]) => key !== 'sort' && value !== null && value !== ''),
  );
