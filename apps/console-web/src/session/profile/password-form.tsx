import { Alert, Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { ApiProblem, describeProblem } from '../../api/api-problem.js';
import { ask } from '../../api/ask.js';
import { useSession } from '../../api/session-state.js';
import { minPasswordLength } from '../../operators/operator-dialogs.js';
import { notify } from '../../notices/notices.js';
import { Card } from '../../design/card.js';

const toggle = { 'aria-label': 'Show or hide the password' };

interface Props {
  /** After the console took the new one. */
  readonly onChanged?: () => void;
}

export function PasswordForm({ onChanged }: Props): ReactElement {
  const { username } = useSession();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const change = useMutation({
    mutationFn: () => ask('PUT', '/api/session/password', { currentPassword: current, newPassword: next }),
    onSuccess: () => {
      notify('done', 'Your password is changed. Other sessions of yours have ended.');
      setCurrent('');
      setNext('');
      setAgain('');
      onChanged?.();
    },
  });
  const fields = change.error instanceof ApiProblem ? change.error.fields : {};
  const isDifferent = again !== '' && again !== next;
  const isReady = current !== '' && next.length >= minPasswordLength && next === again;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) change.mutate();
  };
  return (
    <Card title="Password">
      <form onSubmit={submit}>
        <Stack gap="md">
          <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
          <PasswordInput
            label="Current password"
            withAsterisk
            autoComplete="current-password"
            visibilityToggleButtonProps={toggle}
            error={fields['currentPassword'] === undefined ? undefined : 'This is not your password.'}
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password"
            description={`At least ${minPasswordLength} characters`}
            withAsterisk
            autoComplete="new-password"
            visibilityToggleButtonProps={toggle}
            error={fields['newPassword']}
            value={next}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password again"
            withAsterisk
            autoComplete="new-password"
            visibilityToggleButtonProps={toggle}
            error={isDifferent ? 'Not the same.' : undefined}
            value={again}
            onChange={(event) => setAgain(event.currentTarget.value)}
          />
          {change.isError && Object.keys(fields).length === 0 && (
            <Alert color="red" role="alert">
              {describeProblem(change.error)}
            </Alert>
          )}
          <Group>
            <Button type="submit" loading={change.isPending} disabled={!isReady}>
              Change the password
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
