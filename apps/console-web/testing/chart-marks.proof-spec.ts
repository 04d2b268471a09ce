import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openChromium } from './chromium.js';
import { FakeConsole } from './fake-console/fake-console.js';
import { serveFake, type FakeServer } from './fake-console/serve-fake.js';

const dist = path.resolve(import.meta.dirname, '../dist');
const sizes = [1440, 1280, 760, 360].flatMap((width) =>
  (['1h', '7d'] as const).map((range) => ({ width, range })),
);

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

describe('marks above charts', () => {
  let browser: Browser;
  let server: FakeServer;
  let page: Page;
  const fake = new FakeConsole({ isTroubled: true });

  beforeAll(async () => {
    browser = await openChromium();
    server = await serveFake(() => fake, dist);
    page = await browser.newPage({ locale: 'en-GB', reducedMotion: 'reduce' });
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  /** Of each chart, where its marks' texts are, and where its card ends. */
  const charts = () =>
    page.locator('.time-chart').evaluateAll((all) =>
      all.map((chart) => {
        const card = chart.closest('.card')?.getBoundingClientRect();
        const texts = [...chart.querySelectorAll('text.recharts-label')].map((text) => {
          const { left, right } = text.getBoundingClientRect();
          return { text: text.textContent, left, right };
        });
        return {
          from: card?.left ?? 0,
          until: card?.right ?? 0,
          texts: texts.filter(({ text }) => text !== '').sort((one, other) => one.left - other.left),
        };
      }),
    );

  it.each(sizes)('do not lie over one another or run out of their card, $width px, $range', async (size) => {
    await page.setViewportSize({ width: size.width, height: 900 });
    await page.goto(`${server.url}/?range=${size.range}`);
    await page.locator('text.recharts-label').first().waitFor();
    // Charts follow their frame a moment later.
    await expect.poll(async () => faultsOf(await charts()), { timeout: 15_000 }).toEqual([]);
    expect((await charts()).every(({ texts }) => texts.length > 0)).toBe(true);
  });

  it.each(['light', 'dark'] as const)('are in no colour of the data, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    const used = await page.evaluate(() => {
      const colour = (element: Element, name: 'stroke' | 'fill') => getComputedStyle(element)[name];
      const marks = [...document.querySelectorAll('.recharts-reference-line line')];
      const data = [...document.querySelectorAll('.recharts-curve, .recharts-rectangle')];
      return {
        marks: [...new Set(marks.map((one) => colour(one, 'stroke')))],
        data: [...new Set(data.flatMap((one) => [colour(one, 'stroke'), colour(one, 'fill')]))],
      };
    });
    expect(used.marks).toHaveLength(1);
    expect(used.data).not.toContain(used.marks[0]);
  });
});

function faultsOf(
  charts: readonly { readonly from: number; readonly until: number; readonly texts: readonly Box[] }[],
): string[] {
  return charts.flatMap(({ from, until, texts }) =>
    texts.flatMap((text, index) => {
      const before = texts[index - 1];
      return [
        ...(before !== undefined && before.right > text.left ? [`${before.text} over ${text.text}`] : []),
        ...(text.left < from || text.right > until ? [`${text.text} out of its card`] : []),
      ];
    }),
  );
}
