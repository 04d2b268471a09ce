import { ActionBar, Button, Progress, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatNumber } from '../texts/formats.js';
import type { AlertRow } from './alert.js';
import type { BulkChange } from './use-bulk-change.js';
import type { Triage, TriageAction } from './use-triage.js';

/** Rows that are ticked, or everything that matches the filter. */
export interface Selection {
  readonly ids: ReadonlySet<number>;
  readonly isAll: boolean;
}

interface Props {
  readonly selection: Selection;
  readonly triage: Triage;
  readonly alerts: readonly AlertRow[];
  /** There is more than this page. */
  readonly canTakeAll: boolean;
  readonly onSelect: (selection: Selection) => void;
  readonly onClear: () => void;
}

const actions: readonly { readonly action: TriageAction; readonly name: string }[] = [
  { action: 'acknowledge', name: 'Acknowledge' },
  { action: 'assign', name: 'Assign to me' },
  { action: 'close', name: 'Close' },
  { action: 'comment', name: 'Comment' },
];

export function AlertActions(props: Props): ReactElement {
  const { selection, triage } = props;
  const isWhole = props.alerts.length > 0 && props.alerts.every((one) => selection.ids.has(one.id));
  return (
    <ActionBar
      opened={selection.isAll || selection.ids.size > 0}
      aria-label="Selected alerts"
      className="alert-actions"
    >
      {triage.work.running !== null ? (
        <Running running={triage.work.running} onStop={triage.work.stop} />
      ) : (
        <>
          <Text size="sm" fw={600}>
            {selection.isAll ? 'All that match the filter' : `${formatNumber(selection.ids.size)} selected`}
          </Text>
          {isWhole && props.canTakeAll && !selection.isAll && (
            <Button
              size="xs"
              variant="subtle"
              onClick={() => props.onSelect({ ids: selection.ids, isAll: true })}
            >
              Select all that match the filter
            </Button>
          )}
          {actions.map(({ action, name }, index) => (
            <Button
              key={action}
              size="xs"
              variant={index === 0 ? 'filled' : 'default'}
              onClick={() => triage.act(action)}
            >
              {name}
            </Button>
          ))}
          <Button size="xs" variant="subtle" color="gray" onClick={props.onClear}>
            Clear selection
          </Button>
        </>
      )}
    </ActionBar>
  );
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
