import { ActionIcon, Burger, Menu, Text, Tooltip, useMantineColorScheme } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { describeProblem } from '../api/api-problem.js';
import { useSharedState } from '../api/create-state.js';
import { densityState, toggleDensity } from '../view-settings/view-settings.js';
import { formatZone, timeZoneState } from '../texts/formats.js';
import { useSession } from '../api/session-state.js';
import { notify } from '../notices/notices.js';
import { signOut } from '../session/session.js';
import {
  KeyboardIcon,
  LeaveIcon,
  MoonIcon,
  RowsIcon,
  SearchIcon,
  SunIcon,
  UserIcon,
} from '../design/icons.js';
import { roleNames } from '../texts/role-names.js';

interface Props {
  readonly isNavigationOpen: boolean;
  readonly onToggleNavigation: () => void;
  readonly onGoAnywhere: () => void;
  readonly onShowShortcuts: () => void;
}

export function TopBar(props: Props): ReactElement {
  return (
    <div className="top-bar">
      <Burger
        opened={props.isNavigationOpen}
        onClick={props.onToggleNavigation}
        hiddenFrom="md"
        size="sm"
        aria-label={props.isNavigationOpen ? 'Close the list of pages' : 'Open the list of pages'}
        aria-expanded={props.isNavigationOpen}
      />
      <button type="button" className="go-anywhere" onClick={props.onGoAnywhere}>
        <SearchIcon size={16} />
        <span>Go to a page, system, alert or hash</span>
        <Text component="kbd" size="xs" visibleFrom="sm" aria-hidden="true">
          Ctrl K
        </Text>
      </button>
      <div className="top-bar-space" />
      <ZoneOfTimes />
      <Tooltip label="Keyboard shortcuts: ?">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          visibleFrom="md"
          aria-label="Keyboard shortcuts"
          onClick={props.onShowShortcuts}
        >
          <KeyboardIcon />
        </ActionIcon>
      </Tooltip>
      <ColorSchemeSwitch />
      <OperatorMenu onShowShortcuts={props.onShowShortcuts} />
    </div>
  );
}

/** Which zone the times on the page are in. */
function ZoneOfTimes(): ReactElement {
  const chosen = useSharedState(timeZoneState);
  const zone = chosen ?? formatZone(Date.now());
  return (
    <Link href="/profile" className="zone-note" data-chosen={chosen !== undefined}>
      <span className="sr-only">Times are shown in </span>
      {zone}
    </Link>
  );
}

function ColorSchemeSwitch(): ReactElement {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const system = useColorScheme();
  const isDark = (colorScheme === 'auto' ? system : colorScheme) === 'dark';
  const words = isDark ? 'Light colours' : 'Dark colours';
  return (
    <Tooltip label={words}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
        aria-label={words}
      >
        {isDark ? <SunIcon /> : <MoonIcon />}
      </ActionIcon>
    </Tooltip>
  );
}

function OperatorMenu({ onShowShortcuts }: { readonly onShowShortcuts: () => void }): ReactElement {
  const session = useSession();
  const [, navigate] = useLocation();
  const density = useSharedState(densityState);
  const leave = () => {
    signOut().catch((thrown: unknown) => notify('failed', `Not signed out. ${describeProblem(thrown)}`));
  };
  return (
    <Menu position="bottom-end" width={230} shadow="md">
      <Menu.Target>
        <ActionIcon
          variant="light"
          color="teal"
          size="lg"
          radius="xl"
          aria-label={`Signed in as ${session.username}`}
        >
          <UserIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)">
            {session.username}
          </Text>
          <Text size="xs">{roleNames[session.role]}</Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<UserIcon size={16} />} onClick={() => navigate('/profile')}>
          Profile
        </Menu.Item>
        <Menu.Item leftSection={<RowsIcon size={16} />} onClick={toggleDensity}>
          {density === 'compact' ? 'More space between rows' : 'Less space between rows'}
        </Menu.Item>
        <Menu.Item leftSection={<KeyboardIcon size={16} />} onClick={onShowShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item leftSection={<LeaveIcon size={16} />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
