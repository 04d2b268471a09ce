import { NumberInput, Select, TextInput } from '@mantine/core';
import { completePolicy, unexaminedReasons, type PolicyChange } from '@sluice/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { notify } from '../notices/notices.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import type { ExternalSystem } from './external-system.js';
import { NamedSystem } from './named-systems.js';
import { PolicyFields } from './policy-fields.js';
import { changeSystem, useReloadSystems, type SystemChange } from './systems-query.js';
import { TypeChoice } from './type-choice.js';

interface Props {
  readonly system: ExternalSystem;
  readonly onClose: () => void;
}

const editable = ['type', 'name', 'answerFormat', 'alertsFeed', 'maxUnfinishedScans'] as const;

export function EditDialog({ system, onClose }: Props): ReactElement {
  const [draft, setDraft] = useState<SystemChange>(() => draftOf(system));
  const reload = useReloadSystems();
  const change = useMutation({
    mutationFn: () => changeSystem(system.id, changedOf(system, draft)),
    onSuccess: () => {
      notify('done', `${system.sensorId} is changed.`);
      onClose();
    },
    onSettled: reload,
  });
  const set = (part: SystemChange) => setDraft({ ...draft, ...part });
  return (
    <ConfirmDialog
      title="Edit this system"
      yes="Save"
      no="Cancel"
      isOpen
      isBusy={change.isPending}
      isBlocked={Object.keys(changedOf(system, draft)).length === 0}
      problem={change.error}
      onClose={onClose}
      onConfirm={() => change.mutate()}
    >
      <NamedSystem system={system} />
      <TypeChoice value={draft.type ?? null} onChange={(type) => set({ type })} />
      {draft.type === 'other' && (
        <TextInput
          label="Name"
          maxLength={64}
          value={draft.name ?? ''}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
      )}
      {system.registrationId !== null && (
        <RegistrationFields draft={draft} before={system.unexaminedPolicy} onChange={set} />
      )}
    </ConfirmDialog>
  );
}

function RegistrationFields({
  draft,
  before,
  onChange,
}: {
  readonly draft: SystemChange;
  readonly before: PolicyChange | null;
  readonly onChange: (part: SystemChange) => void;
}): ReactElement {
  return (
    <>
      <Select
        label="Answer format"
        description="How results are written for this caller"
        allowDeselect={false}
        value={draft.answerFormat ?? 'actual'}
        data={[
          { value: 'actual', label: 'As existing clients expect it' },
          { value: 'documented', label: 'As the documentation of the API says' },
        ]}
        onChange={(value) => onChange({ answerFormat: value === 'documented' ? 'documented' : 'actual' })}
      />
      <Select
        label="Alerts it may read"
        allowDeselect={false}
        value={draft.alertsFeed ?? 'own'}
        data={[
          { value: 'own', label: 'Its own' },
          { value: 'all', label: 'All' },
          { value: 'none', label: 'None' },
        ]}
        onChange={(value) => onChange({ alertsFeed: value === 'all' || value === 'none' ? value : 'own' })}
      />
      <NumberInput
        label="Unfinished scans at most"
        description="Empty: the limit for one system in the settings holds"
        min={1}
        max={10_000_000}
        allowDecimal={false}
        value={draft.maxUnfinishedScans ?? ''}
        onChange={(value) => onChange({ maxUnfinishedScans: typeof value === 'number' ? value : null })}
      />
      <PolicyFields
        policy={completePolicy({ ...before, ...draft.unexaminedPolicy })}
        onChange={(unexaminedPolicy) => onChange({ unexaminedPolicy })}
      />
    </>
  );
}

const draftOf = (system: ExternalSystem): SystemChange => ({
  type: system.type,
  name: system.name ?? '',
  answerFormat: system.answerFormat ?? 'actual',
  alertsFeed: system.alertsFeed ?? 'own',
  maxUnfinishedScans: system.maxUnfinishedScans,
});

/** Only what differs is sent: what another operator changed meanwhile stays. */
function changedOf(system: ExternalSystem, draft: SystemChange): SystemChange {
  const before = draftOf(system);
  const changed = Object.fromEntries(
    editable.filter((key) => draft[key] !== before[key]).map((key) => [key, draft[key]]),
  );
  const unexaminedPolicy = changedPolicy(system.unexaminedPolicy, draft.unexaminedPolicy);
  return { ...changed, ...(unexaminedPolicy !== undefined && { unexaminedPolicy }) };
}

function changedPolicy(before: PolicyChange | null, after: PolicyChange = {}): PolicyChange | undefined {
  const reasons = unexaminedReasons.filter(
    (reason) => after[reason] !== undefined && after[reason] !== before?.[reason],
  );
  return reasons.length === 0
    ? undefined
    : Object.fromEntries(reasons.map((reason) => [reason, after[reason]]));
}
