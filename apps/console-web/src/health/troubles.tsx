import { Alert, Anchor, Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { AlertIcon, CheckIcon } from '../design/icons.js';
import { plural } from '../texts/formats.js';
import { TimeAgo } from '../texts/moment.js';
import { isUrgent, troublesOf, type Health, type Trouble } from './health.js';

interface Props {
  readonly health: Health;
  /** Where the page itself shows the instances. */
  readonly isOnHealthPage?: boolean;
}

/** What is wrong right now, in words. */
export function Troubles({ health, isOnHealthPage = false }: Props): ReactElement {
  const troubles = troublesOf(health);
  const scanners = health.instances.filter((one) => one.service === 'scanner').length;
  if (troubles.length === 0)
    return (
      <Alert color="teal" icon={<CheckIcon />} title="Everything works" className="all-well">
        Every part answers, and {plural(scanners, 'scanner')} with working engines{' '}
        {scanners === 1 ? 'takes' : 'take'} objects.
      </Alert>
    );
  return (
    <Alert
      color={isUrgent(health) ? 'red' : 'orange'}
      icon={<AlertIcon />}
      title={troubles.length === 1 ? 'One thing needs attention' : `${troubles.length} things need attention`}
    >
      <Stack gap="sm" mt={4}>
        {troubles.map((trouble) => (
          <OneTrouble key={`${trouble.problem} ${trouble.instance ?? ''}`} trouble={trouble} />
        ))}
        {!isOnHealthPage && (
          <Group>
            <Anchor component={Link} href="/health" size="sm" fw={600} c="inherit" underline="always">
              See System health
            </Anchor>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

function OneTrouble({ trouble }: { readonly trouble: Trouble }): ReactElement {
  return (
    <div>
      <Text size="sm" fw={600}>
        {trouble.problem}
      </Text>
      {(trouble.instance !== null || trouble.since !== null) && (
        <Text size="xs">
          {trouble.instance}
          {trouble.since !== null && (
            <>
              {trouble.instance === null ? 'Since ' : ', since '}
              <TimeAgo at={trouble.since} />
            </>
          )}
        </Text>
      )}
      {trouble.nextStep !== null && <Text size="sm">{trouble.nextStep}</Text>}
    </div>
  );
}
