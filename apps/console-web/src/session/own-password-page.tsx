import { Button, Group, Stack } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { sessionState, useSession } from '../api/session-state.js';
import { Mark } from '../design/brand.js';
import { PasswordForm } from './profile/password-form.js';
import { signOut } from './session.js';
import './sign-in.css';

/** In the place of all pages while someone else knows the operator's password: the console answers nothing else. */
export function OwnPasswordPage(): ReactElement {
  useDocumentTitle('Choose your password · Sluice');
  const session = useSession();
  const leaving = useMutation({ mutationFn: signOut });
  const goOn = () =>
    sessionState.set({ kind: 'signed-in', session: { ...session, mustChangePassword: false } });
  return (
    <main className="sign-in">
      <div className="sign-in-brand">
        <Mark size={44} />
        <h1>Choose your password</h1>
        <p>The one you signed in with was made by someone else. Only you should know yours.</p>
      </div>
      <Stack w="100%" maw={400} gap="md">
        <PasswordForm onChanged={goOn} />
        <Group justify="center">
          <Button
            variant="subtle"
            color="gray"
            size="xs"
            loading={leaving.isPending}
            onClick={() => leaving.mutate()}
          >
            Sign out
          </Button>
        </Group>
      </Stack>
    </main>
  );
}
