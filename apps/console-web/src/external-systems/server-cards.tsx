import { Button, Group, Paper, Popover, Skeleton, Switch, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { describeProblem } from '../api/api-problem.js';
import { useIsAdministrator } from '../api/session-state.js';
import { useChangeSettings, useSettings } from '../settings/settings-query.js';
import { notify } from '../notices/notices.js';
import { CompareFingerprint } from '../texts/compare-fingerprint.js';
import { CopyAction } from '../texts/copy-action.js';
import { Fingerprint } from '../texts/fingerprint.js';
import { useServer } from './systems-query.js';

/** What is about this server and not about one system, in one line, so that the list begins high on the page. */
export const ServerCards = (): ReactElement => (
  <Paper className="card server-strip">
    <ServerFingerprint />
    <MaximumPriority />
  </Paper>
);

function ServerFingerprint(): ReactElement {
  const server = useServer();
  const fingerprint = server.data?.certificateFingerprint ?? null;
  return (
    <section aria-labelledby="server-fingerprint-name">
      <h2 id="server-fingerprint-name" className="server-strip-name">
        Certificate fingerprint of this server
      </h2>
      {fingerprint !== null && (
        <Group gap={4}>
          <span data-testid="server-fingerprint">
            <Fingerprint value={fingerprint} />
          </span>
          <CopyAction value={fingerprint} what="the certificate fingerprint" />
          <Compare fingerprint={fingerprint} />
        </Group>
      )}
      {fingerprint === null && server.isPending && <Skeleton height={26} w={660} maw="80vw" />}
      {fingerprint === null && !server.isPending && (
        <Text size="sm">
          {server.isError
            ? describeProblem(server.error)
            : 'Not known yet: no gateway has reported. System health shows what runs.'}
        </Text>
      )}
    </section>
  );
}

const Compare = ({ fingerprint }: { readonly fingerprint: string }): ReactElement => (
  <Popover width={420} position="bottom-start" shadow="md" trapFocus returnFocus>
    <Popover.Target>
      <Button size="compact-xs" variant="default">
        Compare
      </Button>
    </Popover.Target>
    <Popover.Dropdown aria-label="Compare the certificate fingerprint">
      <Text size="sm" c="dimmed" mb="sm">
        Whoever runs an external system compares it with what that system shows on its first connection.
      </Text>
      <CompareFingerprint shown={fingerprint} label="Compare with a fingerprint you were given" />
    </Popover.Dropdown>
  </Popover>
);

const orderWords = { mailFirst: 'Mail first', asTheyCome: 'Mail and others in order of arrival' } as const;

function MaximumPriority(): ReactElement {
  const settings = useSettings();
  const change = useChangeSettings();
  const isAdministrator = useIsAdministrator();
  const setting = settings.data?.maximumMailPriority;
  const isOn = change.isPending
    ? change.variables.maximumMailPriority
    : setting === undefined
      ? undefined
      : setting.value === true;
  const isFixed = setting === undefined || setting.pinned || !isAdministrator;
  const switchTo = (on: boolean) =>
    change.mutate(
      { maximumMailPriority: on },
      { onSuccess: () => notify('done', `Maximum scan priority is ${on ? 'on' : 'off'}.`) },
    );
  return (
    <section aria-labelledby="maximum-priority-name">
      <h2
        id="maximum-priority-name"
        className="server-strip-name"
        title="Objects from mail sensors are scanned before everything else, so that a message can be blocked in time. Other systems may have to wait. Applies to new objects."
      >
        Maximum scan priority
      </h2>
      <Group gap="sm">
        <Switch
          size="sm"
          aria-label="Maximum scan priority"
          checked={isOn ?? false}
          disabled={isFixed}
          onChange={(event) => switchTo(event.currentTarget.checked)}
        />
        <Text size="sm">{isOn === undefined ? null : orderWords[isOn ? 'mailFirst' : 'asTheyCome']}</Text>
        {setting?.pinned === true && (
          <Text size="xs" c="dimmed">
            Fixed by the configuration ({setting.pinnedBy}).
          </Text>
        )}
      </Group>
      {change.isError && (
        <Text size="sm" c="red" role="alert">
          Not changed. {describeProblem(change.error)}
        </Text>
      )}
    </section>
  );
}
