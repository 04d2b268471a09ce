import { Stack, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { IntegrationPrograms } from './integration-guide.js';
import { Dialog } from '../design/dialog.js';

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** What an address can hold as it is; anything else would not be one ID any more. */
const idPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;
const exampleId = 'my-file-server';

/** Ready programs for a system that has not called yet: on its own page there are none before its first call. */
export function ConnectDialog({ isOpen, onClose }: Props): ReactElement {
  const [typed, setTyped] = useState('');
  const id = typed.trim();
  const isOdd = id !== '' && !idPattern.test(id);
  return (
    <Dialog
      opened={isOpen}
      onClose={onClose}
      size="xl"
      title="Connect a system"
      closeButtonProps={{ 'aria-label': 'Close the dialog' }}
    >
      <Stack gap="md">
        <TextInput
          label="ID of the new system"
          description="You choose it; it stands in the address the system calls."
          placeholder={exampleId}
          data-autofocus
          autoComplete="off"
          maxLength={128}
          value={typed}
          error={isOdd && 'Letters, digits, dots, hyphens and underscores only, no dot in front.'}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <IntegrationPrograms sensorId={id === '' || isOdd ? exampleId : id} />
      </Stack>
    </Dialog>
  );
}
