import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openChromium } from './chromium.js';
import { FakeConsole } from './fake-console/fake-console.js';
import { serveFake, type FakeServer } from './fake-console/serve-fake.js';
import type { Shot } from './shots.js';

const root = path.resolve(import.meta.dirname, '../../..');
const dist = path.join(root, 'apps/console-web/dist');
const pictures = path.join(root, 'test-output/screenshots');
const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * The document is the same in all three, so each view is asked for what it alone can break: everything in the first,
 * contrast where the colours are others, and all but contrast where the widths are.
 */
const views = [
  { name: 'light', width: 1440, height: 900, colorScheme: 'light', checks: 'all' },
  { name: 'dark', width: 1440, height: 900, colorScheme: 'dark', checks: 'contrast' },
  { name: '360', width: 360, height: 780, colorScheme: 'light', checks: 'all-but-contrast' },
] as const;
const wcag = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
const checkOptions = {
  all: { runOnly: wcag },
  contrast: { runOnly: { type: 'rule', values: ['color-contrast'] } },
  'all-but-contrast': { runOnly: wcag, rules: { 'color-contrast': { enabled: false } } },
};

/** Specs that open each of these pages, in every view, and leave its pictures in test-output/screenshots. */
export function lookAtPages(group: string, shots: readonly Shot[]): void {
  let browser: Browser;
  let axe: string;
  let fake: FakeConsole;
  let server: FakeServer;
  let context: BrowserContext;

  beforeAll(async () => {
    [browser, axe] = await Promise.all([
      openChromium(),
      readFile(axeFile, 'utf8'),
      mkdir(pictures, { recursive: true }),
    ]);
    // One origin and one context for all: what Chromium compiled for the first page serves the others.
    server = await serveFake(() => fake, dist);
    context = await open(browser, views[0]);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  describe(`${group}, in light, dark and 360 px wide`, () => {
    it.each(shots.map((shot) => [shot.name, shot] as const))(
      '%s has no fault that axe finds, and nothing its policy forbids',
      async (_name, shot) => {
        fake = new FakeConsole(shot.options);
        const page = await context.newPage();
        try {
          const complaints = listen(page);
          await page.goto(`${server.url}${shot.path}`);
          await page.getByText(shot.shows).first().waitFor();
          await shot.prepare?.(page);
          await page.evaluate(() => document.fonts.ready.then(() => undefined));
          // What is about to be replaced is dimmed until then.
          await page.locator('[data-is-old]').first().waitFor({ state: 'detached' });
          await page.evaluate(axe);
          for (const view of views) {
            await show(page, view);
            await page.screenshot({ path: path.join(pictures, `${shot.name}-${view.name}.png`) });
            expect([view.name, await violations(page, view)]).toEqual([view.name, []]);
            expect([view.name, await overflow(page)]).toEqual([view.name, 0]);
          }
          expect(complaints).toEqual([]);
        } finally {
          await page.evaluate(() => localStorage.clear());
          await page.close();
        }
      },
    );
  });
}

type View = (typeof views)[number];

const open = (browser: Browser, { width, height, colorScheme }: View): Promise<BrowserContext> =>
  browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
    bypassCSP: false,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });

/** The page as it stands, seen otherwise: loading it anew would only take longer. As high as all that is on it. */
async function show(page: Page, { width, height, colorScheme }: View): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height });
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
  const isUnderWindow = (await page.getByRole('dialog').count()) > 0;
  if (!isUnderWindow) await page.setViewportSize({ width, height: await heightOf(page) });
  // Charts follow their frame a moment later.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

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
async function violations(page: Page, { checks }: View): Promise<string[]> {
  return page.evaluate(async (options) => {
    interface Axe {
      run(
        context: Document,
        options: object,
      ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
    }
    const { axe: checker } = globalThis as unknown as { axe: Axe };
    const found = await checker.run(document, options);
    return found.violations.flatMap((one) =>
      one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
    );
  }, checkOptions[checks]);
}

/** All of the page, with what is fixed to the window's edges at its place. */
const heightOf = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(window.innerHeight, document.documentElement.scrollHeight));

/** How far the page is wider than its window: no one should scroll sideways to read. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
