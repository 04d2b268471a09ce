import { Radio, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { SystemType } from '@sluice/contracts';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { notify } from '../notices/notices.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { refusedFields } from '../forms/field-problems.js';
import { readFingerprint } from '../texts/fingerprints.js';
import { registerPair, useReloadSystems } from './systems-query.js';
import { TypeChoice } from './type-choice.js';

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export const RegisterDialog = ({ isOpen, onClose }: Props): ReactElement | null =>
  isOpen ? <Registration onClose={onClose} /> : null;

interface Draft {
  readonly sensorId: string;
  readonly certificateFingerprint: string;
  readonly type: SystemType | null;
  readonly name: string;
  readonly mode: 'replace' | 'add' | null;
}
const emptyDraft: Draft = { sensorId: '', certificateFingerprint: '', type: null, name: '', mode: null };

/** A system whose fingerprint is known before it calls is served from its first call on. */
function Registration({ onClose }: { readonly onClose: () => void }): ReactElement {
  const form = useForm<Draft>({ initialValues: emptyDraft });
  const { sensorId, certificateFingerprint: fingerprint, type, name, mode } = form.values;
  const reload = useReloadSystems();
  const registration = useMutation({
    mutationFn: registerPair,
    onSuccess: () => {
      notify('done', `${sensorId} is registered.`);
      onClose();
    },
    onError: (thrown) => form.setErrors(refusedFields(thrown)),
    onSettled: reload,
  });
  const isUnreadable = fingerprint.trim() !== '' && readFingerprint(fingerprint) === null;
  // The API says that the ID is in use; the question stays once it was asked.
  const asksMode = mode !== null || 'mode' in form.errors;
  const confirm = () => {
    if (type === null) return;
    registration.mutate({
      sensorId: sensorId.trim(),
      certificateFingerprint: readFingerprint(fingerprint) ?? fingerprint,
      type,
      ...(type === 'mail' || name.trim() === '' ? {} : { name: name.trim() }),
      ...(mode === null ? {} : { mode }),
    });
  };
  return (
    <ConfirmDialog
      title="Register a system beforehand"
      yes="Register"
      no="Cancel"
      isOpen
      isBusy={registration.isPending}
      isBlocked={
        sensorId.trim() === '' ||
        readFingerprint(fingerprint) === null ||
        type === null ||
        (asksMode && mode === null)
      }
      problem={registration.error}
      onClose={onClose}
      onConfirm={confirm}
    >
      <Text size="sm" c="dimmed">
        It is served from its first call on, without a request.
      </Text>
      <TextInput
        label="ID"
        description="The sensorId in the address it calls"
        withAsterisk
        data-autofocus
        maxLength={128}
        autoComplete="off"
        {...form.getInputProps('sensorId')}
      />
      <TextInput
        label="Certificate fingerprint"
        description="SHA-256 of its client certificate"
        withAsterisk
        autoComplete="off"
        placeholder="AA:BB:CC:…"
        {...form.getInputProps('certificateFingerprint')}
        {...(isUnreadable && { error: 'A SHA-256 fingerprint has 64 hexadecimal digits.' })}
      />
      <TypeChoice {...form.getInputProps('type')} />
      {type !== 'mail' && <TextInput label="Name" maxLength={64} {...form.getInputProps('name')} />}
      {asksMode && (
        <Radio.Group
          label="The ID is in use. What is the new certificate?"
          withAsterisk
          {...form.getInputProps('mode')}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="replace" label="Replace" description="The accepted ones are refused from now on" />
            <Radio value="add" label="Add" description="Both are served" />
          </Stack>
        </Radio.Group>
      )}
    </ConfirmDialog>
  );
}
