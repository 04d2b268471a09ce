import { Anchor, List, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ask } from '../../api/ask.js';
import { useAllRules } from '../rules-query.js';
import { notify } from '../../notices/notices.js';
import { ConfirmDialog } from '../../design/confirm-dialog.js';
import { plural } from '../../texts/formats.js';
import { describePlace, type Channel } from '../channel.js';
import { channelsPath, useReloadChannels } from '../channels-query.js';

interface Props {
  readonly channel: Channel;
  readonly onClose: () => void;
}

export function DeleteChannelDialog({ channel, onClose }: Props): ReactElement {
  const reload = useReloadChannels();
  const rules = useAllRules();
  const using = (rules.data ?? []).filter((rule) => rule.channelId === channel.id);
  const isUsed = rules.data === undefined ? channel.rules > 0 : using.length > 0;
  const removal = useMutation({
    mutationFn: () => ask('DELETE', `${channelsPath}/${channel.id}`),
    onSuccess: () => {
      notify('done', `${channel.name} is deleted.`);
      onClose();
    },
    onSettled: reload,
  });
  return (
    <ConfirmDialog
      title={`Delete ${channel.name}?`}
      isOpen
      isDangerous
      isBusy={removal.isPending}
      isBlocked={isUsed}
      problem={removal.error}
      onClose={onClose}
      onConfirm={() => removal.mutate()}
    >
      <div className="named-place">
        <Text fw={640} size="sm">
          {channel.name}
        </Text>
        <Text size="xs" c="dimmed">
          {describePlace(channel).place}
        </Text>
      </div>
      {isUsed ? (
        <>
          <Text size="sm">
            {plural(Math.max(using.length, 1), 'rule')} still {using.length === 1 ? 'sends' : 'send'} through
            it. Give them another channel or delete them first:
          </Text>
          <List size="sm">
            {using.map((rule) => (
              <List.Item key={rule.id}>
                <Anchor component={Link} href={`/notifications/rules/${rule.id}`}>
                  {rule.name}
                </Anchor>
              </List.Item>
            ))}
          </List>
        </>
      ) : (
        <Text size="sm">
          No rule uses it.
          {channel.waiting > 0 &&
            ` ${plural(channel.waiting, 'message')} that wait for it are cancelled.`}{' '}
          Its secrets are forgotten; its deliveries stay in the list.
        </Text>
      )}
    </ConfirmDialog>
  );
}
