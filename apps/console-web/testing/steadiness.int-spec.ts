import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { findFreePort } from '@sluice/private-servers';
import { openChromium } from './chromium.js';
import { FakeConsole } from './fake-console/fake-console.js';
import { serveFake, type FakeServer } from './fake-console/serve-fake.js';

const dist = path.resolve(import.meta.dirname, '../dist');
/** Long enough that every page is painted before its data is there. */
const delayMs = 250;
/** A page whose parts move by less doesn't move for the eye; Chromium calls up to 0.1 good. */
const largestShift = 0.02;

let browser: Browser;
beforeAll(async () => {
  browser = await openChromium();
});
afterAll(() => browser.close());

async function withPage(
  { fake, delayMs: waitMs = 0 }: { fake: FakeConsole; delayMs?: number },
  run: (page: Page, server: FakeServer) => Promise<void>,
): Promise<void> {
  // While it is away no one else gets this one.
  const server = await serveFake(fake, dist, { delayMs: waitMs, port: await findFreePort() });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  try {
    await run(await context.newPage(), server);
  } finally {
    await context.close();
    await server.close();
  }
}

describe('layout', () => {
  it.each([
    ['/', 'Time to verdict, mail sensors'],
    ['/external-systems', 'mx-berlin-2'],
    ['/alerts', 'Seen before'],
    ['/alerts/4208', 'Message headers (unverified)'],
    ['/scans', 'Not detected'],
    ['/settings', 'Largest object'],
    ['/health', 'gateway-2'],
  ])('of %s does not shift while its data arrives', async (at, shows) => {
    await withPage({ fake: new FakeConsole(), delayMs }, async (page, server) => {
      await page.addInitScript(() => {
        const seen: { value: number; nodes: string[] }[] = [];
        Object.assign(globalThis, { shifts: seen });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & {
            value: number;
            hadRecentInput: boolean;
            sources: { node: Node | null }[];
          })[])
            if (!entry.hadRecentInput)
              seen.push({
                value: entry.value,
                nodes: entry.sources.map(({ node }) =>
                  node instanceof Element ? node.outerHTML.slice(0, 120) : String(node),
                ),
              });
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await page.goto(`${server.url}${at}`);
      await page.getByText(shows).first().waitFor();
      await page.waitForLoadState('networkidle').catch(() => undefined);
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
      const shifts = await page.evaluate(
        () => (globalThis as unknown as { shifts: { value: number; nodes: string[] }[] }).shifts,
      );
      const sum = shifts.reduce((total, one) => total + one.value, 0);
      expect([sum < largestShift, sum < largestShift ? [] : shifts]).toEqual([true, []]);
    });
  });
});

describe('a lost connection', () => {
  it('is shown, leaves what was typed, and heals by itself', async () => {
    const fake = new FakeConsole();
    await withPage({ fake }, async (page, server) => {
      await page.goto(`${server.url}/external-systems`);
      await page.getByRole('button', { name: 'Pre-register a system' }).click();
      const field = page.getByRole('textbox', { name: 'ID', exact: true });
      await field.fill('typed-before');
      const port = Number(new URL(server.url).port);
      await server.close();
      await page.getByRole('alert').getByText('Connection lost').waitFor();
      // What happened meanwhile is seen as soon as it is back, not at the next refresh.
      fake.systems = fake.systems.filter((one) => one.sensorId !== 'dlp-gateway');
      const back = await serveFake(fake, dist, { port });
      try {
        await page.getByText('Connection lost').waitFor({ state: 'detached' });
        expect(await field.inputValue()).toBe('typed-before');
        await page.getByText('dlp-gateway').waitFor({ state: 'detached' });
      } finally {
        await back.close();
      }
    });
  });
});
