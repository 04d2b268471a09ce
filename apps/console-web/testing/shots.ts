import type { Page } from 'playwright-core';
import type { FakeOptions } from './fake-console/fake-console.js';

/** A page, or a window over one, as it is looked at: in light, dark and on a phone. */
export interface Shot {
  readonly name: string;
  readonly path: string;
  readonly options?: FakeOptions;
  /** What has to be seen before the picture is taken. */
  readonly shows: string;
  readonly prepare?: (page: Page) => Promise<void>;
}

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const windowWith = (page: Page, text: string) => page.getByRole('dialog').getByText(text).first().waitFor();

const shots: readonly Shot[] = [
  { name: 'sign-in', path: '/', options: { isSignedIn: false }, shows: 'Sign in' },
  { name: 'external-systems', path: '/external-systems', shows: 'mx-berlin-2' },
  {
    name: 'external-systems-empty',
    path: '/external-systems',
    options: { isEmpty: true },
    shows: 'No external system has called yet',
  },
  {
    name: 'external-systems-auditor',
    path: '/external-systems',
    options: { role: 'auditor' },
    shows: 'mx-berlin-2',
  },
  {
    name: 'system',
    path: '/external-systems',
    shows: 'fileserver-hq',
    prepare: async (page) => {
      await page.getByRole('link', { name: 'fileserver-hq' }).click();
      await page.getByRole('tab', { name: 'Python' }).click();
      await page.getByText('import hashlib').waitFor();
    },
  },
  {
    name: 'accept-window',
    path: '/external-systems',
    shows: 'mx-berlin-2',
    prepare: async (page) => {
      await press(page, /^Accept nextcloud/);
      await windowWith(page, 'The ID is in use');
    },
  },
  {
    name: 'policy-window',
    path: '/external-systems',
    shows: 'fileserver-hq',
    prepare: async (page) => {
      await press(page, /^More for fileserver-hq/);
      await page.getByRole('menuitem', { name: /^Edit/ }).click();
      await page.getByRole('combobox', { name: 'A part is encrypted' }).click();
      await page.getByRole('option', { name: /^Not detected/ }).click();
      await windowWith(page, 'Malware can pass');
    },
  },
  {
    name: 'mail-policy-window',
    path: '/external-systems',
    shows: 'mx-berlin-1',
    prepare: async (page) => {
      await press(page, /^More for mx-berlin-1/);
      await page.getByRole('menuitem', { name: 'What it does with mail' }).click();
      await page.getByRole('combobox', { name: 'Sluice is away' }).click();
      await page.getByRole('option', { name: /^Deliver/ }).click();
      await windowWith(page, 'Malware can be delivered');
    },
  },
  {
    name: 'delete-window',
    path: '/external-systems',
    shows: 'mx-berlin-2',
    prepare: async (page) => {
      await press(page, /^Delete dlp-gateway/);
      await windowWith(page, 'The certificate is forgotten');
    },
  },
  { name: 'dashboard', path: '/', shows: 'Time to verdict, mail sensors' },
  {
    name: 'dashboard-troubled',
    path: '/',
    options: { isTroubled: true },
    shows: 'Utilisation of the scanners',
  },
  { name: 'alerts', path: '/alerts', options: { pageSize: 14 }, shows: 'Seen before' },
  { name: 'alerts-empty', path: '/alerts', options: { isEmpty: true }, shows: 'No alerts' },
  {
    name: 'alerts-selected',
    path: '/alerts',
    options: { pageSize: 14 },
    shows: 'Seen before',
    prepare: async (page) => {
      await page.getByRole('checkbox', { name: 'Select all on this page' }).click({ force: true });
      await press(page, 'Select all that match the filter');
      await press(page, 'Close');
      await page.getByText('Close 80 alerts?').waitFor();
    },
  },
  { name: 'alert', path: '/alerts/4209', shows: 'What was detected' },
  { name: 'alert-mail', path: '/alerts/4208', shows: 'Message headers (unverified)' },
  { name: 'scans', path: '/scans', options: { pageSize: 14 }, shows: 'Not detected' },
  { name: 'scans-empty', path: '/scans', options: { isEmpty: true }, shows: 'No scans yet' },
  {
    name: 'scan',
    path: '/scans',
    shows: 'Not detected',
    prepare: async (page) => {
      await page.locator('tr', { hasText: 'Not examined' }).getByRole('link').first().click();
      await page.getByText('Scan again').waitFor();
    },
  },
  { name: 'quarantine', path: '/quarantine', shows: 'Contract, signed' },
  {
    name: 'mail-preview',
    path: '/quarantine',
    options: { canReadMail: true },
    shows: 'Contract, signed',
    prepare: async (page) => {
      await press(page, 'Read Contract, signed');
      await page.getByLabel('Reason').fill('Ticket 7');
      await page.getByRole('dialog').getByRole('button', { name: 'Read' }).click();
      await windowWith(page, 'Dear Anna');
    },
  },
  { name: 'failed-jobs', path: '/failed-jobs', shows: 'broken.rar' },
  { name: 'failed-jobs-empty', path: '/failed-jobs', options: { isEmpty: true }, shows: 'No failed jobs' },
  { name: 'health', path: '/health', options: { isTroubled: true }, shows: 'gateway-2' },
  { name: 'settings', path: '/settings', shows: 'Largest object' },
  { name: 'operators', path: '/operators', shows: 'SIEM export' },
  {
    name: 'operator-window',
    path: '/operators',
    shows: 'SIEM export',
    prepare: async (page) => {
      await press(page, 'Edit m.weber');
      await windowWith(page, 'Suspended');
    },
  },
  { name: 'audit', path: '/audit', shows: 'Accepted a system' },
  {
    name: 'profile',
    path: '/profile',
    shows: 'Change the password',
    prepare: async (page) => {
      await page.getByLabel('Your password').fill('right');
      await press(page, 'Set up a second factor');
      await page.getByRole('img', { name: 'QR code of the key below' }).waitFor();
    },
  },
  {
    name: 'shortcuts',
    path: '/external-systems',
    shows: 'mx-berlin-2',
    prepare: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'go-anywhere',
    path: '/settings',
    shows: 'Largest object',
    prepare: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Go to a page, system, alert or hash' }).fill('inv');
      await page.getByRole('option').nth(1).waitFor();
    },
  },
];

const isToWatch = ({ path }: Shot): boolean => /^\/($|alerts|scans|quarantine|failed-jobs|health)/.test(path);
/** In groups, so that they can be looked at side by side. */
export const watchShots = shots.filter(isToWatch);
export const manageShots = shots.filter((shot) => !isToWatch(shot));
