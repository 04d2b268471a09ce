import type { ReactNode } from 'react';
import { withQuery } from '../api/ask.js';
import { AlertIcon, ScanIcon, UserIcon } from '../design/icons.js';
import { innerPages, pages } from './pages.js';

export interface Destination {
  readonly path: string;
  readonly title: string;
  readonly icon: ReactNode;
}

const profile: Destination = { path: '/profile', title: 'Profile', icon: <UserIcon /> };

/** Pages whose title holds every word, and searches for what was typed. Never empty. */
export function findDestinations(typed: string): readonly Destination[] {
  const text = typed.trim();
  const words = text.toLowerCase().split(/\s+/);
  const titled = [...pages, profile, ...(text === '' ? [] : innerPages)].filter((page) =>
    words.every((word) => page.title.toLowerCase().includes(word)),
  );
  return text === '' ? titled : [...titled, ...searches(text)];
}

const searches = (text: string): Destination[] => [
  { path: withQuery('/scans', { q: text }), title: `Scans with “${text}”`, icon: <ScanIcon /> },
  { path: withQuery('/alerts', { q: text }), title: `Alerts with “${text}”`, icon: <AlertIcon /> },
];
