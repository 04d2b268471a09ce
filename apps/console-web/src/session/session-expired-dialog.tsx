import { Button, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { sessionState } from '../api/session-state.js';
import { SignInForm } from './sign-in-form.js';
import { Dialog } from '../design/dialog.js';

interface Props {
  readonly isOpen: boolean;
  readonly username: string;
}

/** Over everything else, which stays as it was left. */
export function SessionExpiredDialog({ isOpen, username }: Props): ReactElement {
  return (
    <Dialog
      opened={isOpen}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title="Your session has ended"
      zIndex={1000}
    >
      <Stack gap="md">
        <Text size="sm">Sign in again to go on where you were. Nothing you typed is lost.</Text>
        <SignInForm username={username} />
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          onClick={() => sessionState.set({ kind: 'signed-out' })}
        >
          Leave without signing in
        </Button>
      </Stack>
    </Dialog>
  );
}
