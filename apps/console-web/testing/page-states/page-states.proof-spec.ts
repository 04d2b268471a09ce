import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openChromium } from '../chromium.js';
import { FakeConsole } from '../fake-console/fake-console.js';
import { serveFake, type FakeServer } from '../fake-console/serve-fake.js';
import { writeContactSheet } from './contact-sheet.js';
import { everyPage, states, type EveryPage, type StateName } from './every-page.js';
import { findFaults } from './find-faults.js';

const root = path.resolve(import.meta.dirname, '../../../..');
const dist = path.join(root, 'apps/console-web/dist');
/** Where the pictures go: `PICTURES=FOLDER npm run proofs -- page-states`. */
const pictures = path.resolve(root, process.env['PICTURES'] ?? 'test-output/page-states');
const widths = [1440, 1280, 760, 360] as const;
const themes = ['light', 'dark'] as const;
const views = widths.flatMap((width) => themes.map((theme) => ({ width, theme })));
type View = (typeof views)[number];
/** Small enough to be looked at whole, large enough to be read. */
const sheets = {
  1440: { columns: 2, widthPx: 768, heightPx: 760, perSheet: 4 },
  1280: { columns: 2, widthPx: 768, heightPx: 760, perSheet: 4 },
  760: { columns: 4, widthPx: 376, heightPx: 760, perSheet: 8 },
  360: { columns: 6, widthPx: 248, heightPx: 760, perSheet: 12 },
} as const;
const shownMs = 20_000;

const pictureOf = (state: StateName, { name }: EveryPage, { width, theme }: View): string =>
  path.join(pictures, `${name}-${state}-${width}-${theme}.png`);

let browser: Browser;
let context: BrowserContext;
let fake: FakeConsole;
let server: FakeServer;

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  browser = await openChromium();
  server = await serveFake(() => fake, dist);
  context = await browser.newContext({
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});

describe.each(Object.keys(states) as StateName[])('every page, %s', (state) => {
  it.each(everyPage.map((one) => [one.name, one] as const))(
    '%s has nothing cut, covered or too wide, in any width and theme',
    async (_, one) => {
      fake = new FakeConsole({ ...states[state], ...one.options });
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      try {
        await page.goto(`${server.url}${one.pathOf(fake)}`);
        await settled(page);
        const faults: string[] = [];
        for (const view of views) {
          await show(page, view);
          await page.screenshot({ path: pictureOf(state, one, view) });
          const found = await findFaults(page);
          faults.push(...found.map((fault) => `${view.width} ${view.theme}: ${fault}`));
        }
        expect([...faults, ...errors]).toEqual([]);
      } finally {
        await page.close();
      }
    },
  );

  it.each(views)('is on sheets, $width px wide, $theme', async (view) => {
    const { perSheet, ...layout } = sheets[view.width];
    for (let index = 0; index * perSheet < everyPage.length; index += 1)
      await writeContactSheet(context, {
        ...layout,
        pictures: everyPage
          .slice(index * perSheet, (index + 1) * perSheet)
          .map((one) => ({ name: one.name, file: pictureOf(state, one, view) })),
        file: path.join(pictures, `sheet-${state}-${view.width}-${view.theme}-${index + 1}.png`),
      });
  });
});

/** Nothing is being loaded any more: what failed says so, and no grey bars stand for what does not come. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ timeout: shownMs });
  await page.waitForFunction(
    () => document.querySelector('[aria-label^="Loading"], [data-loading], .mantine-Skeleton-root') === null,
    undefined,
    { timeout: shownMs },
  );
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

/** As high as all that is on it, with what is fixed to the window's edges at its place. */
async function show(page: Page, { width, theme }: View): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height: 900 });
  await page.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor();
  const height = await page.evaluate(() =>
    Math.max(window.innerHeight, document.documentElement.scrollHeight),
  );
  await page.setViewportSize({ width, height });
  // Charts follow their frame a moment later.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}
