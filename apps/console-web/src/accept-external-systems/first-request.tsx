import { Code, Group, List, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { CopyAction } from '../show-texts/copy-action.js';

/** The gateway's own port unless the address is changed; the pages only know their own. */
const defaultGatewayPort = 8443;

export const firstRequestLines = (host: string): string =>
  [
    'openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=my-first-system" \\',
    '  -keyout client.key -out client.crt',
    'curl -k --cert client.crt --key client.key \\',
    `  https://${host}:${defaultGatewayPort}/kata/scanner/v1/sensors/my-first-system/scans/filters`,
  ].join('\n');

/** What the empty Server list says: how to make the first request. */
export function FirstRequest(): ReactElement {
  const lines = firstRequestLines(location.hostname);
  return (
    <Stack gap="sm" maw={760} ta="left" mt="md">
      <List type="ordered" size="sm" spacing={4}>
        <List.Item>
          Point your external system at this server; or, to try it out, run these lines in a terminal:
        </List.Item>
      </List>
      <Group wrap="nowrap" align="flex-start" gap="xs">
        <Code block className="wrapping">
          {lines}
        </Code>
        <CopyAction value={lines} what="the lines" />
      </Group>
      <List type="ordered" size="sm" spacing={4} start={2}>
        <List.Item>The call is answered 401, and its request appears here by itself.</List.Item>
        <List.Item>Accept it, and the same call is answered 200.</List.Item>
      </List>
      <Text size="xs" c="dimmed">
        The port is {defaultGatewayPort} unless the gateway was given another one.
      </Text>
    </Stack>
  );
}
