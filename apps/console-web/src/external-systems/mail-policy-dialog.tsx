import { Alert, Fieldset, NumberInput, Select, SimpleGrid, Text, Textarea } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import {
  awayActions,
  canBeHeld,
  keepingActions,
  mailActions,
  mailHoldSeconds,
  mailMaxBytes,
  mailReasons,
  type KeepingAction,
  type MailAction,
} from '@sluice/contracts';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { itemProblem, refusedFields } from '../forms/field-problems.js';
import { notify } from '../notices/notices.js';
import { describeReason } from '../texts/words.js';
import type { ExternalSystem } from './external-system.js';
import { changedPolicy, draftOfPolicy, type MailPolicyDraft, type PolicyList } from './mail-policy-draft.js';
import { NamedSystem } from './named-systems.js';
import { changeSystem, useReloadSystems } from './systems-query.js';

interface Props {
  readonly system: ExternalSystem;
  readonly onClose: () => void;
}
type Form = UseFormReturnType<MailPolicyDraft>;

/** What a mail sensor does with mail. What is left empty, the options of the sensor say. */
export function MailPolicyDialog({ system, onClose }: Props): ReactElement {
  const before = system.mailPolicy ?? {};
  const form = useForm({ initialValues: draftOfPolicy(before) });
  const mailPolicy = changedPolicy(before, form.values);
  const reload = useReloadSystems();
  const change = useMutation({
    mutationFn: () => changeSystem(system.id, { mailPolicy }),
    onSuccess: () => {
      notify(
        'done',
        `The mail policy of ${system.sensorId} is changed. The sensor has it within ten seconds.`,
      );
      onClose();
    },
    onError: (thrown) => form.setErrors(refusedFields(thrown, 'mailPolicy')),
    onSettled: reload,
  });
  return (
    <ConfirmDialog
      title="What this sensor does with mail"
      yes="Save"
      no="Cancel"
      isOpen
      holdsInput
      isBusy={change.isPending}
      isBlocked={Object.keys(mailPolicy).length === 0}
      problem={change.error}
      onClose={onClose}
      onConfirm={() => change.mutate()}
    >
      <NamedSystem system={system} />
      <Text size="xs" c="dimmed">
        What is left empty is as the options of the sensor say.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        <ActionChoice
          label="Malware was found"
          actions={mailActions}
          value={form.values.whenDetected}
          onChange={(action) => form.setFieldValue('whenDetected', action)}
        />
        <ActionChoice
          label="Sluice is away"
          actions={awayActions}
          value={form.values.whenAway}
          onChange={(action) => form.setFieldValue('whenAway', action)}
        />
        <NumberInput
          label="Largest mail, in bytes"
          {...numberProps(form, 'maxMessageBytes')}
          {...mailMaxBytes}
        />
        <NumberInput
          label="A sender waits at most, in seconds"
          {...numberProps(form, 'holdSeconds')}
          {...mailHoldSeconds}
        />
      </SimpleGrid>
      {[form.values.whenDetected, form.values.whenAway].includes('tag') && (
        <Alert color="red" title="Malware can be delivered">
          Such mail reaches its recipients, with headers that say what is known of it. The choice is in the
          audit log.
        </Alert>
      )}
      {isHolding(form.values) && (
        <Alert color="orange" title="Sluice will be the only one that has such mail">
          Its sender is told that it arrived, and the mail server drops its copy. It stays in quarantine until
          someone releases, refuses or deletes it, or its retention is over: look there every day, and back up
          the objects and the database. When quarantine is full, such mail is put off.
        </Alert>
      )}
      <ReasonChoices form={form} />
      <SkipLists form={form} problem={change.error} />
    </ConfirmDialog>
  );
}

const isHolding = ({ whenDetected, whenNotExamined }: MailPolicyDraft): boolean =>
  whenDetected === 'hold' || Object.values(whenNotExamined).includes('hold');

const actionNames: Readonly<Record<MailAction, string>> = {
  reject: 'Refuse for good',
  quarantine: 'Hold at the mail server',
  hold: 'Accept, and hold in Sluice',
  tempfail: 'Refuse for now',
  tag: 'Deliver, with a header that says so',
};

interface ChoiceProps<Action extends MailAction> {
  readonly label: string;
  readonly actions: readonly Action[];
  readonly value: Action | null;
  readonly onChange: (action: Action | null) => void;
}

function ActionChoice<Action extends MailAction>(props: ChoiceProps<Action>): ReactElement {
  const { label, actions, value, onChange } = props;
  return (
    <Select
      label={label}
      placeholder="As the sensor’s options say"
      clearable
      value={value}
      data={actions.map((action) => ({ value: action, label: actionNames[action] }))}
      onChange={(chosen) => onChange(actions.find((action) => action === chosen) ?? null)}
    />
  );
}

function ReasonChoices({ form }: { readonly form: Form }): ReactElement {
  const { whenNotExamined } = form.values;
  return (
    <Fieldset legend="Mail that could not be examined">
      <Text size="xs" c="dimmed" mb="xs">
        Of several reasons the strictest counts. To deliver such mail, choose so under Edit.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" verticalSpacing="xs">
        {mailReasons.map((reason) => (
          <ActionChoice<KeepingAction>
            key={reason}
            label={reasonNames[reason] ?? describeReason(reason)}
            actions={keepingActions.filter((action) => action !== 'hold' || canBeHeld(reason))}
            value={whenNotExamined[reason] ?? null}
            onChange={(action) => {
              const { [reason]: _former, ...others } = whenNotExamined;
              form.setFieldValue(
                'whenNotExamined',
                action === null ? others : { ...others, [reason]: action },
              );
            }}
          />
        ))}
      </SimpleGrid>
    </Fieldset>
  );
}

const reasonNames: Readonly<Record<string, string>> = {
  timeout: 'The scan took too long',
  failed: 'An engine failed',
};

const lists: Readonly<Record<PolicyList, { readonly label: string; readonly description: string }>> = {
  skipUsers: { label: 'Users that logged in', description: 'One a line; * is each of them' },
  skipClients: { label: 'Clients of the mail server', description: 'Addresses and networks' },
  skipRecipients: {
    label: 'Recipients',
    description: 'Addresses and @domains; all of a mail have to be listed',
  },
  skipSenders: { label: 'Senders', description: 'The same; anyone can claim to be one, prefer the others' },
};

function SkipLists({ form, problem }: { readonly form: Form; readonly problem: unknown }): ReactElement {
  return (
    <Fieldset legend="Mail that is delivered without a look">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" verticalSpacing="xs">
        {(Object.keys(lists) as PolicyList[]).map((name) => (
          <Textarea
            key={name}
            rows={3}
            {...lists[name]}
            {...form.getInputProps(name)}
            error={
              form.errors[name] ??
              itemProblem(problem, `mailPolicy.${name}`, form.values[name].split(/[\s,]+/))
            }
          />
        ))}
      </SimpleGrid>
    </Fieldset>
  );
}

/** Empty is null. */
function numberProps(form: Form, name: 'maxMessageBytes' | 'holdSeconds') {
  return {
    allowDecimal: false,
    placeholder: 'As the sensor’s options say',
    error: form.errors[name],
    value: form.values[name] ?? '',
    onChange: (value: string | number) => form.setFieldValue(name, typeof value === 'number' ? value : null),
  };
}
