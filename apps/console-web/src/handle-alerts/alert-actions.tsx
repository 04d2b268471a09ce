import { ActionBar, Button, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type ReactElement } from 'react';
import { describeProblem } from '../ask-api/api-problem.js';
import { queryKeys } from '../ask-api/query-keys.js';
import { useSession } from '../ask-api/session-state.js';
import { notify } from '../notify-operator/notices.js';
import { formatNumber, plural } from '../show-texts/formats.js';
import type { AlertChange, AlertFilter, AlertRow } from './alert.js';
import { matchingIds } from './alerts-query.js';
import { changeMany, type ChangeProgress } from './change-many.js';

/** Rows that are ticked, or everything that fits the filter. */
export interface Selection {
  readonly ids: ReadonlySet<number>;
  readonly isAll: boolean;
}

interface Props {
  readonly selection: Selection;
  readonly filter: AlertFilter;
  readonly alerts: readonly AlertRow[];
  /** There is more than this page. */
  readonly canTakeAll: boolean;
  readonly onSelect: (selection: Selection) => void;
  readonly onClear: () => void;
}

export function AlertActions(props: Props): ReactElement {
  const { selection } = props;
  const { username } = useSession();
  const work = useWork(props);
  const isWhole = props.alerts.length > 0 && props.alerts.every((one) => selection.ids.has(one.id));
  return (
    <ActionBar
      opened={selection.isAll || selection.ids.size > 0}
      aria-label="Selected alerts"
      className="alert-actions"
    >
      <Text size="sm" fw={600}>
        {selection.isAll ? 'All that fit the filter' : `${formatNumber(selection.ids.size)} selected`}
      </Text>
      {work.progress !== null ? (
        <>
          <Text size="sm" role="status">
            {formatNumber(work.progress.done)} done
          </Text>
          <Button size="xs" variant="default" onClick={work.stop}>
            Stop
          </Button>
        </>
      ) : (
        <>
          {isWhole && props.canTakeAll && !selection.isAll && (
            <Button
              size="xs"
              variant="subtle"
              onClick={() => props.onSelect({ ids: selection.ids, isAll: true })}
            >
              Select all that fit the filter
            </Button>
          )}
          <Button size="xs" onClick={() => work.start({ state: 'in-process', assignee: username })}>
            Acknowledge
          </Button>
          <Button size="xs" variant="default" onClick={() => work.start({ assignee: username })}>
            Assign to me
          </Button>
          <Button size="xs" variant="default" onClick={() => work.start({ state: 'closed' })}>
            Close
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={props.onClear}>
            Clear selection
          </Button>
        </>
      )}
    </ActionBar>
  );
}

function useWork({ selection, filter, onClear }: Props) {
  const client = useQueryClient();
  const [progress, setProgress] = useState<ChangeProgress | null>(null);
  const controller = useRef<AbortController | null>(null);
  const start = (change: AlertChange) => {
    const { signal } = (controller.current = new AbortController());
    setProgress({ done: 0, failed: 0 });
    const ids = selection.isAll ? matchingIds({ ...filter, sort: null }, signal) : [...selection.ids];
    changeMany(ids, change, { signal, onProgress: setProgress })
      .then(
        ({ done, failed }) => {
          notify(
            failed === 0 ? 'done' : 'failed',
            `${plural(done, 'alert')} changed${failed === 0 ? '' : `, ${formatNumber(failed)} not`}.`,
          );
          onClear();
        },
        (thrown: unknown) => notify('failed', `Not all alerts are changed. ${describeProblem(thrown)}`),
      )
      .finally(() => {
        setProgress(null);
        void client.invalidateQueries({ queryKey: queryKeys.alerts });
      });
  };
  return { progress, start, stop: () => controller.current?.abort() };
}
