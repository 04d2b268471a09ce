import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import type { AlertDisposition } from '@sluice/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { describeProblem } from '../api/api-problem.js';
import { formatNumber, plural } from '../texts/formats.js';
import { dispositionNames } from '../texts/words.js';
import type { AlertChange, AlertFilter, AlertRow } from './alert.js';
import { countAlerts, type AlertCount } from './change-many.js';
import type { TriageAction } from './use-triage.js';
import { Dialog } from '../design/dialog.js';

/** `ids` null: all that match the filter. */
export interface Asked {
  readonly action: TriageAction;
  readonly ids: readonly number[] | null;
  /** As they were when it was asked: what an operator decides on. */
  readonly seen: readonly AlertRow[];
  /** After a try that failed: what was typed, and what went wrong. */
  readonly comment?: string | undefined;
  readonly problem?: string;
  /** What someone else made of it since. */
  readonly meanwhile?: string;
}

interface Props {
  readonly asked: Asked;
  readonly filter: AlertFilter;
  readonly isBusy?: boolean;
  readonly onClose: () => void;
  readonly onConfirm: (change: AlertChange, counted: AlertCount | null) => void;
}

const dispositions = Object.keys(dispositionNames) as AlertDisposition[];

const verbs: Readonly<Record<TriageAction, string>> = {
  acknowledge: 'Acknowledge',
  assign: 'Assign',
  close: 'Close',
  comment: 'Comment on',
};

/** Asks what closing needs to know, and says how many there are before all of them are changed. */
export function TriageDialog({ asked, filter, isBusy = false, onClose, onConfirm }: Props): ReactElement {
  const { action, ids } = asked;
  const [comment, setComment] = useState(asked.comment ?? '');
  const counted = useCounted(filter, ids === null);
  const data = counted.fetchStatus === 'idle' ? counted.data : undefined;
  const isBlocked = ids === null && (data === undefined || data.count === 0);
  const said = comment.trim() === '' ? {} : { comment: comment.trim() };
  const confirm = (change: AlertChange) => onConfirm({ ...said, ...change }, data ?? null);
  return (
    <Dialog
      opened
      onClose={onClose}
      size="lg"
      title={titleOf(asked, data)}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close the dialog' }}
    >
      <Stack gap="md">
        {ids === null && (
          <Text size="sm" c="dimmed" role="status">
            {counted.isError
              ? 'They could not be counted.'
              : 'On all pages. Alerts that arrive meanwhile are left alone. You see how far it is and can stop; what is changed until then stays changed.'}
          </Text>
        )}
        {counted.isError && (
          <Alert color="red" role="alert">
            {describeProblem(counted.error)}
          </Alert>
        )}
        {asked.meanwhile !== undefined && (
          <Alert color="orange" role="alert" title="Changed meanwhile">
            {asked.meanwhile}
          </Alert>
        )}
        {asked.problem !== undefined && (
          <Alert color="red" role="alert" title="That did not work">
            {asked.problem}
          </Alert>
        )}
        {(action === 'close' || action === 'comment') && (
          <Textarea
            data-autofocus
            label="Comment"
            autosize
            minRows={2}
            maxRows={8}
            maxLength={4096}
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end" gap="xs" className="window-foot">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          {action === 'close' ? (
            <Group gap="xs" role="group" aria-label="Close as">
              <Text size="sm" fw={600}>
                Close as
              </Text>
              {dispositions.map((disposition) => (
                <Button
                  key={disposition}
                  disabled={isBlocked || isBusy}
                  variant={disposition === 'true-positive' ? 'filled' : 'light'}
                  onClick={() => confirm({ state: 'closed', disposition })}
                >
                  {dispositionNames[disposition]}
                </Button>
              ))}
            </Group>
          ) : (
            <Button
              disabled={isBlocked || (action === 'comment' && comment.trim() === '')}
              onClick={() => confirm({})}
            >
              {action === 'comment' ? 'Add comment' : `${verbs[action]} alerts`}
            </Button>
          )}
        </Group>
      </Stack>
    </Dialog>
  );
}

function titleOf({ action, ids }: Asked, counted: AlertCount | undefined): string {
  const verb = verbs[action];
  if (ids !== null)
    return `${verb} ${ids.length === 1 ? `alert ${ids[0] ?? ''}` : plural(ids.length, 'alert')}?`;
  if (counted === undefined) return `${verb} all alerts that match the filter?`;
  return `${verb} ${counted.isMore ? `more than ${formatNumber(counted.count)} alerts` : plural(counted.count, 'alert')}?`;
}

const useCounted = (filter: AlertFilter, isWanted: boolean) =>
  useQuery({
    // Not one of the lists' keys: a new alert must not take the number away under the operator's pointer.
    queryKey: ['alert-count', JSON.stringify(filter)],
    queryFn: () => countAlerts(filter),
    enabled: isWanted,
    // Each dialog counts anew: what it says is what will be changed.
    gcTime: 0,
    staleTime: Infinity,
    refetchOnMount: 'always',
  });
