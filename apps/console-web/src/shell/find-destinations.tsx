import type { AlertRow, ExternalSystem } from '@sluice/console-api';
import type { ReactNode } from 'react';
import { withQuery } from '../api/ask.js';
import { AlertIcon, ScanIcon, SystemsIcon, UserIcon } from '../design/icons.js';
import { revealText } from '../texts/claimed-text.js';
import { innerPages, pages } from './pages.js';

export interface Destination {
  /** Tells it from the others of the list. */
  readonly key: string;
  readonly title: string;
  /** What tells it from others of the same title. */
  readonly note?: string;
  readonly icon: ReactNode;
  /** A page, or what is done instead of going to one. */
  readonly to: string | (() => void);
}

/** What is known besides the pages; alerts are those that the console found for this text. */
export interface Known {
  readonly systems: readonly ExternalSystem[];
  readonly alerts: readonly AlertRow[];
  readonly actions: readonly Destination[];
}

const mostSystems = 5;

/** Pages and actions whose title holds every word, systems and alerts, and searches for what was typed. Never empty. */
export function findDestinations(typed: string, { systems, alerts, actions }: Known): readonly Destination[] {
  const text = typed.trim();
  const words = text.toLowerCase().split(/\s+/);
  const holdsAll = (title: string) => words.every((word) => title.toLowerCase().includes(word));
  const ofPages = [...pages, profile, ...(text === '' ? [] : innerPages)]
    .filter(({ title }) => holdsAll(title))
    .map(({ path, title, icon }) => ({ key: path, title, icon, to: path }));
  if (text === '') return ofPages;
  return [
    ...ofPages,
    ...actions.filter(({ title }) => holdsAll(title)),
    ...systems
      .filter(({ sensorId, name, address }) => holdsAll(`${sensorId} ${name ?? ''} ${address ?? ''}`))
      .slice(0, mostSystems)
      .map(toSystem),
    ...alerts.map(toAlert),
    ...searches(text),
  ];
}

const profile = { path: '/profile', title: 'Profile', icon: <UserIcon /> };

const toSystem = ({ id, sensorId, name, state }: ExternalSystem): Destination => ({
  key: `system ${id}`,
  title: revealText(name === null || name === '' ? sensorId : name),
  note: `External system ${sensorId}, ${state}`,
  icon: <SystemsIcon />,
  to: `/external-systems/${id}`,
});

const toAlert = (alert: AlertRow): Destination => ({
  key: `alert ${alert.id}`,
  title: revealText(alert.message?.subject ?? alert.object.name ?? `Alert ${alert.id}`),
  note: `Alert ${alert.id}: ${alert.names[0] ?? 'no detection'}`,
  icon: <AlertIcon />,
  to: `/alerts/${alert.id}`,
});

const searches = (text: string): Destination[] => [
  { key: 'scans', to: withQuery('/scans', { q: text }), title: `Scans with “${text}”`, icon: <ScanIcon /> },
  {
    key: 'alerts',
    to: withQuery('/alerts', { q: text }),
    title: `Alerts with “${text}”`,
    icon: <AlertIcon />,
  },
];
