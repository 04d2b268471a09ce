import { Alert, Button, Code, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import type { OperatorRole } from '@sluice/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { ApiProblem } from '../api/api-problem.js';
import { ask } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { roleExplanations, roleNames } from '../texts/role-names.js';
import { CopyAction } from '../texts/copy-action.js';
import { Dialog } from '../design/dialog.js';

const lives = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
];
const dayMs = 86_400_000;

export function NewTokenDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [name, setName] = useState('');
  const [role, setRole] = useState<OperatorRole | null>(null);
  const [days, setDays] = useState('90');
  const [ranges, setRanges] = useState('');
  const client = useQueryClient();
  const making = useMutation({
    mutationFn: () =>
      ask('POST', '/api/tokens', {
        name: name.trim(),
        role,
        expiresAt: new Date(Date.now() + Number(days) * dayMs).toISOString(),
        addressRanges: splitRanges(ranges),
      }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.tokens }),
  });
  if (making.data !== undefined) return <MadeToken token={making.data.token} onClose={onClose} />;
  const fields = making.error instanceof ApiProblem ? making.error.fields : {};
  return (
    <ConfirmDialog
      title="Make an API token"
      yes="Add token"
      no="Cancel"
      size="md"
      isOpen
      isBusy={making.isPending}
      isBlocked={name.trim() === '' || role === null}
      problem={making.error}
      onClose={onClose}
      onConfirm={() => making.mutate()}
    >
      <TextInput
        label="Name"
        description="What uses it"
        withAsterisk
        data-autofocus
        maxLength={64}
        error={fields['name']}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label="Role"
        withAsterisk
        description={role === null ? 'No more than the script needs' : roleExplanations[role]}
        allowDeselect={false}
        value={role}
        data={Object.entries(roleNames).map(([value, label]) => ({ value, label }))}
        onChange={(value) => setRole(value as OperatorRole | null)}
      />
      <Select
        label="Expires after"
        allowDeselect={false}
        value={days}
        data={lives}
        onChange={(value) => setDays(value ?? '90')}
      />
      <TextInput
        label="Only from these addresses"
        description="Such as 10.0.0.0/8, 2001:db8::/32; empty: from anywhere"
        error={Object.entries(fields).find(([key]) => key.startsWith('addressRanges'))?.[1]}
        value={ranges}
        onChange={(event) => setRanges(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}

const splitRanges = (text: string): string[] | null => {
  const ranges = text.split(/[\s,;]+/).filter((range) => range !== '');
  return ranges.length === 0 ? null : ranges;
};

/** Closes only by its button: what it shows is never shown again. */
function MadeToken({
  token,
  onClose,
}: {
  readonly token: string;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Dialog
      opened
      onClose={onClose}
      title="Your new token"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <Alert color="orange" title="Copy it now">
          It is stored hashed and cannot be shown again.
        </Alert>
        <Group wrap="nowrap" align="flex-start">
          <Code block className="wrapping">
            {token}
          </Code>
          <CopyAction value={token} what="the token" />
        </Group>
        <Text size="sm">
          Scripts send it as <Code>Authorization: Bearer …</Code>
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose}>I have copied it</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
