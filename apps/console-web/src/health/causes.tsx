import { Alert, Anchor, Group, Stack, Text } from '@mantine/core';
import type { Cause, Health } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { AlertIcon, CheckIcon } from '../design/icons.js';
import { plural } from '../texts/formats.js';
import { Clock } from '../texts/moment.js';
import './causes.css';

const titles = { down: 'Down', degraded: 'Degraded', ok: 'Running' } as const;
const colors = { down: 'red', degraded: 'orange', ok: 'teal' } as const;

/** What is wrong right now, one line per cause; reminders apart, because they change nothing yet. */
export function Causes({ health }: { readonly health: Health }): ReactElement {
  const problems = health.causes.filter(({ level }) => level !== 'advisory');
  const reminders = health.causes.filter(({ level }) => level === 'advisory');
  const scanners = health.instances.filter((one) => one.service === 'scanner').length;
  return (
    <Stack gap="sm">
      {problems.length === 0 ? (
        <Alert color="teal" icon={<CheckIcon />} title="Everything works" className="all-well">
          Every service answers; {plural(scanners, 'scanner')} with working engines{' '}
          {scanners === 1 ? 'takes' : 'take'} objects.
        </Alert>
      ) : (
        <Alert
          color={colors[health.status]}
          icon={<AlertIcon />}
          title={`${titles[health.status]}: ${health.summary ?? ''}`}
        >
          <CauseList causes={problems} label="Problems" />
        </Alert>
      )}
      {reminders.length > 0 && (
        <Alert color="blue" title={plural(reminders.length, 'reminder')}>
          <CauseList causes={reminders} label="Reminders" />
        </Alert>
      )}
    </Stack>
  );
}

const CauseList = ({
  causes,
  label,
}: {
  readonly causes: readonly Cause[];
  readonly label: string;
}): ReactElement => (
  <ul className="causes" aria-label={label}>
    {causes.map((cause) => (
      <li key={cause.id} data-level={cause.level}>
        <OneCause cause={cause} />
      </li>
    ))}
  </ul>
);

const OneCause = ({ cause }: { readonly cause: Cause }): ReactElement => (
  <>
    <Group gap={6} className="cause-head">
      <Anchor component={Link} href={cause.link} size="sm" fw={600} c="inherit" underline="always">
        {cause.title}
      </Anchor>
      {cause.since !== null && (
        <Text size="sm" component="span">
          Since <Clock at={cause.since} />.
        </Text>
      )}
    </Group>
    <Text size="sm">
      {cause.effect} <span className="cause-step">{cause.nextStep}</span>
    </Text>
  </>
);
