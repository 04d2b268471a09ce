import { Alert, Anchor, Group, Stack, Text } from '@mantine/core';
import type { Cause, Health } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { AlertIcon, CheckIcon } from '../design/icons.js';
import { plural } from '../texts/formats.js';
import { ZonedClock } from '../texts/moment.js';
import './causes.css';

const titles = { down: 'Down', degraded: 'Degraded', ok: 'Running' } as const;
const colors = { down: 'red', degraded: 'orange', ok: 'teal' } as const;

interface Props {
  readonly health: Health;
  /** What each means and what to do are folded: the dashboard has said it. */
  readonly isBrief?: boolean;
}

/** What is wrong right now, one line per cause; reminders apart, because they change nothing yet. */
export function Causes({ health, isBrief = false }: Props): ReactElement {
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
          <CauseList causes={problems} label="Problems" isBrief={isBrief} />
        </Alert>
      )}
      {reminders.length > 0 && (
        <Alert color="blue" title={plural(reminders.length, 'reminder')}>
          <CauseList causes={reminders} label="Reminders" isBrief={isBrief} />
        </Alert>
      )}
    </Stack>
  );
}

interface ListProps {
  readonly causes: readonly Cause[];
  readonly label: string;
  readonly isBrief: boolean;
}

const CauseList = ({ causes, label, isBrief }: ListProps): ReactElement => (
  <ul className="causes" aria-label={label}>
    {causes.map((cause) => (
      <li key={cause.id} data-level={cause.level}>
        <Group gap={6} className="cause-head">
          <Anchor component={Link} href={cause.link} size="sm" fw={600} c="inherit" underline="always">
            {cause.title}
          </Anchor>
          {cause.since !== null && (
            <Text size="sm" component="span">
              Since <ZonedClock at={cause.since} />.
            </Text>
          )}
        </Group>
        {isBrief ? (
          <details>
            <summary>Effect and next step</summary>
            <WhatToDo cause={cause} />
          </details>
        ) : (
          <WhatToDo cause={cause} />
        )}
      </li>
    ))}
  </ul>
);

const WhatToDo = ({ cause: { effect, nextStep } }: { readonly cause: Cause }): ReactElement => (
  <Text size="sm">
    {effect} <span className="cause-step">{nextStep}</span>
  </Text>
);
