import { Code, Group, List, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { CopyAction } from '../texts/copy-action.js';
import { useServer } from './systems-query.js';
import './systems.css';
import { defaultGatewayPort, firstRequestLines, testScanLines, type GatewayAddress } from './try-lines.js';

function useGatewayAddress(): GatewayAddress & { readonly isPortKnown: boolean } {
  const port = useServer().data?.gatewayPort ?? null;
  return { host: location.hostname, port: port ?? defaultGatewayPort, isPortKnown: port !== null };
}

/** What the empty Server list says: how to make the first request. */
export function FirstRequest(): ReactElement {
  const gateway = useGatewayAddress();
  return (
    <Stack gap="sm" maw={760} ta="left" mt="md">
      <List type="ordered" size="sm" spacing={4}>
        <List.Item>
          Point your external system at this server; or, to try it out, run these lines in a terminal:
        </List.Item>
      </List>
      <Lines lines={firstRequestLines(gateway)} />
      <List type="ordered" size="sm" spacing={4} start={2}>
        <List.Item>The call is answered 401, and its request appears here by itself.</List.Item>
        <List.Item>Accept it, and the same call is answered 200.</List.Item>
      </List>
      {!gateway.isPortKnown && (
        <Text size="xs" c="dimmed">
          The port is {defaultGatewayPort} unless the gateway was given another one.
        </Text>
      )}
    </Stack>
  );
}

/** What lists say that nothing has reached yet: how to see one whole way through. */
export function FirstScan(): ReactElement {
  return (
    <Stack gap="sm" maw={760} ta="left" mt="md">
      <Text size="sm">
        To try it with the system of the first request, once it is accepted: send the EICAR test file, which
        every antivirus engine detects and which does no harm.
      </Text>
      <Lines lines={testScanLines(useGatewayAddress())} />
    </Stack>
  );
}

const Lines = ({ lines }: { readonly lines: string }): ReactElement => (
  <Group wrap="nowrap" align="flex-start" gap="xs">
    <Code block className="wrapping">
      {lines}
    </Code>
    <CopyAction value={lines} what="the lines" />
  </Group>
);
