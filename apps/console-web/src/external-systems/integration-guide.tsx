import { Alert, Code, Group, Stack, Tabs, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Card } from '../design/card.js';
import { CopyAction } from '../texts/copy-action.js';
import { snippet, snippetLanguages, snippetNames } from './snippets.js';
import { useServer } from './systems-query.js';
import { defaultGatewayPort } from './try-lines.js';

interface Props {
  readonly sensorId: string;
}

export const IntegrationGuide = ({ sensorId }: Props): ReactElement => (
  <Card title="Integration guide">
    <IntegrationPrograms sensorId={sensorId} />
  </Card>
);

/** Programs that send an object as this system and read the report, ready to be copied. */
export function IntegrationPrograms({ sensorId }: Props): ReactElement {
  const server = useServer().data;
  const context = {
    gateway: { host: location.hostname, port: server?.gatewayPort ?? defaultGatewayPort },
    sensorId,
    serverFingerprint: server?.certificateFingerprint ?? null,
  };
  const isOwnMachine = /^(localhost|127\.|\[::1\])/.test(location.hostname);
  return (
    <Stack gap="sm">
      {(isOwnMachine || context.serverFingerprint === null) && (
        <Alert color="orange" title="To be filled in before it runs">
          {isOwnMachine && (
            <Text size="sm">
              {location.hostname} is the gateway only on this machine: put its name or address in.
            </Text>
          )}
          {context.serverFingerprint === null && (
            <Text size="sm">
              The fingerprint of the gateway’s certificate: it stands on External systems once a gateway has
              reported, and on the terminal that started it.
            </Text>
          )}
        </Alert>
      )}
      <Text size="sm" c="dimmed">
        Each program sends one file as {sensorId}, waits for the verdict and ends with 0 only for “not
        detected”. The first call of a new certificate is answered 401 and makes a request that waits here for
        a decision.
      </Text>
      <Tabs defaultValue="curl" keepMounted={false}>
        <Tabs.List>
          {snippetLanguages.map((language) => (
            <Tabs.Tab key={language} value={language}>
              {snippetNames[language]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippetLanguages.map((language) => (
          <Tabs.Panel key={language} value={language} pt="sm">
            <Group wrap="nowrap" align="flex-start" gap="xs">
              <Code block className="wrapping" tabIndex={0}>
                {snippet[language](context)}
              </Code>
              <CopyAction value={snippet[language](context)} what={`the ${snippetNames[language]} program`} />
            </Group>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}
