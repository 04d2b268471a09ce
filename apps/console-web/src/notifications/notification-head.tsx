import type { ReactElement, ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { PageHead } from '../design/page-head.js';
import './notifications.css';

const parts = [
  { path: '/notifications/channels', name: 'Channels' },
  { path: '/notifications/rules', name: 'Rules' },
  { path: '/notifications/deliveries', name: 'Deliveries' },
] as const;

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}

/** What the three pages have on top: each has an address of its own, so these are links and no tabs. */
export function NotificationHead({ title, children, actions }: Props): ReactElement {
  const [location] = useLocation();
  return (
    <>
      <PageHead title={title} actions={actions}>
        {children}
      </PageHead>
      <nav className="parts" aria-label="Notifications">
        {parts.map(({ path, name }) => (
          <Link
            key={path}
            href={path}
            className="part"
            {...(location.startsWith(path) ? { 'aria-current': 'page' as const } : {})}
          >
            {name}
          </Link>
        ))}
      </nav>
    </>
  );
}
