import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { ask } from '../../api/ask.js';
import { notify } from '../../notices/notices.js';
import { ConfirmDialog } from '../../design/confirm-dialog.js';
import type { StoredRule } from '../rule.js';
import { rulesPath, useReloadRules } from '../rules-query.js';

interface Props {
  readonly rule: StoredRule;
  readonly onClose: () => void;
}

export function StopRuleDialog({ rule, onClose }: Props): ReactElement {
  const reload = useReloadRules();
  const stopping = useMutation({
    mutationFn: () => ask('PATCH', `${rulesPath}/${rule.id}`, { enabled: false }),
    onSuccess: () => {
      notify('done', `${rule.name} is off.`);
      onClose();
    },
    onSettled: reload,
  });
  return (
    <ConfirmDialog
      title={`Switch ${rule.name} off?`}
      size="md"
      isOpen
      isDangerous
      isBusy={stopping.isPending}
      problem={stopping.error}
      onClose={onClose}
      onConfirm={() => stopping.mutate()}
    >
      <Text size="sm">
        It sends nothing until it is on again. Its messages that {rule.channelName} has not taken yet are
        cancelled.
      </Text>
    </ConfirmDialog>
  );
}

export function DeleteRuleDialog({ rule, onClose }: Props): ReactElement {
  const reload = useReloadRules();
  const removal = useMutation({
    mutationFn: () => ask('DELETE', `${rulesPath}/${rule.id}`),
    onSuccess: () => {
      notify('done', `${rule.name} is deleted.`);
      onClose();
    },
    onSettled: reload,
  });
  return (
    <ConfirmDialog
      title={`Delete ${rule.name}?`}
      size="md"
      isOpen
      isDangerous
      isBusy={removal.isPending}
      problem={removal.error}
      onClose={onClose}
      onConfirm={() => removal.mutate()}
    >
      <Text size="sm">
        Its messages that {rule.channelName} has not taken yet are cancelled. Its deliveries stay in the list;
        they cannot be replayed without it.
      </Text>
    </ConfirmDialog>
  );
}
