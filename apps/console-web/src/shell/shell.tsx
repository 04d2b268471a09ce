import { Alert, AppShell } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Suspense, useEffect, useRef, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { connectionState } from '../api/connection-state.js';
import { useSharedState } from '../api/create-state.js';
import { focusTitle } from '../design/page-focus.js';
import { useEvents, useHealing } from '../events/follow-events.js';
import { ListLoading } from '../lists/list-states.js';
import { isNarrowState } from '../view-settings/view-settings.js';
import { timeZoneState } from '../texts/formats.js';
import { GoAnywhere } from './go-anywhere.js';
import { ShortcutsDialog } from './shortcuts-dialog.js';
import { useGlobalKeys } from './use-global-keys.js';
import { useMarkedPlace } from './use-marked-place.js';
import { useRowClicks } from './use-row-clicks.js';
import { Navigation } from './navigation.js';
import { PageRoutes } from './page-routes.js';
import { TopBar } from './top-bar.js';

export function Shell(): ReactElement {
  const client = useQueryClient();
  useEvents(client);
  useHealing(client);
  const [isNavigationOpen, navigation] = useDisclosure(false);
  const isNarrow = useSharedState(isNarrowState);
  const zone = useSharedState(timeZoneState);
  const [isGoing, going] = useDisclosure(false);
  const [isHelping, helping] = useDisclosure(false);
  useGlobalKeys({ onGoAnywhere: going.open, onShowShortcuts: helping.open });
  useFocusOnNavigation();
  useRowClicks();
  useMarkedPlace();
  return (
    <AppShell
      className="page"
      layout="alt"
      transitionDuration={0}
      header={{ height: 52 }}
      navbar={{
        width: isNarrow ? { base: 244, md: 64 } : 244,
        breakpoint: 'md',
        collapsed: { mobile: !isNavigationOpen },
      }}
      padding={{ base: 'sm', sm: 'md' }}
    >
      <a className="skip-link" href="#page-title">
        Skip to the page
      </a>
      <Navigation onNavigate={navigation.close} isNarrow={isNarrow} />
      <AppShell.Header>
        <TopBar
          isNavigationOpen={isNavigationOpen}
          onToggleNavigation={navigation.toggle}
          onGoAnywhere={going.open}
          onShowShortcuts={helping.open}
        />
      </AppShell.Header>
      <AppShell.Main>
        <div className="main">
          <ConnectionLost />
          <Suspense fallback={<ListLoading what="the page" />}>
            {/* Another zone is another text of every time on the page. */}
            <PageRoutes key={zone ?? ''} />
          </Suspense>
        </div>
      </AppShell.Main>
      <GoAnywhere isOpen={isGoing} onClose={going.close} />
      <ShortcutsDialog isOpen={isHelping} onClose={helping.close} />
    </AppShell>
  );
}

function ConnectionLost(): ReactElement | null {
  if (useSharedState(connectionState) === 'answering') return null;
  return (
    <Alert
      className="connection-lost"
      color="orange"
      variant="filled"
      autoContrast
      role="alert"
      title="Connection lost"
    >
      The console does not answer. What is shown may be old; nothing you typed is lost. This page goes on
      trying.
    </Alert>
  );
}

function useFocusOnNavigation(): void {
  const [location] = useLocation();
  const before = useRef(location);
  useEffect(() => {
    if (before.current === location) return;
    before.current = location;
    focusTitle();
    window.scrollTo(0, 0);
  }, [location]);
}
