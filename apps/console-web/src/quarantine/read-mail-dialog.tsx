import { Text, Textarea } from '@mantine/core';
import type { Quarantined } from '@sluice/console-api';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { ask } from '../api/ask.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { ClaimedText } from '../texts/claimed-text.js';
import { MailPreview } from './mail-preview.js';
import { quarantinePath } from './quarantine-filter.js';
import { nameOf } from './name-of.js';

interface Props {
  readonly item: Quarantined;
  readonly onClose: () => void;
}

/** Asks why before it shows anything: other people's mail is read for a reason, and the audit log has it. */
export function ReadMailDialog({ item, onClose }: Props): ReactElement {
  const [reason, setReason] = useState('');
  const reading = useMutation({
    mutationFn: () => ask('POST', `${quarantinePath}/${item.id}/preview`, { reason: reason.trim() }),
  });
  if (reading.data !== undefined) return <MailPreview item={item} preview={reading.data} onClose={onClose} />;
  return (
    <ConfirmDialog
      title="Read this mail?"
      isOpen
      holdsInput
      isBusy={reading.isPending}
      isBlocked={reason.trim() === ''}
      problem={reading.error}
      yes="Read"
      no="Cancel"
      onClose={onClose}
      onConfirm={() => reading.mutate()}
    >
      <Text size="sm">
        <ClaimedText text={nameOf(item)} />
      </Text>
      <Textarea
        data-autofocus
        label="Reason"
        description="Stands in the audit log, with your name and this mail."
        withAsterisk
        autosize
        minRows={2}
        maxRows={6}
        maxLength={1024}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}
