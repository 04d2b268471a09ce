import { useMantineColorScheme } from '@mantine/core';
import { useColorScheme, useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { describeProblem } from '../api/api-problem.js';
import { ask, withQuery } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { LeaveIcon, MoonIcon, RowsIcon, SunIcon } from '../design/icons.js';
import { toggleDensity, toggleNarrow } from '../view-settings/view-settings.js';
import { useExternalSystems } from '../external-systems/systems-query.js';
import { notify } from '../notices/notices.js';
import { signOut } from '../session/session.js';
import { findDestinations, type Destination } from './find-destinations.js';

const typingMs = 250;
const mostAlerts = 5;
/** Shorter texts the API does not search for. */
const fewestCharacters = 3;

/** What the text leads to; alerts come a moment after the operator stops typing. */
export function useDestinations(text: string): readonly Destination[] {
  const systems = useExternalSystems();
  const [settled] = useDebouncedValue(text.trim(), typingMs);
  const isLong = settled.length >= fewestCharacters;
  const alerts = useQuery({
    queryKey: [...queryKeys.alerts, 'go-anywhere', settled],
    queryFn: () => ask('GET', withQuery('/api/alerts', { q: settled, limit: mostAlerts })),
    enabled: isLong,
    retry: false,
  });
  const actions = useActions();
  return findDestinations(text, {
    systems: systems.data ?? [],
    alerts: isLong && settled === text.trim() ? (alerts.data?.items ?? []) : [],
    actions,
  });
}

function useActions(): Destination[] {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const system = useColorScheme();
  const isDark = (colorScheme === 'auto' ? system : colorScheme) === 'dark';
  return [
    {
      key: 'colours',
      title: isDark ? 'Light colours' : 'Dark colours',
      icon: isDark ? <SunIcon /> : <MoonIcon />,
      to: () => setColorScheme(isDark ? 'light' : 'dark'),
    },
    { key: 'density', title: 'Change the height of rows', icon: <RowsIcon />, to: toggleDensity },
    { key: 'side-bar', title: 'Narrow or wide side bar', icon: <RowsIcon />, to: toggleNarrow },
    {
      key: 'leave',
      title: 'Sign out',
      icon: <LeaveIcon />,
      to: () => {
        signOut().catch((thrown: unknown) => notify('failed', `Not signed out. ${describeProblem(thrown)}`));
      },
    },
  ];
}
