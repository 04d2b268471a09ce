import { NumberInput, Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import {
  clamdActions,
  clamdHoldSeconds,
  clamdNames,
  type ClamdAction,
  type ClamdNames,
} from '@sluice/contracts';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { itemProblem, refusedFields } from '../forms/field-problems.js';
import { notify } from '../notices/notices.js';
import { changedClamdPolicy, draftOfClamdPolicy } from './clamd-policy-draft.js';
import type { ExternalSystem } from './external-system.js';
import { NamedSystem } from './named-systems.js';
import { changeSystem, useReloadSystems } from './systems-query.js';

interface Props {
  readonly system: ExternalSystem;
  readonly onClose: () => void;
}

const asOptionsSay = 'As the sensor’s options say';

/** What clients of a clamd listener are answered. What is left empty, the options of the sensor say. */
export function ClamdPolicyDialog({ system, onClose }: Props): ReactElement {
  const before = system.clamdPolicy ?? {};
  const form = useForm({ initialValues: draftOfClamdPolicy(before) });
  const { values } = form;
  const clamdPolicy = changedClamdPolicy(before, values);
  const reload = useReloadSystems();
  const change = useMutation({
    mutationFn: () => changeSystem(system.id, { clamdPolicy }),
    onSuccess: () => {
      notify(
        'done',
        `The clamd policy of ${system.sensorId} is changed. The sensor has it within ten seconds.`,
      );
      onClose();
    },
    onError: (thrown) => form.setErrors(refusedFields(thrown, 'clamdPolicy')),
    onSettled: reload,
  });
  return (
    <ConfirmDialog
      title="What this sensor answers to clamd’s clients"
      yes="Save"
      no="Cancel"
      isOpen
      holdsInput
      isBusy={change.isPending}
      isBlocked={Object.keys(clamdPolicy).length === 0}
      problem={change.error}
      onClose={onClose}
      onConfirm={() => change.mutate()}
    >
      <NamedSystem system={system} />
      <Text size="xs" c="dimmed">
        For sensors with a clamd listener; other systems do not ask for it. What is left empty is as the
        options of the sensor say. To let something through that was not examined, choose so under Edit.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        <Select
          label="Not examined"
          {...chooser(clamdActions, actionNames)}
          value={values.whenNotExamined}
          onChange={(chosen) => form.setFieldValue('whenNotExamined', oneOf(clamdActions, chosen))}
        />
        <Select
          label="Sluice is away"
          {...chooser(clamdActions, actionNames)}
          value={values.whenAway}
          onChange={(chosen) => form.setFieldValue('whenAway', oneOf(clamdActions, chosen))}
        />
        <Select
          label="Names of what was not examined"
          {...chooser(clamdNames, nameNames)}
          value={values.names}
          onChange={(chosen) => form.setFieldValue('names', oneOf(clamdNames, chosen))}
        />
        <NumberInput
          label="A client waits at most, in seconds"
          placeholder={asOptionsSay}
          allowDecimal={false}
          {...clamdHoldSeconds}
          error={form.errors['holdSeconds']}
          value={values.holdSeconds ?? ''}
          onChange={(value) => form.setFieldValue('holdSeconds', typeof value === 'number' ? value : null)}
        />
        <TextInput
          label="Lengths at which clients cut, in bytes"
          description="“none”: there are none"
          placeholder={asOptionsSay}
          {...form.getInputProps('cutLengths')}
          error={
            form.errors['cutLengths'] ??
            itemProblem(change.error, 'clamdPolicy.cutLengths', values.cutLengths.split(/[\s,]+/))
          }
        />
      </SimpleGrid>
    </ConfirmDialog>
  );
}

const actionNames: Readonly<Record<ClamdAction, string>> = {
  block: 'Block: a detection with a name of its own',
  error: 'ERROR, for clients that hold or defer on it',
};
const nameNames: Readonly<Record<ClamdNames, string>> = {
  sluice: 'Sluice.NotExamined.…',
  clamd: 'Heuristics.…, which rspamd delivers by default',
};

const chooser = <Value extends string>(values: readonly Value[], names: Readonly<Record<Value, string>>) => ({
  placeholder: asOptionsSay,
  clearable: true,
  data: values.map((value) => ({ value, label: names[value] })),
});

const oneOf = <Value extends string>(values: readonly Value[], chosen: string | null): Value | null =>
  values.find((value) => value === chosen) ?? null;
