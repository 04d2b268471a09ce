import { Alert, Anchor, Button, Group, Loader, Stack, TagsInput, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { describeProblem } from '../../api/api-problem.js';
import { ask } from '../../api/ask.js';
import { formProblem, itemProblem } from '../../forms/field-problems.js';
import { ClaimedText } from '../../texts/claimed-text.js';
import { formatDuration } from '../../texts/formats.js';
import { describePlace, type Channel, type ChannelTest } from '../channel.js';
import { channelsPath, useReloadChannels } from '../channels-query.js';
import { Dialog } from '../../design/dialog.js';

interface Props {
  readonly channel: Channel;
  readonly onClose: () => void;
}

export function TestDialog({ channel, onClose }: Props): ReactElement {
  const [to, setTo] = useState<string[]>(channel.kind === 'smtp' ? [channel.settings.from] : []);
  const reload = useReloadChannels();
  const test = useMutation({
    mutationFn: () => {
      const body = channel.kind === 'smtp' ? { to } : {};
      const startedMs = Date.now();
      return ask('POST', `${channelsPath}/${channel.id}/test`, body).then((answer) => ({
        ...answer,
        tookMs: Date.now() - startedMs,
      }));
    },
    onSettled: reload,
  });
  const { place, how } = describePlace(channel);
  return (
    <Dialog
      opened
      onClose={onClose}
      title={`Test ${channel.name}`}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          test.mutate();
        }}
      >
        <Stack gap="md">
          <div className="named-place">
            <Text fw={640} size="sm">
              <ClaimedText text={place} />
            </Text>
            <Text size="xs" c="dimmed">
              {how}
            </Text>
          </div>
          {channel.kind === 'smtp' && (
            <TagsInput
              label="To"
              description="Press Enter after each address"
              withAsterisk
              maxTags={10}
              clearable
              clearButtonProps={{ 'aria-label': 'Remove all recipients' }}
              splitChars={[',', ' ', ';']}
              error={itemProblem(test.error, 'to', to)}
              value={to}
              onChange={setTo}
            />
          )}
          <div role="status">
            {test.isPending && <Sending />}
            {!test.isPending && test.data !== undefined && <Result test={test.data} />}
          </div>
          {test.isError && (
            <Alert color="red" role="alert" title="No test was made">
              {describeProblem(formProblem(test.error))}
            </Alert>
          )}
          <Group justify="flex-end" gap="sm" className="window-foot">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button
              type="submit"
              data-autofocus
              disabled={test.isPending || (channel.kind === 'smtp' && to.length === 0)}
            >
              {test.data === undefined ? 'Send the test' : 'Send another'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

/** An attempt ends after half a minute at the latest; until then it is seen that something goes on. */
function Sending(): ReactElement {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Group gap="sm">
      <Loader size="sm" aria-hidden="true" />
      <Text size="sm">
        Waiting for the receiver’s answer
        {seconds > 1 && <span aria-hidden="true">, {seconds} seconds</span>}
      </Text>
    </Group>
  );
}

function Result({ test }: { readonly test: ChannelTest & { readonly tookMs: number } }): ReactElement {
  const isThere = test.outcome === 'delivered';
  return (
    <Alert
      color={isThere ? 'teal' : 'red'}
      title={isThere ? 'The receiver took it' : 'It did not get through'}
    >
      <Stack gap="xs">
        <Text size="sm">
          {isThere
            ? `The answer, after ${formatDuration(test.tookMs)}:`
            : 'What the receiver said, or why it was not reached:'}
        </Text>
        <div className="attempt-answer">
          <ClaimedText text={test.answer === '' ? 'no answer' : test.answer} />
        </div>
        <Anchor component={Link} size="sm" href={`/notifications/deliveries?open=${test.deliveryId}`}>
          Open it in the deliveries
        </Anchor>
      </Stack>
    </Alert>
  );
}
