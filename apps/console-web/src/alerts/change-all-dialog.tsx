import { Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { formatNumber, plural } from '../texts/formats.js';
import type { AlertChange, AlertFilter } from './alert.js';
import { countAlerts, type AlertCount } from './change-many.js';

export interface BulkAction {
  readonly verb: string;
  /** Asked before it is done to all that fit the filter. */
  readonly question: string;
  readonly change: AlertChange;
}

interface Props {
  readonly action: BulkAction;
  readonly filter: AlertFilter;
  readonly onClose: () => void;
  readonly onConfirm: (counted: AlertCount) => void;
}

/** Says how many there are before all of them are changed, on other pages too. */
export function ChangeAllDialog({ action, filter, onClose, onConfirm }: Props): ReactElement {
  const counted = useQuery({
    // Not one of the lists' keys: a new alert must not take the number away under the operator's pointer.
    queryKey: ['alert-count', JSON.stringify(filter)],
    queryFn: () => countAlerts(filter),
    // Each window counts anew: what it says is what will be changed.
    gcTime: 0,
    staleTime: Infinity,
    refetchOnMount: 'always',
  });
  const { data } = counted;
  const isCounted = data !== undefined && counted.fetchStatus === 'idle';
  return (
    <ConfirmDialog
      title={action.question}
      size="md"
      isOpen
      isDangerous
      isBlocked={!isCounted || data.count === 0}
      problem={counted.error}
      onClose={onClose}
      onConfirm={() => {
        if (data !== undefined) onConfirm(data);
      }}
    >
      <Text size="sm" role="status">
        {isCounted ? (
          <>
            <strong>
              {data.isMore ? `More than ${formatNumber(data.count)}` : plural(data.count, 'alert')}
            </strong>
            {data.count === 1 ? ' fits' : ' fit'} the filter, on all pages.
          </>
        ) : counted.isError ? (
          'They could not be counted.'
        ) : (
          <Loader size="xs" aria-label="Counting" />
        )}
      </Text>
      <Text size="sm" c="dimmed">
        Alerts that arrive meanwhile are left alone. You see how far it is and can stop; what is changed until
        then stays changed.
      </Text>
    </ConfirmDialog>
  );
}
