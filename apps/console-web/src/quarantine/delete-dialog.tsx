import { Alert, Text } from '@mantine/core';
import type { Quarantined } from '@sluice/console-api';
import { useState, type ReactElement } from 'react';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { plural } from '../texts/formats.js';
import { AuditComment } from './audit-comment.js';
import { useQuarantineChange } from './use-quarantine-change.js';

interface Props {
  readonly items: readonly Quarantined[];
  readonly onClose: (isDone: boolean) => void;
}

export function DeleteDialog({ items, onClose }: Props): ReactElement {
  const [comment, setComment] = useState('');
  const deletion = useQuarantineChange('delete', items, () => onClose(true));
  const held = items.filter(({ hold }) => hold?.state === 'held').length;
  return (
    <ConfirmDialog
      title={`Delete ${plural(items.length, 'object')} from quarantine?`}
      isOpen
      holdsInput
      isDangerous
      isBusy={deletion.isPending}
      problem={deletion.error}
      yes="Delete"
      no="Cancel"
      onClose={() => onClose(false)}
      onConfirm={() => deletion.mutate(comment.trim() === '' ? {} : { comment: comment.trim() })}
    >
      {held > 0 && (
        <Alert color="red" title="No one else has it">
          {`${plural(held, 'mail')} of these ${held === 1 ? 'is' : 'are'} held: the sender believes that it arrived, and is not notified. Refuse it, and the sender is.`}
        </Alert>
      )}
      <Text size="sm">
        They cannot be released, downloaded or scanned again any more. Alerts and scans stay as they are.
      </Text>
      <AuditComment description="Stands in the audit log." value={comment} onChange={setComment} />
    </ConfirmDialog>
  );
}
