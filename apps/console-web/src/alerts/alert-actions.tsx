import { ActionBar, Button, Progress, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useSession } from '../api/session-state.js';
import { useRowKeys } from '../lists/use-row-keys.js';
import { formatNumber } from '../texts/formats.js';
import type { AlertFilter, AlertRow } from './alert.js';
import { ChangeAllDialog, type BulkAction } from './change-all-dialog.js';
import { useBulkChange, type BulkChange } from './use-bulk-change.js';

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
  const work = useBulkChange(props.onClear);
  const [asked, setAsked] = useState<BulkAction | null>(null);
  const isWhole = props.alerts.length > 0 && props.alerts.every((one) => selection.ids.has(one.id));
  const actions: readonly BulkAction[] = [
    {
      verb: 'Acknowledge',
      question: 'Acknowledge all alerts that match the filter?',
      change: { state: 'in-process', assignee: username },
    },
    {
      verb: 'Assign to me',
      question: 'Assign all alerts that match the filter to you?',
      change: { assignee: username },
    },
    { verb: 'Close', question: 'Close all alerts that match the filter?', change: { state: 'closed' } },
  ];
  const act = (action: BulkAction) => {
    if (selection.isAll) setAsked(action);
    else work.start({ kind: 'named', ids: [...selection.ids] }, action.change, selection.ids.size);
  };
  const isOpen = selection.isAll || selection.ids.size > 0;
  useActionKeys(isOpen && work.running === null ? actions : [], act);
  return (
    <>
      <ActionBar opened={isOpen} aria-label="Selected alerts" className="alert-actions">
        {work.running !== null ? (
          <Running running={work.running} onStop={work.stop} />
        ) : (
          <>
            <Text size="sm" fw={600}>
              {selection.isAll ? 'All that fit the filter' : `${formatNumber(selection.ids.size)} selected`}
            </Text>
            {isWhole && props.canTakeAll && !selection.isAll && (
              <Button
                size="xs"
                variant="subtle"
                onClick={() => props.onSelect({ ids: selection.ids, isAll: true })}
              >
                Select all that fit the filter
              </Button>
            )}
            {actions.map((action, index) => (
              <Button
                key={action.verb}
                size="xs"
                variant={index === 0 ? 'filled' : 'default'}
                onClick={() => act(action)}
              >
                {action.verb}
              </Button>
            ))}
            <Button size="xs" variant="subtle" color="gray" onClick={props.onClear}>
              Clear selection
            </Button>
          </>
        )}
      </ActionBar>
      {asked !== null && (
        <ChangeAllDialog
          action={asked}
          filter={props.filter}
          onClose={() => setAsked(null)}
          onConfirm={({ count, newestId }) => {
            setAsked(null);
            work.start({ kind: 'fitting', filter: props.filter, throughId: newestId }, asked.change, count);
          }}
        />
      )}
    </>
  );
}

const actionKeys = ['a', 'i', 'c'] as const;

/** The keys of the list mean what is selected while something is. */
function useActionKeys(actions: readonly BulkAction[], act: (action: BulkAction) => void): void {
  const keys = actionKeys.flatMap((key, index) => {
    const action = actions[index];
    return action === undefined ? [] : [[key, () => act(action)] as const];
  });
  useRowKeys({
    ids: [],
    current: null,
    onMove: () => undefined,
    rowOf: () => null,
    keys: Object.fromEntries(keys),
  });
}

function Running({
  running,
  onStop,
}: {
  readonly running: NonNullable<BulkChange['running']>;
  readonly onStop: () => void;
}): ReactElement {
  const { total, looked, isStopping } = running;
  return (
    <>
      <Progress
        w={140}
        value={total === 0 ? 100 : (100 * looked) / total}
        aria-label={`${formatNumber(looked)} of ${formatNumber(total)} alerts`}
      />
      <Text size="sm" fw={600} role="status">
        {formatNumber(looked)} of {formatNumber(total)}
      </Text>
      <Button size="xs" variant="default" loading={isStopping} onClick={onStop}>
        Stop
      </Button>
    </>
  );
}
