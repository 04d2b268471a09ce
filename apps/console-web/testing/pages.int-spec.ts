import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openChromium } from './chromium.js';
import { FakeConsole, type FakeOptions } from './fake-console/fake-console.js';
import { serveFake } from './fake-console/serve-fake.js';

const root = path.resolve(import.meta.dirname, '../../..');
const dist = path.join(root, 'apps/console-web/dist');
const pictures = path.join(root, 'test-output/screenshots');
const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const views = [
  { name: 'light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: '360', width: 360, height: 780, colorScheme: 'light' },
] as const;

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly options?: FakeOptions;
  /** What has to be seen before the picture is taken. */
  readonly shows: string;
  readonly prepare?: (page: Page) => Promise<void>;
}

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
    name: 'accept-window',
    path: '/external-systems',
    shows: 'mx-berlin-2',
    prepare: async (page) => {
      await page.getByRole('button', { name: /^Accept nextcloud/ }).click();
      await page.getByRole('dialog').getByText('The ID is in use').waitFor();
    },
  },
  { name: 'dashboard', path: '/', shows: 'Time to verdict, mail sensors' },
  {
    name: 'dashboard-troubled',
    path: '/',
    options: { isTroubled: true },
    shows: 'Time to verdict, mail sensors',
  },
  { name: 'alerts', path: '/alerts', shows: 'Seen before' },
  { name: 'alerts-empty', path: '/alerts', options: { isEmpty: true }, shows: 'No alerts' },
  { name: 'alert', path: '/alerts/4209', shows: 'What was detected' },
  { name: 'scans', path: '/scans', shows: 'Not detected' },
  { name: 'failed-jobs', path: '/failed-jobs', shows: 'broken.rar' },
  { name: 'health', path: '/health', options: { isTroubled: true }, shows: 'gateway-2' },
  { name: 'settings', path: '/settings', shows: 'Largest object' },
  { name: 'operators', path: '/operators', shows: 'SIEM export' },
  { name: 'audit', path: '/audit', shows: 'Accepted a system' },
  { name: 'profile', path: '/profile', shows: 'Change the password' },
  {
    name: 'shortcuts',
    path: '/external-systems',
    shows: 'mx-berlin-2',
    prepare: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
];

let browser: Browser;
let axe: string;

beforeAll(async () => {
  [browser, axe] = await Promise.all([
    openChromium(),
    readFile(axeFile, 'utf8'),
    mkdir(pictures, { recursive: true }),
  ]);
}, 30_000);
afterAll(() => browser.close());

describe.each(views)('pages, $name', (view) => {
  it.each(shots.map((shot) => [shot.name, shot] as const))(
    '%s has no fault that axe finds, and nothing its policy forbids',
    async (_name, shot) => {
      const server = await serveFake(new FakeConsole(shot.options), dist);
      const context = await browser.newContext({
        viewport: { width: view.width, height: view.height },
        colorScheme: view.colorScheme,
        reducedMotion: 'reduce',
        bypassCSP: false,
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
      });
      try {
        const page = await context.newPage();
        const complaints = listen(page);
        await page.goto(`${server.url}${shot.path}`);
        await page.getByText(shot.shows).first().waitFor();
        await shot.prepare?.(page);
        await page.evaluate(() => document.fonts.ready.then(() => undefined));
        if (shot.prepare === undefined)
          await page.setViewportSize({ width: view.width, height: await heightOf(page) });
        await page.screenshot({
          path: path.join(pictures, `${shot.name}-${view.name}.png`),
        });
        expect(await violations(page)).toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        expect(complaints).toEqual([]);
      } finally {
        await context.close();
        await server.close();
      }
    },
    60_000,
  );
});

/** Errors of the page and of its policy. A request that is refused (401 before the sign-in) is none. */
function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) complaints.push(text);
  });
  return complaints;
}

/** WCAG 2.2 A and AA. Evaluated by the debugger, which the page's policy doesn't bind. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    interface Axe {
      run(
        context: Document,
        options: object,
      ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
    }
    const { axe: checker } = globalThis as unknown as { axe: Axe };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const found = await checker.run(document, { runOnly: { type: 'tag', values: tags } });
    return found.violations.flatMap((one) =>
      one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
    );
  });
}

/** All of the page, with what is fixed to the window's edges at its place. */
const heightOf = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(window.innerHeight, document.documentElement.scrollHeight));

/** How far the page is wider than its window: nobody should scroll sideways to read. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
