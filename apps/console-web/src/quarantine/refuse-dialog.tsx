import { Text } from '@mantine/core';
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

/** Of held mail: its sender believes that it arrived. */
export function RefuseDialog({ items, onClose }: Props): ReactElement {
  const [comment, setComment] = useState('');
  const refusal = useQuarantineChange('refuse', items, () => onClose(true));
  return (
    <ConfirmDialog
      title={`Refuse ${plural(items.length, 'held mail')}?`}
      isOpen
      holdsInput
      isDangerous
      isBusy={refusal.isPending}
      problem={refusal.error}
      yes="Refuse"
      no="Cancel"
      onClose={() => onClose(false)}
      onConfirm={() => refusal.mutate(comment.trim() === '' ? {} : { comment: comment.trim() })}
    >
      <Text size="sm">
        The sender gets a delivery status notification with the headers of the mail. A sender that was forged
        gets it, too: delete such mail instead.
      </Text>
      <AuditComment
        description="Stands in the audit log; the sender does not see it."
        value={comment}
        onChange={setComment}
      />
    </ConfirmDialog>
  );
}
