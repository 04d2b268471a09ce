import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import path from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { openChromium } from './chromium.js';
import { FakeConsole } from './fake-console/fake-console.js';
import { serveFake, type FakeServer } from './fake-console/serve-fake.js';

const dist = path.resolve(import.meta.dirname, '../dist');
const timeZone = 'Europe/Berlin';
const minuteMs = 60_000;
/** As the words beside the pointer have it. */
const words = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone,
});

/** Each chart, and what its steps lead to besides their time. */
const charts = [
  ['Scans per minute', 'accepted', {}],
  ['Detections and not examined per minute', 'finished', { state: 'detect' }],
  ['Unfinished scans', 'waited', { sort: 'oldest' }],
  ['Oldest unfinished scan', 'waited', { sort: 'oldest' }],
  ['Time to verdict, mail sensors', 'finished', { type: 'mail' }],
  ['Time to verdict, external systems', 'finished', { type: 'other' }],
  ['Utilisation of the scanners', 'finished', {}],
] as const;
const boundsOf = {
  accepted: ['from', 'until'],
  finished: ['finishedFrom', 'finishedUntil'],
  // Those that were there in the step: received before its end, finished after its begin.
  waited: ['finishedFrom', 'until'],
} as const;

let browser: Browser;
let server: FakeServer;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await openChromium();
  server = await serveFake(new FakeConsole({ isTroubled: true }), dist);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(async () => {
  context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: timeZone,
  });
  page = await context.newPage();
  await holdStill(page);
  await page.goto(server.url);
  await page.getByRole('img', { name: /^Chart of accepted scans/ }).waitFor();
});
afterEach(() => context.close());

/** The first answer for all that follow: points would move under the pointer when a minute ends. */
async function holdStill(on: Page): Promise<void> {
  const first = new Map<string, { status: number; body: string }>();
  await on.route(/\/api\/statistics/, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (!first.has(pathname)) {
      const response = await route.fetch();
      first.set(pathname, { status: response.status(), body: await response.text() });
    }
    await route.fulfill({ ...first.get(pathname), contentType: 'application/json' });
  });
}

const chartOf = (title: string): Locator => page.getByRole('region', { name: title, exact: true });

/** A point of the plot, as parts of its width; in sight. */
async function pointIn(title: string, part: number): Promise<{ x: number; y: number }> {
  const plot = chartOf(title).locator('.recharts-cartesian-grid').first();
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  if (box === null) throw new Error(`${title} has no plot`);
  return { x: box.x + box.width * part, y: box.y + box.height / 2 };
}

/** What stands beside the pointer: the step that is meant. */
async function hover(title: string, part: number): Promise<{ x: number; y: number; step: string }> {
  const point = await pointIn(title, part);
  await page.mouse.move(point.x - 30, point.y);
  await page.mouse.move(point.x, point.y, { steps: 5 });
  const tooltip = chartOf(title).locator('.recharts-tooltip-wrapper');
  await tooltip.getByText(/\d\d:\d\d/).waitFor();
  const [step = ''] = (await tooltip.innerText()).split('\n');
  return { ...point, step };
}

const parametersOf = (url: string): Record<string, string> => Object.fromEntries(new URL(url).searchParams);

describe('a click into a chart', () => {
  it.each(charts)('%s leads to the scans that were %s in that minute', async (title, kind, more) => {
    const { x, y, step } = await hover(title, 0.6);
    const asked = page.waitForRequest((request) =>
      /\/api\/scans\?.*(from|until|finishedFrom)=/i.test(request.url()),
    );
    await page.mouse.click(x, y);
    await page.waitForURL(/\/scans\?/);
    const parameters = parametersOf(page.url());
    const [from, until] = boundsOf[kind];
    const fromMs = Date.parse(parameters[from] ?? '');
    expect(words.format(fromMs)).toBe(step);
    expect(Date.parse(parameters[until] ?? '') - fromMs).toBe(minuteMs);
    expect(parameters).toEqual({ [from]: parameters[from], [until]: parameters[until], ...more });
    // The list asks for just that, and its filters show it.
    expect(parametersOf((await asked).url())).toMatchObject(parameters);
    await page.getByRole('table', { name: 'Scans' }).waitFor();
    await page.getByLabel(kind === 'accepted' ? 'Received from' : 'Finished from').waitFor();
  });

  it('that trembles by two pixels is one still; the right button does nothing', async () => {
    const { x, y } = await hover('Scans per minute', 0.4);
    await page.mouse.click(x, y, { button: 'right' });
    await page.keyboard.press('Escape');
    expect(new URL(page.url()).pathname).toBe('/');
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 2, y + 1);
    await page.mouse.up();
    await page.waitForURL(/\/scans\?from=/);
  });
});

describe('a part that is drawn over', () => {
  it('is shown alone, stands in the address, and is left again', async () => {
    const begin = await hover('Unfinished scans', 0.3);
    await page.mouse.down();
    const end = await pointIn('Unfinished scans', 0.6);
    await page.mouse.move(end.x, end.y, { steps: 8 });
    await page.mouse.up();
    await page.waitForURL(/\?from=/);
    const { from = '', until = '' } = parametersOf(page.url());
    expect(words.format(Date.parse(from))).toBe(begin.step);
    // Three tenths of an hour, and the step at its end.
    const minutes = (Date.parse(until) - Date.parse(from)) / minuteMs;
    expect(minutes).toBeGreaterThanOrEqual(17);
    expect(minutes).toBeLessThanOrEqual(20);
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.waitForURL((url) => !url.searchParams.has('from'));
  });
});

describe('without a mouse', () => {
  it.each(charts)(
    'the highest point of %s is reached by Tab and opened by Enter',
    async (title, kind, _more) => {
      const highest = chartOf(title).getByRole('link', { name: /^Highest/ });
      const clock = /at (\d\d:\d\d)$/.exec(await highest.innerText())?.[1];
      // From the link or button before it, as whoever goes through the page comes to it.
      await page.getByRole('button', { name: /^Go to a page/ }).focus();
      for (let presses = 0; presses < 80; presses += 1) {
        if (await highest.evaluate((link) => link === document.activeElement)) break;
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/scans\?/);
      const from = parametersOf(page.url())[boundsOf[kind][0]] ?? '';
      expect(words.format(Date.parse(from)).slice(-5)).toBe(clock);
    },
  );
});
