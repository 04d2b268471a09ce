import { Group, Kbd, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { pages } from './pages.js';
import { Dialog } from '../design/dialog.js';

interface Shortcut {
  readonly keys: readonly string[];
  readonly what: string;
}

const anywhere: readonly Shortcut[] = [
  { keys: ['?'], what: 'This list' },
  { keys: ['/'], what: 'Find in the list' },
  { keys: ['Ctrl', 'K'], what: 'Go to a page, system, alert or hash' },
  { keys: ['u'], what: 'Undo the last change, while its note is shown' },
  { keys: ['Esc'], what: 'Close a dialog' },
];
const inAlerts: readonly Shortcut[] = [
  { keys: ['j'], what: 'Next alert' },
  { keys: ['k'], what: 'Previous alert' },
  { keys: ['x'], what: 'Select' },
  { keys: ['X'], what: 'Select up to here' },
  { keys: ['Enter'], what: 'Open' },
  { keys: ['a'], what: 'Acknowledge: in process' },
  { keys: ['i'], what: 'Assign to me' },
  { keys: ['c'], what: 'Close, with a disposition and comment' },
  { keys: ['e'], what: 'Comment' },
  { keys: ['n'], what: 'On a card: the next alert' },
  { keys: ['p'], what: 'Pause and go on live; on a card: the previous one' },
];
const goTo: readonly Shortcut[] = pages.map((page) => ({ keys: ['g', page.key], what: page.title }));

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function ShortcutsDialog({ isOpen, onClose }: Props): ReactElement {
  return (
    <Dialog
      opened={isOpen}
      onClose={onClose}
      title="Keyboard shortcuts"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
        <Stack gap="lg">
          <Shortcuts title="Everywhere" list={anywhere} />
          <Shortcuts title="Alerts" list={inAlerts} />
        </Stack>
        <Shortcuts title="Go to" list={goTo} />
      </SimpleGrid>
    </Dialog>
  );
}

function Shortcuts({
  title,
  list,
}: {
  readonly title: string;
  readonly list: readonly Shortcut[];
}): ReactElement {
  return (
    <Stack gap={8} component="section" aria-label={title}>
      <Text fw={640} size="sm">
        {title}
      </Text>
      {list.map(({ keys, what }) => (
        <Group key={what} justify="space-between" wrap="nowrap">
          <Text size="sm">{what}</Text>
          <Group gap={4} wrap="nowrap">
            {keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </Group>
        </Group>
      ))}
    </Stack>
  );
}
