import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { describeProblem } from '../api/api-problem.js';
import { queryKeys } from '../api/query-keys.js';
import { notify } from '../notices/notices.js';
import { formatNumber, plural } from '../texts/formats.js';
import type { AlertChange, AlertRow } from './alert.js';
import { changeMany, nothingYet, type ChangeProgress, type Target } from './change-many.js';
import { revertChange } from './revert-change.js';

export interface BulkChange {
  readonly running: {
    readonly looked: number;
    readonly total: number;
    readonly isStopping: boolean;
  } | null;
  readonly start: (target: Target, change: AlertChange, about: About) => void;
  readonly stop: () => void;
}

interface About {
  readonly total: number;
  /** As they were, so that it can be undone; empty: it cannot. */
  readonly before: readonly AlertRow[];
  /** Where what was typed is shown again, with what went wrong; null: there was nothing to type. */
  readonly onFailed: ((problem: string) => void) | null;
}

/** One change to many alerts at a time, with how far it is; says at the end how many are changed. */
export function useBulkChange(onDone: () => void): BulkChange {
  const client = useQueryClient();
  const [running, setRunning] = useState<BulkChange['running']>(null);
  const controller = useRef<AbortController | null>(null);
  const start: BulkChange['start'] = (target, change, { total, before, onFailed }) => {
    const { signal } = (controller.current = new AbortController());
    let last: ChangeProgress = nothingYet;
    const show = () => setRunning({ looked: last.looked, total, isStopping: signal.aborted });
    const onProgress = (now: ChangeProgress) => {
      last = now;
      show();
    };
    const tellFailed = onFailed ?? ((problem) => notify('failed', problem));
    show();
    changeMany(target, change, { signal, onProgress })
      .then(
        (end) => {
          notify('done', describeEnd(end, change), undoOf(change, before));
          onDone();
        },
        (thrown: unknown) =>
          tellFailed(`Stopped after ${describeEnd(last, change).toLowerCase()} ${describeProblem(thrown)}`),
      )
      .finally(() => {
        setRunning(null);
        void client.invalidateQueries({ queryKey: queryKeys.alerts });
      });
  };
  const undoOf = (change: AlertChange, before: readonly AlertRow[]) => {
    const reverts = revertChange(before, change);
    if (reverts.length === 0) return null;
    return { label: 'Undo', run: () => undo(reverts) };
  };
  const undo = (reverts: ReturnType<typeof revertChange>) => {
    const { signal } = new AbortController();
    Promise.all(
      reverts.map((one) =>
        changeMany({ kind: 'named', ids: one.ids }, one.change, { signal, onProgress: () => undefined }),
      ),
    )
      .then(
        (ends) =>
          notify(
            'done',
            `Undone.${describeLeft(
              ends.reduce((sum, end) => sum + end.left, 0),
              'changed meanwhile',
            )}`,
          ),
        (thrown: unknown) => notify('failed', `Not undone. ${describeProblem(thrown)}`),
      )
      .finally(() => void client.invalidateQueries({ queryKey: queryKeys.alerts }));
  };
  const stop = () => {
    controller.current?.abort();
    setRunning((now) => (now === null ? null : { ...now, isStopping: true }));
  };
  return { running, start, stop };
}

function describeEnd({ changed, left, looked, isStopped }: ChangeProgress, { ifState }: AlertChange): string {
  const same = looked - changed - left;
  const already = same > 0 ? `; ${formatNumber(same)} ${same === 1 ? 'was' : 'were'} so already` : '';
  return `${isStopped ? 'Stopped: ' : ''}${plural(changed, 'alert')} changed${already}.${describeLeft(left, ifState === 'new' ? 'not new' : 'changed meanwhile')}`;
}

const describeLeft = (left: number, why: string): string =>
  left === 0 ? '' : ` ${formatNumber(left)} left as ${left === 1 ? 'it is' : 'they are'}: ${why}.`;
