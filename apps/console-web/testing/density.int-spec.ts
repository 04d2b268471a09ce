import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openChromium } from './chromium.js';
import { everyTable } from './every-table.js';
import { FakeConsole } from './fake-console/fake-console.js';
import { createSampler, sampleId } from './fake-console/sample-numbers.js';
import { sampleSystem } from './fake-console/sample-systems.js';
import { serveFake, type FakeServer } from './fake-console/serve-fake.js';
import { everyPage, states } from './page-states/every-page.js';

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
/** What was found and what was not seen: a place within an object may be longer than a line, and is never cut. */
const wholeTables: readonly string[] = ['Detections', 'Not examined'];
/** Where each table of the console is seen: one that is missing here is named by the last of the specs. */
const tablesOfPages: Readonly<Record<string, readonly string[]>> = {
  dashboard: ['Top systems', 'Unfinished scans by queue and priority', 'Scanners', 'Engines'],
  alerts: ['Alerts'],
  'alert-groups': ['Groups of alerts'],
  alert: ['Detections', 'Engines'],
  scans: ['Scans'],
  scan: ['Not examined', 'Engines'],
  quarantine: ['Quarantine'],
  'failed-jobs': ['Failed jobs'],
  health: ['Services', 'Engines', 'Unfinished scans by queue and priority', 'History of causes'],
  'external-systems': ['Server list'],
  channels: ['Channels'],
  rules: ['Rules'],
  deliveries: ['Deliveries'],
  operators: ['Operators', 'API tokens'],
  audit: ['Audit log'],
};

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

describe('lists and tables on a screen of 1440 by 900', () => {
  let browser: Browser;
  let server: FakeServer;
  let page: Page;
  let shown: FakeConsole;

  beforeAll(async () => {
    browser = await openChromium();
    server = await serveFake(() => shown, dist);
    page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
      // What moves is painted again and again, without a graphics card.
      reducedMotion: 'reduce',
    });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const open = async (at: string, tables: readonly string[]) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${server.url}${at}`);
    for (const name of tables)
      await page.getByRole('table', { name, exact: true }).locator('tbody tr').first().waitFor();
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
  };
  const rowBoxes = () =>
    page
      .locator('.is-dense tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => row.getBoundingClientRect()).map(({ bottom, height }) => ({ bottom, height })),
      );

  // Loaded once for all that is looked at, which is what takes the time.
  describe.each([...lists, ...otherLists])('%s', (at, name) => {
    beforeAll(async () => {
      shown = fullConsole();
      await open(at, [name]);
    });

    it('shows at least 16 rows of 36 to 40 px', async () => {
      const boxes = await rowBoxes();
      expect(boxes.filter(({ height }) => height < 36 || height > 40)).toEqual([]);
      expect(boxes.filter(({ bottom }) => bottom <= 900).length).toBeGreaterThanOrEqual(fewestRows);
    });
    if (otherLists.some(([known]) => known === at)) return;

    it('keeps its header in sight', async () => {
      await page.evaluate(() => window.scrollTo(0, 500));
      const header = await page.locator('.is-dense thead th').nth(1).boundingBox();
      expect(header?.y).toBe(52);
    });

    it('is a table from 760 px on, and no wider than the window', async () => {
      await page.setViewportSize({ width: 760, height: 900 });
      const boxes = await rowBoxes();
      expect(boxes.filter(({ height }) => height < 36 || height > 40)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(760);
      await page.setViewportSize({ width: 700, height: 900 });
      expect((await rowBoxes()).every(({ height }) => height > 60)).toBe(true);
    });
  });

  describe('each table', () => {
    it.each(Object.entries(tablesOfPages))(
      'of the page %s has rows of 36 to 40 px, from 760 px of width on',
      async (name, tables) => {
        shown = new FakeConsole(states.troubled);
        const one = everyPage.find((known) => known.name === name);
        await open(one?.pathOf(shown) ?? '/nowhere', tables);
        const faults: string[] = [];
        for (const width of [1440, 1280, 1024, 760]) {
          await page.setViewportSize({ width, height: 900 });
          for (const table of await tablesOf(page)) {
            const wrong = table.heights.filter((height) => height < 36 || height > 40);
            const mayBeMore = wholeTables.includes(table.name) && wrong.every((height) => height > 40);
            if (wrong.length > 0 && !mayBeMore) faults.push(`${width}: ${table.name} ${wrong.join()}`);
            faults.push(...table.slivers.map((text) => `${width}: ${table.name} hardly shows “${text}”`));
            if (table.rowsWithoutName > 0)
              faults.push(`${width}: ${table.rowsWithoutName} rows of ${table.name} name nothing`);
          }
        }
        expect(faults).toEqual([]);
      },
    );

    it('that stands in the sources is measured on a page', () => {
      const measured = Object.values(tablesOfPages).flat();
      expect(everyTable().filter(({ name }) => !measured.includes(name))).toEqual([]);
    });
  });
});

/** What is cut may not be cut to less than this, in px: some eight letters, and of what names the row some seventeen. */
const leastOfText = 52;
const leastOfName = 120;

interface TableSeen {
  readonly name: string;
  readonly heights: number[];
  /** Text of which hardly anything is seen, whatever column it stands in. */
  readonly slivers: string[];
  readonly rowsWithoutName: number;
}

/** What is said of a row below it, as wide as the table, is text and may take more lines. */
const tablesOf = (page: Page): Promise<TableSeen[]> =>
  page.locator('main table').evaluateAll(
    (tables, { leastOfText: least, leastOfName: leastOfTheName }) => {
      /** Wrapped out of its line, as a whole: its title and its own page say it. */
      const isOut = (text: Element): boolean => {
        const line = text.closest('.cell-line')?.getBoundingClientRect();
        return line !== undefined && text.getBoundingClientRect().top >= line.bottom - 1;
      };
      const isSliver = (text: Element): boolean =>
        text.scrollWidth > text.clientWidth + 1 &&
        text.getBoundingClientRect().height > 0 &&
        !isOut(text) &&
        text.clientWidth < (text.closest('.col-name') === null ? least : leastOfTheName);
      return tables.map((table) => {
        const rows = [...table.querySelectorAll('tbody tr:not(.row-remark)')];
        return {
          name: table.getAttribute('aria-label') ?? '',
          heights: rows.map((row) => row.getBoundingClientRect().height),
          slivers: [
            ...[...table.querySelectorAll('td .cell-text, td .row-link')].filter(isSliver),
            // Numbers, dates and states stand in their cell alone, and whole.
            ...[...table.querySelectorAll('td')].filter(
              (cell) => cell.querySelector('.cell-text') === null && cell.scrollWidth > cell.clientWidth + 1,
            ),
          ].map((text) => text.textContent),
          rowsWithoutName: rows.filter((row) => row.querySelector('.col-name') === null).length,
        };
      });
    },
    { leastOfText, leastOfName },
  );
