import { Alert, Checkbox, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import type { Quarantined } from '@sluice/console-api';
import { releaseForms } from '@sluice/contracts';
import { useState, type ReactElement } from 'react';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { ClaimedText } from '../texts/claimed-text.js';
import { plural } from '../texts/formats.js';
import { AuditComment } from './audit-comment.js';
import { nameOf } from './name-of.js';
import { useQuarantineChange } from './use-quarantine-change.js';

interface Props {
  readonly items: readonly Quarantined[];
  readonly onClose: (isDone: boolean) => void;
}

type Form = (typeof releaseForms)[number];
const formNames: Readonly<Record<Form, string>> = {
  original: 'As it came, unchanged',
  attachment: 'Attached to a mail that says what it is',
};

/** Says whom it goes to before it goes: a mail that was sent cannot be called back. */
export function ReleaseDialog({ items, onClose }: Props): ReactElement {
  const [to, setTo] = useState<string | null>(null);
  const [form, setForm] = useState<Form>('original');
  const [comment, setComment] = useState('');
  const release = useQuarantineChange('release', items, () => onClose(true));
  const detected = items.filter(({ state }) => state === 'detect').length;
  const since = items.filter(
    ({ state, rescanned }) => state !== 'detect' && rescanned?.state === 'detect',
  ).length;
  const [detectedSince, setDetectedSince] = useState(false);
  const isPartlyThere = items.some(
    ({ release: last }) =>
      last?.state === 'refused' && last.answers.some(({ outcome }) => outcome === 'taken'),
  );
  const isAddressMissing = to !== null && to.trim() === '';
  return (
    <ConfirmDialog
      title={items.length === 1 ? 'Release this mail?' : `Release ${plural(items.length, 'mail')}?`}
      isOpen
      holdsInput
      isDangerous={detected + since > 0}
      isBusy={release.isPending}
      isBlocked={isAddressMissing || (since > 0 && !detectedSince)}
      problem={release.error}
      yes="Release"
      no="Cancel"
      onClose={() => onClose(false)}
      onConfirm={() =>
        release.mutate({
          form,
          ...(detectedSince && { detectedSince }),
          ...(to === null ? {} : { to: to.trim() }),
          ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
        })
      }
    >
      {items.length === 1 && items[0] !== undefined && (
        <Text size="sm">
          <ClaimedText text={nameOf(items[0])} />
        </Text>
      )}
      {detected > 0 && (
        <Alert color="red" title="Something was detected">
          {items.length === 1
            ? 'An engine found something in it. Who gets it can open it.'
            : `In ${plural(detected, 'mail')} of these an engine found something. Who gets it can open it.`}
        </Alert>
      )}
      {since > 0 && (
        <Alert color="red" title="Detected by newer signatures">
          {items.length === 1
            ? 'It was kept for another reason, and newer signatures found something. Who gets it can open it.'
            : `${plural(since, 'mail')} of these ${since === 1 ? 'was' : 'were'} kept for another reason, and newer signatures found something. Who gets it can open it.`}
          <Checkbox
            mt="xs"
            label="Release it all the same"
            checked={detectedSince}
            onChange={(event) => setDetectedSince(event.currentTarget.checked)}
          />
        </Alert>
      )}
      <Radio.Group
        label="To"
        value={to === null ? 'recipients' : 'address'}
        onChange={(value) => setTo(value === 'address' ? '' : null)}
      >
        <Stack gap={6} mt={6}>
          <Radio
            value="recipients"
            label="Those it was sent to"
            description={isPartlyThere ? 'Who has it in the same form does not get it twice.' : undefined}
          />
          <Radio value="address" label="An address" />
        </Stack>
      </Radio.Group>
      {to !== null && (
        <TextInput
          data-autofocus
          label="Address"
          type="email"
          maxLength={320}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      )}
      <Select
        label="How"
        allowDeselect={false}
        value={form}
        data={releaseForms.map((value) => ({ value, label: formNames[value] }))}
        onChange={(value) => setForm(value === 'attachment' ? 'attachment' : 'original')}
      />
      <AuditComment description="Stands in the audit log." value={comment} onChange={setComment} />
    </ConfirmDialog>
  );
}
