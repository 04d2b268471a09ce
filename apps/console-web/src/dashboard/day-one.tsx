import { Button, Group, List, Progress, Text, ThemeIcon } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import type { ChannelAnswer, ExternalSystem, Health, Operator, Scan } from '@sluice/console-api';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { askFor, withQuery } from '../api/ask.js';
import type { ListPathOf } from '../api/route-of.js';
import { queryKeys } from '../api/query-keys.js';
import { useSession } from '../api/session-state.js';
import { Card } from '../design/card.js';
import { CheckIcon } from '../design/icons.js';
import type { ListPage } from '../lists/list-page.js';
import { dayOneSteps, type DayOneStep } from './day-one-steps.js';

interface Known {
  readonly health: Health | undefined;
  readonly systems: readonly ExternalSystem[] | undefined;
  readonly isWanted: boolean;
}

/** What the first steps are made of. While `isPending` their card may still come. */
export function useDayOne({ health, systems, isWanted }: Known): {
  readonly isPending: boolean;
  readonly card: ReactElement | null;
} {
  const { username } = useSession();
  const [isHidden, setIsHidden] = useLocalStorage({ key: 'sluice-day-one-hidden', defaultValue: false });
  const [isBackedUp, setIsBackedUp] = useLocalStorage({ key: 'sluice-backed-up', defaultValue: false });
  const isShown = isWanted && !isHidden;
  const operators = useFirst<Operator>(queryKeys.operators, '/api/operators', { limit: 500, isShown });
  const scans = useFirst<Scan>(queryKeys.scans, '/api/scans', { limit: 5, isShown });
  const channels = useFirst<ChannelAnswer>(queryKeys.channels, '/api/notification-channels', {
    limit: 100,
    isShown,
  });
  const known = { operators: operators.items, scans: scans.items, channels: channels.items };
  const steps = dayOneSteps({ username, health, systems, isBackedUp, ...known });
  const isPending = isShown && [operators, scans, channels].some((one) => one.isPending);
  if (!isShown) return { isPending, card: null };
  const card = (
    <DayOne steps={steps} onHide={() => setIsHidden(true)} onBackedUp={() => setIsBackedUp(true)} />
  );
  return { isPending, card };
}

interface Props {
  readonly steps: readonly DayOneStep[];
  readonly onHide: () => void;
  readonly onBackedUp: () => void;
}

/** What is left to do on the first day; gone when all of it is done, or when it is hidden. */
function DayOne({ steps, onHide, onBackedUp }: Props): ReactElement | null {
  const left = steps.filter((step) => step.isDone !== true).length;
  // Until everything is known nothing is shown that would vanish again.
  if (left === 0 || steps.some((step) => step.isDone === undefined)) return null;
  return (
    <Card
      title={`First steps: ${steps.length - left} of ${steps.length} done`}
      aside={
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onHide}>
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
            <Step step={step} onConfirm={onBackedUp} />
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

/** `items` is undefined until it is answered, and where it cannot be. */
function useFirst<Item>(
  key: readonly string[],
  path: ListPathOf<Item>,
  { limit, isShown }: { readonly limit: number; readonly isShown: boolean },
): { readonly items: readonly Item[] | undefined; readonly isPending: boolean } {
  const query = useQuery({
    queryKey: [...key, 'day-one'],
    queryFn: () => askFor<ListPage<Item>>('GET', withQuery(path, { limit })),
    refetchInterval: 15_000,
    enabled: isShown,
  });
  return { items: query.data?.items, isPending: query.isPending };
}
