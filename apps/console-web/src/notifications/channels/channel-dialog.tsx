import { Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import type { NewChannelAnswer } from '@sluice/console-api';
import type { ChannelKind } from '@sluice/notifications';
import type { ReactElement } from 'react';
import { ask } from '../../api/ask.js';
import { notify } from '../../notices/notices.js';
import { ConfirmDialog } from '../../design/confirm-dialog.js';
import { formProblem, refusedFields } from '../../forms/field-problems.js';
import { kindWords, type Channel } from '../channel.js';
import { changesOf, draftOf, isComplete, secretsOf, settingsOf, usualPorts } from './channel-draft.js';
import { SmtpFields, SyslogFields, WebhookFields } from './channel-fields.js';
import { channelsPath, useReloadChannels } from '../channels-query.js';

interface Props {
  /** Null: a new one. */
  readonly channel: Channel | null;
  readonly onClose: () => void;
  readonly onMade: (channel: NewChannelAnswer) => void;
}

const fieldsOf = { smtp: SmtpFields, syslog: SyslogFields, webhook: WebhookFields } as const;

export function ChannelDialog({ channel, onClose, onMade }: Props): ReactElement {
  const form = useForm({ initialValues: draftOf(channel) });
  const draft = form.values;
  const reload = useReloadChannels();
  const saving = useMutation({
    mutationFn: () =>
      channel === null
        ? ask('POST', channelsPath, {
            name: draft.name.trim(),
            kind: draft.kind,
            settings: { ...settingsOf(draft), ...secretsOf(draft, null) },
          })
        : ask('PATCH', `${channelsPath}/${channel.id}`, changesOf(draft, channel)),
    onSuccess: (saved) => {
      if (channel === null) return onMade(saved);
      const sent = channel.waiting > 0 ? ' What waited for it is sent now.' : '';
      notify('done', `${saved.name} is changed.${sent}`);
      onClose();
    },
    onError: (thrown) => form.setErrors(refusedFields(thrown, 'settings')),
    onSettled: reload,
  });
  const Fields = fieldsOf[draft.kind];
  const isChanged = channel === null || Object.keys(changesOf(draft, channel)).length > 0;
  return (
    <ConfirmDialog
      title={channel === null ? 'Add channel' : `Edit ${channel.name}`}
      yes={channel === null ? 'Add channel' : 'Save'}
      no="Cancel"
      isOpen
      holdsInput
      isBusy={saving.isPending}
      isBlocked={!isComplete(draft, channel) || !isChanged}
      problem={formProblem(saving.error)}
      onClose={onClose}
      onConfirm={() => saving.mutate()}
    >
      {channel === null && (
        <KindChoice
          kind={draft.kind}
          onChange={(kind) =>
            form.setValues({
              kind,
              port: kind === 'syslog' ? usualPorts.syslog : usualPorts.smtp[draft.security],
            })
          }
        />
      )}
      <TextInput
        label="Name"
        description="How rules and deliveries call it"
        withAsterisk
        data-autofocus
        autoComplete="off"
        maxLength={100}
        {...form.getInputProps('name')}
      />
      <Fields form={form} channel={channel} />
    </ConfirmDialog>
  );
}

interface KindProps {
  readonly kind: ChannelKind;
  readonly onChange: (kind: ChannelKind) => void;
}

const KindChoice = ({ kind, onChange }: KindProps): ReactElement => (
  <Radio.Group
    label="Kind of channel"
    withAsterisk
    value={kind}
    onChange={(chosen) => onChange(chosen as ChannelKind)}
  >
    <Stack gap="xs" mt="xs">
      {Object.entries(kindWords).map(([value, word]) => (
        <Radio key={value} value={value} label={word.name} description={word.for} />
      ))}
    </Stack>
  </Radio.Group>
);
