import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openChromium } from './chromium.js';
import { FakeConsole } from './fake-console/fake-console.js';
import { createSampler, sampleId } from './fake-console/sample-numbers.js';
import { sampleSystem } from './fake-console/sample-systems.js';
import { serveFake, type FakeServer } from './fake-console/serve-fake.js';

const dist = path.resolve(import.meta.dirname, '../dist');
const fewestRows = 16;
const sampler = createSampler(12);
const lists = [
  ['/alerts', 'Alerts'],
  ['/scans', 'Scans'],
  ['/external-systems', 'Server list'],
  ['/notifications/deliveries', 'Deliveries'],
] as const;
const otherLists = [
  ['/quarantine', 'Quarantine'],
  ['/failed-jobs', 'Failed jobs'],
] as const;
/** Of a few rows each. */
const shortLists = [
  ['/notifications/channels', 'Channels'],
  ['/notifications/rules', 'Rules'],
  ['/operators', 'Operators'],
  ['/operators', 'API tokens'],
] as const;

/** Names longer than any column, which must not make a row higher. */
function fullConsole(): FakeConsole {
  const fake = new FakeConsole();
  const long = `${'a name without an end '.repeat(20)}.pdf`;
  fake.systems = Array.from({ length: 30 }, (_, index) =>
    sampleSystem({ sensorId: `fileserver-${index}`, name: index === 3 ? long : `File server ${index}` }),
  );
  fake.alerts = fake.alerts.map((alert, index) =>
    index === 2 ? { ...alert, object: { ...alert.object, name: long } } : alert,
  );
  const { items } = fake.quarantine;
  fake.quarantine.items = Array.from({ length: 5 }, () => items)
    .flat()
    .map((one) => ({ ...one, id: sampleId(sampler) }));
  const { failedJobs } = fake;
  fake.failedJobs = Array.from({ length: 10 }, () => failedJobs)
    .flat()
    .map((one, index) => ({ ...one, id: 100 - index }));
  const { deliveries } = fake.notifications;
  fake.notifications.deliveries = Array.from({ length: 4 }, () => deliveries)
    .flat()
    .map((one) => ({ ...one, id: sampleId(sampler) }));
  return fake;
}

describe('lists on a screen of 1440 by 900', () => {
  let browser: Browser;
  let server: FakeServer;
  let page: Page;

  beforeAll(async () => {
    browser = await openChromium();
    server = await serveFake(fullConsole(), dist);
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const open = async (at: string, name: string, width = 1440) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${server.url}${at}`);
    await page.getByRole('table', { name, exact: true }).locator('tbody tr').first().waitFor();
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
  };
  const rowBoxes = () =>
    page
      .locator('.is-dense tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => row.getBoundingClientRect()).map(({ bottom, height }) => ({ bottom, height })),
      );

  it.each([...lists, ...otherLists])('%s shows at least 16 rows of 36 to 40 px', async (at, name) => {
    await open(at, name);
    const boxes = await rowBoxes();
    expect(boxes.filter(({ height }) => height < 36 || height > 40)).toEqual([]);
    expect(boxes.filter(({ bottom }) => bottom <= 900).length).toBeGreaterThanOrEqual(fewestRows);
  });

  it.each(shortLists)('%s, %s: each row has 36 to 40 px, from 760 px of width on', async (at, name) => {
    for (const width of [1440, 1280, 760]) {
      await open(at, name, width);
      const boxes = await rowBoxes();
      expect(boxes.filter(({ height }) => height < 36 || height > 40)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
  });

  it.each(lists)('%s keeps its header in sight', async (at, name) => {
    await open(at, name);
    await page.evaluate(() => window.scrollTo(0, 500));
    const header = await page.locator('.is-dense thead th').nth(1).boundingBox();
    expect(header?.y).toBe(52);
  });

  it.each(lists)('%s is a table from 760 px on, and no wider than the window', async (at, name) => {
    await open(at, name, 760);
    const boxes = await rowBoxes();
    expect(boxes.filter(({ height }) => height < 36 || height > 40)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(760);
    await page.setViewportSize({ width: 700, height: 900 });
    expect((await rowBoxes()).every(({ height }) => height > 60)).toBe(true);
  });
});
