import { Alert, Radio, Stack, Text, TextInput } from '@mantine/core';
import type { SystemType } from '@sluice/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { notify } from '../notices/notices.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { CompareFingerprint } from '../texts/compare-fingerprint.js';
import type { Comparison } from '../texts/fingerprints.js';
import { typeNames, type ExternalSystem } from './external-system.js';
import { NamedSystem, NamedSystems } from './named-systems.js';
import { acceptSystem, useReloadSystems, type Acceptance } from './systems-query.js';
import { TypeChoice } from './type-choice.js';

interface Props {
  readonly system: ExternalSystem;
  /** The accepted certificates of the same ID. */
  readonly holders: readonly ExternalSystem[];
  readonly onClose: () => void;
}

export function AcceptDialog({ system, holders, onClose }: Props): ReactElement {
  const [type, setType] = useState<SystemType | null>(null);
  const [name, setName] = useState(system.name ?? '');
  const [mode, setMode] = useState<Acceptance['mode']>(null);
  const [comparison, setComparison] = useState<Comparison>('empty');
  const reload = useReloadSystems();
  const acceptance = useMutation({
    mutationFn: (chosen: Acceptance) => acceptSystem(system, chosen),
    onSuccess: () => {
      notify('done', `${system.sensorId} is accepted.`);
      onClose();
    },
    onSettled: reload,
  });
  const [holder] = holders;
  const isOtherType = mode !== 'replace' && holder !== undefined && type !== null && type !== holder.type;
  const isReady =
    type !== null &&
    !isOtherType &&
    comparison !== 'different' &&
    comparison !== 'unreadable' &&
    (!system.idInUse || (mode !== null && comparison === 'same'));
  const confirm = () => {
    if (type === null || !isReady) return;
    const given = name.trim();
    acceptance.mutate({ type, mode, name: type === 'mail' || given === '' ? null : given });
  };
  return (
    <ConfirmDialog
      title="Accept this system?"
      isOpen
      isBusy={acceptance.isPending}
      isBlocked={!isReady}
      problem={acceptance.error}
      onClose={onClose}
      onConfirm={confirm}
    >
      <NamedSystem system={system} />
      {system.idInUse && <IdInUse holders={holders} mode={mode} onChange={setMode} />}
      <CompareFingerprint
        shown={system.certificateFingerprint}
        label={
          system.idInUse
            ? 'Fingerprint the owner of the new certificate gave you'
            : 'Compare with the fingerprint its owner gave you'
        }
        isRequired={system.idInUse}
        onCompared={setComparison}
      />
      <TypeChoice
        value={type}
        onChange={setType}
        description={`Declared type: ${typeNames[system.type]}; choose the type to assign.`}
        error={isOtherType ? `The ID belongs to the type ${typeNames[holder.type]}.` : undefined}
      />
      {type !== 'mail' && (
        <TextInput
          label="Name"
          description="As operators see it"
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
    </ConfirmDialog>
  );
}

interface IdInUseProps {
  readonly holders: readonly ExternalSystem[];
  readonly mode: Acceptance['mode'];
  readonly onChange: (mode: Acceptance['mode']) => void;
}

/** Both choices open the ID's results to the new certificate, so its owner is asked for by another way. */
function IdInUse({ holders, mode, onChange }: IdInUseProps): ReactElement {
  return (
    <Alert color="orange" title="The ID is in use">
      <Stack gap="sm">
        <Text size="sm">
          {holders.length === 0
            ? 'Another system is'
            : holders.length === 1
              ? 'The system below is'
              : `The ${holders.length} certificates below are`}{' '}
          accepted under this ID. The new certificate would read and delete the same results.
        </Text>
        {holders.length > 0 && <NamedSystems systems={holders} />}
        <Radio.Group
          label="What is the new certificate?"
          withAsterisk
          value={mode}
          onChange={(chosen) => onChange(chosen === 'replace' ? 'replace' : 'add')}
        >
          <Stack gap="xs" mt="xs">
            <Radio
              value="replace"
              label="Replace"
              description="The system got a new certificate; the older ones are refused from now on"
            />
            <Radio
              value="add"
              label="Add"
              description="Another server of the same cluster; both certificates are served"
            />
          </Stack>
        </Radio.Group>
      </Stack>
    </Alert>
  );
}
