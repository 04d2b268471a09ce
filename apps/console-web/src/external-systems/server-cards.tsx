import { Box, Group, SimpleGrid, Skeleton, Stack, Switch, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { describeProblem } from '../api/api-problem.js';
import { useIsAdministrator } from '../api/session-state.js';
import { useChangeSettings, useSettings } from '../settings/settings-query.js';
import { notify } from '../notices/notices.js';
import { Card } from '../design/card.js';
import { CompareFingerprint } from '../texts/compare-fingerprint.js';
import { CopyAction } from '../texts/copy-action.js';
import { Fingerprint } from '../texts/fingerprint.js';
import { useServer } from './systems-query.js';

export const ServerCards = (): ReactElement => (
  <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
    <ServerFingerprint />
    <MaximumPriority />
  </SimpleGrid>
);

function ServerFingerprint(): ReactElement {
  const server = useServer();
  const fingerprint = server.data?.certificateFingerprint ?? null;
  return (
    <Card
      title="Certificate fingerprint"
      aside={fingerprint !== null && <CopyAction value={fingerprint} what="the certificate fingerprint" />}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          Of this server. Whoever runs an external system compares it with what that system shows on its first
          connection.
        </Text>
        {fingerprint !== null && (
          <Box data-testid="server-fingerprint">
            <Fingerprint value={fingerprint} />
          </Box>
        )}
        {fingerprint === null && server.isPending && <FingerprintPending />}
        {fingerprint === null && !server.isPending && (
          <Text size="sm">
            {server.isError
              ? describeProblem(server.error)
              : 'Not known yet: no gateway has reported. System health shows what runs.'}
          </Text>
        )}
        {fingerprint !== null && (
          <CompareFingerprint shown={fingerprint} label="Compare with a fingerprint you were given" />
        )}
      </Stack>
    </Card>
  );
}

/** As high as what comes: the fingerprint and the field to compare it. */
const FingerprintPending = (): ReactElement => (
  <>
    <Skeleton height={36} />
    <Skeleton height={61} />
  </>
);

function MaximumPriority(): ReactElement {
  const settings = useSettings();
  const change = useChangeSettings();
  const isAdministrator = useIsAdministrator();
  const setting = settings.data?.maximumMailPriority;
  const isOn = change.isPending ? change.variables.maximumMailPriority : setting?.value === true;
  const isFixed = setting === undefined || setting.pinned || !isAdministrator;
  const switchTo = (on: boolean) =>
    change.mutate(
      { maximumMailPriority: on },
      { onSuccess: () => notify('done', `Maximum scan priority is ${on ? 'on' : 'off'}.`) },
    );
  return (
    <Card title="Maximum scan priority">
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          Objects from mail sensors are scanned before everything else, so that a message can be blocked in
          time. Other systems may have to wait. Applies to new objects.
        </Text>
        <Group gap="md">
          <Switch
            size="lg"
            onLabel="ON"
            offLabel="OFF"
            aria-label="Maximum scan priority"
            checked={isOn ?? false}
            disabled={isFixed}
            onChange={(event) => switchTo(event.currentTarget.checked)}
          />
          <Text size="sm" fw={600}>
            {isOn === true ? 'Mail first' : 'Mail and others in order of arrival'}
          </Text>
        </Group>
        {setting?.pinned === true && (
          <Text size="xs" c="dimmed">
            Fixed by the configuration ({setting.pinnedBy}).
          </Text>
        )}
        {change.isError && (
          <Text size="sm" c="red" role="alert">
            Not changed. {describeProblem(change.error)}
          </Text>
        )}
      </Stack>
    </Card>
  );
}
