import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import type { NewChannelAnswer } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { CopyAction } from '../../texts/copy-action.js';
import { Dialog } from '../../design/dialog.js';

interface Props {
  readonly channel: NewChannelAnswer;
  readonly onTest: () => void;
  readonly onClose: () => void;
}

/** With a secret in it, it closes only by its buttons: what it shows is never shown again. */
export function MadeChannelDialog({ channel, onTest, onClose }: Props): ReactElement {
  const secret = channel.kind === 'webhook' ? channel.secret : undefined;
  const isFree = secret === undefined;
  return (
    <Dialog
      opened
      onClose={onClose}
      title={`${channel.name} is made`}
      closeOnClickOutside={isFree}
      closeOnEscape={isFree}
      withCloseButton={isFree}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        {secret !== undefined && (
          <>
            <Alert color="orange" title="Copy its secret now">
              The receiver checks the signature of every call with it. It cannot be shown again.
            </Alert>
            <Group wrap="nowrap" align="flex-start">
              <Code block className="wrapping">
                {secret}
              </Code>
              <CopyAction value={secret} what="the secret" />
            </Group>
          </>
        )}
        <Text size="sm">
          A test shows whether the receiver takes what is sent. After that, a rule decides what is sent
          through this channel.
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {isFree ? 'Later' : 'I have copied it'}
          </Button>
          <Button onClick={onTest}>{isFree ? 'Send a test' : 'Copied; send a test'}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
