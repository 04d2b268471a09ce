import { Radio, Stack, Text, TextInput } from '@mantine/core';
import type { SystemType } from '@sluice/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { ApiProblem } from '../api/api-problem.js';
import { notify } from '../notices/notices.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { readFingerprint } from '../texts/fingerprints.js';
import { registerPair, useReloadSystems, type NewPair } from './systems-query.js';
import { TypeChoice } from './type-choice.js';

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export const RegisterDialog = ({ isOpen, onClose }: Props): ReactElement | null =>
  isOpen ? <Registration onClose={onClose} /> : null;

/** A system whose fingerprint is known before it calls is served from its first call on. */
function Registration({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [sensorId, setSensorId] = useState('');
  const [fingerprint, setFingerprint] = useState('');
  const [type, setType] = useState<SystemType | null>(null);
  const [name, setName] = useState('');
  const [mode, setMode] = useState<NewPair['mode']>(undefined);
  const reload = useReloadSystems();
  const registration = useMutation({
    mutationFn: registerPair,
    onSuccess: () => {
      notify('done', `${sensorId} is registered.`);
      onClose();
    },
    onSettled: reload,
  });
  const fields = registration.error instanceof ApiProblem ? registration.error.fields : {};
  const isUnreadable = fingerprint.trim() !== '' && readFingerprint(fingerprint) === null;
  const asksMode = 'mode' in fields;
  const confirm = () => {
    if (type === null) return;
    registration.mutate({
      sensorId: sensorId.trim(),
      certificateFingerprint: readFingerprint(fingerprint) ?? fingerprint,
      type,
      ...(type === 'mail' || name.trim() === '' ? {} : { name: name.trim() }),
      ...(mode === undefined ? {} : { mode }),
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
        (asksMode && mode === undefined)
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
        error={fields['sensorId']}
        value={sensorId}
        onChange={(event) => setSensorId(event.currentTarget.value)}
      />
      <TextInput
        label="Certificate fingerprint"
        description="SHA-256 of its client certificate"
        withAsterisk
        autoComplete="off"
        placeholder="AA:BB:CC:…"
        error={
          isUnreadable ? 'A SHA-256 fingerprint has 64 hexadecimal digits.' : fields['certificateFingerprint']
        }
        value={fingerprint}
        onChange={(event) => setFingerprint(event.currentTarget.value)}
      />
      <TypeChoice value={type} onChange={setType} error={fields['type']} />
      {type !== 'mail' && (
        <TextInput
          label="Name"
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      {asksMode && (
        <Radio.Group
          label="The ID is in use. What is the new certificate?"
          withAsterisk
          value={mode ?? null}
          onChange={(chosen) => setMode(chosen === 'replace' ? 'replace' : 'add')}
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
