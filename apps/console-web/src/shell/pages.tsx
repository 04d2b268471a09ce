import type { ReactNode } from 'react';
import {
  AlertIcon,
  AuditIcon,
  BellIcon,
  DashboardIcon,
  FailedIcon,
  HealthIcon,
  OperatorsIcon,
  QuarantineIcon,
  ScanIcon,
  SettingsIcon,
  SystemsIcon,
} from '../design/icons.js';

export interface PageEntry {
  readonly path: string;
  readonly title: string;
  readonly group: 'Watch' | 'Manage';
  readonly icon: ReactNode;
  /** Second key after `g`. */
  readonly key: string;
}

/** What the navigation and "go anywhere" lead to. */
export const pages: readonly PageEntry[] = [
  { path: '/', title: 'Dashboard', group: 'Watch', icon: <DashboardIcon />, key: 'd' },
  { path: '/alerts', title: 'Alerts', group: 'Watch', icon: <AlertIcon />, key: 'a' },
  { path: '/scans', title: 'Scans', group: 'Watch', icon: <ScanIcon />, key: 's' },
  { path: '/quarantine', title: 'Quarantine', group: 'Watch', icon: <QuarantineIcon />, key: 'q' },
  { path: '/failed-jobs', title: 'Failed jobs', group: 'Watch', icon: <FailedIcon />, key: 'f' },
  { path: '/health', title: 'System health', group: 'Watch', icon: <HealthIcon />, key: 'h' },
  { path: '/external-systems', title: 'External systems', group: 'Manage', icon: <SystemsIcon />, key: 'e' },
  { path: '/notifications', title: 'Notifications', group: 'Manage', icon: <BellIcon />, key: 'n' },
  { path: '/settings', title: 'Settings', group: 'Manage', icon: <SettingsIcon />, key: 't' },
  { path: '/operators', title: 'Operators and tokens', group: 'Manage', icon: <OperatorsIcon />, key: 'o' },
  { path: '/audit', title: 'Audit log', group: 'Manage', icon: <AuditIcon />, key: 'l' },
];

/** Pages below one of those, found by "go anywhere". */
export const innerPages: readonly Pick<PageEntry, 'path' | 'title' | 'icon'>[] = [
  { path: '/notifications/channels', title: 'Notification channels', icon: <BellIcon /> },
  { path: '/notifications/rules', title: 'Notification rules', icon: <BellIcon /> },
  { path: '/notifications/deliveries', title: 'Notification deliveries', icon: <BellIcon /> },
];
