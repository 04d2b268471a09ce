import { NumberInput, Select, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import {
  completePolicy,
  unexaminedReasons,
  type PolicyChange,
  type UnexaminedPolicy,
} from '@sluice/contracts';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { notify } from '../notices/notices.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { refusedFields } from '../forms/field-problems.js';
import { answerFormatNames, type ExternalSystem } from './external-system.js';
import { NamedSystem } from './named-systems.js';
import { PolicyFields } from './policy-fields.js';
import { changeSystem, useReloadSystems, type SystemChange } from './systems-query.js';
import { TypeChoice } from './type-choice.js';

interface Props {
  readonly system: ExternalSystem;
  readonly onClose: () => void;
}

interface SystemDraft extends Pick<ExternalSystem, 'type' | 'maxUnfinishedScans'> {
  readonly name: string;
  readonly answerFormat: NonNullable<ExternalSystem['answerFormat']>;
  readonly alertsFeed: NonNullable<ExternalSystem['alertsFeed']>;
  readonly unexaminedPolicy: UnexaminedPolicy;
}
type SystemForm = UseFormReturnType<SystemDraft>;

const editable = ['type', 'name', 'answerFormat', 'alertsFeed', 'maxUnfinishedScans'] as const;

export function EditDialog({ system, onClose }: Props): ReactElement {
  const form = useForm({ initialValues: draftOf(system) });
  const draft = form.values;
  const reload = useReloadSystems();
  const change = useMutation({
    mutationFn: () => changeSystem(system.id, changedOf(system, draft)),
    onSuccess: () => {
      notify('done', `${system.sensorId} is changed.`);
      onClose();
    },
    onError: (thrown) => form.setErrors(refusedFields(thrown)),
    onSettled: reload,
  });
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
      <TypeChoice {...form.getInputProps('type')} />
      {draft.type === 'other' && <TextInput label="Name" maxLength={64} {...form.getInputProps('name')} />}
      {system.registrationId !== null && <RegistrationFields form={form} />}
    </ConfirmDialog>
  );
}

function RegistrationFields({ form }: { readonly form: SystemForm }): ReactElement {
  return (
    <>
      <Select
        label="Answer format"
        description="How results are written for this caller"
        allowDeselect={false}
        {...form.getInputProps('answerFormat')}
        data={[
          { value: 'actual', label: answerFormatNames.actual },
          { value: 'documented', label: answerFormatNames.documented },
        ]}
      />
      <Select
        label="Alerts it may read"
        allowDeselect={false}
        {...form.getInputProps('alertsFeed')}
        data={[
          { value: 'own', label: 'Its own' },
          { value: 'all', label: 'All' },
          { value: 'none', label: 'None' },
        ]}
      />
      <NumberInput
        label="Unfinished scans at most"
        description="Empty: the limit for one system in the settings holds"
        min={1}
        max={10_000_000}
        allowDecimal={false}
        error={form.errors['maxUnfinishedScans']}
        value={form.values.maxUnfinishedScans ?? ''}
        onChange={(value) =>
          form.setFieldValue('maxUnfinishedScans', typeof value === 'number' ? value : null)
        }
      />
      <PolicyFields
        policy={form.values.unexaminedPolicy}
        onChange={(policy) => form.setFieldValue('unexaminedPolicy', policy)}
      />
    </>
  );
}

const draftOf = (system: ExternalSystem): SystemDraft => ({
  type: system.type,
  name: system.name ?? '',
  answerFormat: system.answerFormat ?? 'actual',
  alertsFeed: system.alertsFeed ?? 'own',
  maxUnfinishedScans: system.maxUnfinishedScans,
  unexaminedPolicy: completePolicy(system.unexaminedPolicy ?? {}),
});

/** Only what differs is sent: what another operator changed meanwhile stays. */
function changedOf(system: ExternalSystem, draft: SystemDraft): SystemChange {
  const before = draftOf(system);
  const changed = Object.fromEntries(
    editable.filter((key) => draft[key] !== before[key]).map((key) => [key, draft[key]]),
  );
  const unexaminedPolicy = changedPolicy(before.unexaminedPolicy, draft.unexaminedPolicy);
  return { ...changed, ...(unexaminedPolicy !== undefined && { unexaminedPolicy }) };
}

function changedPolicy(before: UnexaminedPolicy, after: UnexaminedPolicy): PolicyChange | undefined {
  const reasons = unexaminedReasons.filter((reason) => after[reason] !== before[reason]);
  return reasons.length === 0
    ? undefined
    : Object.fromEntries(reasons.map((reason) => [reason, after[reason]]));
}
