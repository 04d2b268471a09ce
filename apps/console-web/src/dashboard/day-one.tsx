import { Button, Group, List, Progress, Text, ThemeIcon } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import type { ChannelAnswer, ExternalSystem, Health, Operator, Scan } from '@sluice/console-api';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ask, withQuery } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { useSession } from '../api/session-state.js';
import { Card } from '../design/card.js';
import { CheckIcon } from '../design/icons.js';
import type { ListPage } from '../lists/list-page.js';
import { dayOneSteps, type DayOneStep } from './day-one-steps.js';

interface Props {
  readonly health: Health | undefined;
  readonly systems: readonly ExternalSystem[] | undefined;
}

/** What is left to do on the first day; gone when all of it is done, or when it is hidden. */
export function DayOne({ health, systems }: Props): ReactElement | null {
  const { username } = useSession();
  const [isHidden, setIsHidden] = useLocalStorage({ key: 'sluice-day-one-hidden', defaultValue: false });
  const [isBackedUp, setIsBackedUp] = useLocalStorage({ key: 'sluice-backed-up', defaultValue: false });
  const operators = useFirst<Operator>(queryKeys.operators, '/api/operators', 500, !isHidden);
  const scans = useFirst<Scan>(queryKeys.scans, '/api/scans', 5, !isHidden);
  const channels = useFirst<ChannelAnswer>(queryKeys.channels, '/api/notification-channels', 100, !isHidden);
  const steps = dayOneSteps({ username, operators, health, systems, scans, channels, isBackedUp });
  const left = steps.filter((step) => step.isDone !== true).length;
  // Until everything is known nothing is shown that would vanish again.
  if (isHidden || left === 0 || steps.some((step) => step.isDone === undefined)) return null;
  return (
    <Card
      title={`First steps: ${steps.length - left} of ${steps.length} done`}
      aside={
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setIsHidden(true)}>
          Hide
        </Button>
      }
    >
      <Progress
        value={((steps.length - left) / steps.length) * 100}
        size="sm"
        mb="sm"
        aria-label="First steps done"
      />
      <List spacing={6} size="sm" center listStyleType="none" className="day-one">
        {steps.map((step) => (
          <List.Item key={step.key} icon={<Tick isDone={step.isDone === true} />}>
            <Step step={step} onConfirm={() => setIsBackedUp(true)} />
          </List.Item>
        ))}
      </List>
    </Card>
  );
}

const Tick = ({ isDone }: { readonly isDone: boolean }): ReactElement => (
  <ThemeIcon
    size={20}
    radius="xl"
    variant={isDone ? 'filled' : 'default'}
    color="teal"
    role="img"
    aria-label={isDone ? 'Done' : 'To do'}
  >
    {isDone && <CheckIcon size={12} />}
  </ThemeIcon>
);

interface StepProps {
  readonly step: DayOneStep;
  readonly onConfirm: () => void;
}

function Step({ step: { title, why, path, isDone }, onConfirm }: StepProps): ReactElement {
  if (isDone === true)
    return (
      <Text size="sm" c="dimmed">
        {title}
      </Text>
    );
  return (
    <Group gap={8}>
      {path === null ? <strong>{title}</strong> : <Link href={path}>{title}</Link>}
      <span className="quiet">{why}</span>
      {path === null && (
        <Button size="compact-xs" variant="default" onClick={onConfirm}>
          It is backed up
        </Button>
      )}
    </Group>
  );
}

/** Undefined until it is answered. */
function useFirst<Item>(
  key: readonly string[],
  path: string,
  limit: number,
  isWanted: boolean,
): readonly Item[] | undefined {
  const query = useQuery({
    queryKey: [...key, 'day-one'],
    queryFn: () => ask<ListPage<Item>>('GET', withQuery(path, { limit })),
    refetchInterval: 15_000,
    enabled: isWanted,
  });
  return query.data?.items;
}
