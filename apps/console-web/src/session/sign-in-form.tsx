import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { ApiProblem, describeProblem } from '../api/api-problem.js';
import { signIn, type Credentials } from './session.js';

/** The console answers this when the password is right and the account has a second factor. */
const asksForCode = (thrown: unknown): boolean => thrown instanceof ApiProblem && 'code' in thrown.fields;

interface Props {
  /** Set where only this operator may go on. */
  readonly username?: string;
}

export function SignInForm({ username: fixedName }: Props): ReactElement {
  const [username, setUsername] = useState(fixedName ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const opening = useMutation({ mutationFn: (credentials: Credentials) => signIn(credentials) });
  const [isCodeAsked, setIsCodeAsked] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    opening.mutate(isCodeAsked ? { username, password, code } : { username, password }, {
      onError: (thrown) => {
        if (asksForCode(thrown)) setIsCodeAsked(true);
      },
    });
  };
  const isFirstAsking = asksForCode(opening.error) && code === '';
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Username"
          name="username"
          autoComplete="username"
          required
          data-autofocus={fixedName === undefined || undefined}
          autoFocus={fixedName === undefined}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
          readOnly={isCodeAsked}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          data-autofocus={fixedName !== undefined || undefined}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
          readOnly={isCodeAsked}
        />
        {isCodeAsked && (
          <TextInput
            label="Code of the second factor"
            description="Six digits from your authenticator app"
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            autoFocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value.replace(/\s/g, ''))}
          />
        )}
        {opening.isError && !isFirstAsking && (
          <Alert color="red" role="alert">
            {describeProblem(opening.error)}
          </Alert>
        )}
        <Button type="submit" size="md" loading={opening.isPending} fullWidth>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
