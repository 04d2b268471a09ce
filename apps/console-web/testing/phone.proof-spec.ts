import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openChromium } from './chromium.js';
import { FakeConsole } from './fake-console/fake-console.js';
import { serveFake, type FakeServer } from './fake-console/serve-fake.js';
import { states } from './page-states/every-page.js';

const dist = path.resolve(import.meta.dirname, '../dist');
/** A small phone, without what its browser keeps for itself. */
const screen = { width: 360, height: 740 };
const fewestAlerts = 4;

describe('on a phone', () => {
  let browser: Browser;
  let server: FakeServer;
  let page: Page;
  const fake = new FakeConsole(states.troubled);

  beforeAll(async () => {
    browser = await openChromium();
    server = await serveFake(() => fake, dist);
    page = await browser.newPage({ viewport: screen, locale: 'en-GB' });
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const open = async (at: string) => {
    await page.goto(`${server.url}${at}`);
    await page.locator('main tbody tr').first().waitFor();
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
  };

  it('at least four alerts are in sight, and each says what, when, about what and how bad', async () => {
    await open('/alerts');
    const rows = await page.locator('main tbody tr').evaluateAll((all) =>
      all.map((row) => ({
        bottom: row.getBoundingClientRect().bottom,
        seen: [...row.querySelectorAll('td')]
          .filter((cell) => cell.getBoundingClientRect().height > 0)
          .map((cell) => cell.dataset['label'] ?? ''),
      })),
    );
    expect(rows.filter(({ bottom }) => bottom <= screen.height).length).toBeGreaterThanOrEqual(fewestAlerts);
    for (const { seen } of rows)
      expect(seen).toEqual(
        expect.arrayContaining(['Created', 'Importance', 'Detected', 'Object or mail', 'Source', 'State']),
      );
  });

  it.each(['/scans', '/failed-jobs', '/quarantine'])('%s has a row in three lines or four', async (at) => {
    await open(at);
    const heights = await page
      .locator('main tbody tr')
      .evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height));
    expect(heights.filter((height) => height > 130)).toEqual([]);
  });

  it('the buttons of an alert are in sight when it opens', async () => {
    await open(`/alerts/${fake.alerts[0]?.id}`);
    for (const name of ['Acknowledge', 'Close']) {
      const box = await page.getByRole('button', { name, exact: true }).boundingBox();
      expect((box?.y ?? screen.height) + (box?.height ?? 0)).toBeLessThanOrEqual(screen.height);
    }
  });

  it('the menu that covers the page is closed by a button on it', async () => {
    await open('/alerts');
    await page.getByRole('button', { name: 'Open the list of pages' }).click();
    const isOpen = (expected: boolean) =>
      page.waitForFunction(
        (open) => (document.querySelector('nav.nav')?.getBoundingClientRect().right ?? 0) > 0 === open,
        expected,
      );
    await isOpen(true);
    await page.getByRole('button', { name: 'Close the menu' }).click();
    await isOpen(false);
    expect(new URL(page.url()).pathname).toBe('/alerts');
  });
});
