import type { Page } from 'playwright-core';
import type { Shot } from './shots.js';

const channels = '/notifications/channels';
const rules = '/notifications/rules';
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();

export const notificationShots: readonly Shot[] = [
  { name: 'channels', path: channels, shows: 'Unreachable, retrying' },
  {
    name: 'channel-window',
    path: channels,
    shows: 'Unreachable, retrying',
    prepare: async (page) => {
      await press(page, 'Add channel');
      await page.getByRole('radio', { name: 'Webhook' }).click();
      await page.getByText('Signs every call').waitFor();
    },
  },
  {
    name: 'channel-test',
    path: channels,
    shows: 'Unreachable, retrying',
    prepare: async (page) => {
      await press(page, 'Send a test through Mail to the security team');
      await press(page, 'Send the test');
      await page.getByText('The receiver took it').waitFor();
    },
  },
  { name: 'rules', path: rules, shows: 'headquarters (fileserver-hq)' },
  { name: 'rules-empty', path: rules, options: { isEmpty: true }, shows: 'Add a channel first' },
  {
    name: 'rule',
    path: rules,
    shows: 'High importance to the team',
    prepare: async (page) => {
      await page.getByRole('link', { name: 'High importance to the team', exact: true }).click();
      await page.getByText('What can stand in it?').click();
      await page.getByText('3 of the last 80 alerts').waitFor();
    },
  },
  {
    name: 'rule-operation',
    path: rules,
    shows: 'High importance to the team',
    prepare: async (page) => {
      await page.getByRole('link', { name: 'High importance to the team', exact: true }).click();
      await page.locator('label', { hasText: /^Operation$/ }).click();
      await page.getByLabel('What the health page shows').waitFor();
    },
  },
  { name: 'deliveries', path: '/notifications/deliveries', shows: 'setup.exe' },
  {
    name: 'delivery',
    path: '/notifications/deliveries',
    shows: 'setup.exe',
    prepare: async (page) => {
      await press(page, 'invoice_2026-11.zip');
      await page.getByText('Attempt 3').waitFor();
    },
  },
];
