import { AppShell, CloseButton } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useLiveState } from '../events/live-state.js';
import { formatNumber } from '../texts/formats.js';
import { ChevronLeftIcon, ChevronRightIcon } from '../design/icons.js';
import { toggleNarrow } from '../view-settings/view-settings.js';
import { Brand } from '../design/brand.js';
import { pages, type PageEntry } from './pages.js';

const groups = ['Watch', 'Manage'] as const;

interface NavigationProps {
  readonly onNavigate: () => void;
  /** Icons only; the names are read out and shown on hover. */
  readonly isNarrow: boolean;
}

export function Navigation({ onNavigate, isNarrow }: NavigationProps): ReactElement {
  return (
    <AppShell.Navbar className="nav" p="sm" aria-label="Pages" data-narrow={isNarrow || undefined}>
      <div className="nav-top">
        <Brand />
        <CloseButton
          className="nav-close"
          hiddenFrom="md"
          size="lg"
          aria-label="Close the menu"
          onClick={onNavigate}
        />
      </div>
      {groups.map((group) => (
        <div key={group} role="group" aria-label={group}>
          <div className="nav-group" aria-hidden="true">
            {group}
          </div>
          {pages
            .filter((page) => page.group === group)
            .map((page) => (
              <NavigationLink key={page.path} page={page} onNavigate={onNavigate} />
            ))}
        </div>
      ))}
      <button
        type="button"
        className="nav-link nav-narrower"
        aria-pressed={isNarrow}
        title={isNarrow ? 'Wide side bar' : 'Narrow side bar'}
        onClick={toggleNarrow}
      >
        {isNarrow ? <ChevronRightIcon /> : <ChevronLeftIcon />}
        <span>Narrow side bar</span>
      </button>
    </AppShell.Navbar>
  );
}

function NavigationLink({
  page,
  onNavigate,
}: {
  readonly page: PageEntry;
  readonly onNavigate: () => void;
}): ReactElement {
  const [location] = useLocation();
  const isHere = page.path === '/' ? location === '/' : location.startsWith(page.path);
  return (
    <Link
      href={page.path}
      className="nav-link"
      title={page.title}
      onClick={onNavigate}
      {...(isHere ? { 'aria-current': 'page' as const } : {})}
    >
      {page.icon}
      <span>{page.title}</span>
      <PageBadge path={page.path} />
    </Link>
  );
}

function PageBadge({ path }: { readonly path: string }): ReactNode {
  const live = useLiveState();
  if (path === '/external-systems') return badge(live?.pendingRequests, 'requests', 'waiting for a decision');
  if (path === '/alerts') return badge(live?.newAlerts, 'alerts', 'new');
  const problems = live?.problems ?? {};
  if (path === '/health') return badge(sum(Object.values(problems)), 'problems', 'problems');
  if (path === '/failed-jobs') return badge(live?.failedJobs, 'problems', 'failed jobs');
  // A number would be read as that of the channels.
  if (path === '/notifications')
    return badge(problems['/notifications/channels'], 'problems', 'problems', '!');
  return null;
}

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);

const mostShown = 999;
function badge(count: number | undefined, kind: string, words: string, shown?: string): ReactNode {
  if (count === undefined || count === 0) return null;
  return (
    <strong className="nav-badge" data-kind={kind} aria-label={`${formatNumber(count)} ${words}`}>
      {shown ?? (count > mostShown ? `${mostShown}+` : count)}
    </strong>
  );
}
