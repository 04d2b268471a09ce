import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openChromium } from './chromium.js';
import { FakeConsole } from './fake-console/fake-console.js';
import { serveFake, type FakeServer } from './fake-console/serve-fake.js';

const dist = path.resolve(import.meta.dirname, '../dist');

/** The built pages in Chromium, before each spec with a fake console and a window of its own. */
export interface ServedPages {
  fake: FakeConsole;
  page: Page;
  open(at: string): Promise<void>;
}

export function servePages(options: BrowserContextOptions = {}): ServedPages {
  let browser: Browser;
  let server: FakeServer;
  const served = {
    open: async (at: string) => {
      await served.page.goto(`${server.url}${at}`);
      await served.page.locator('#page-title').waitFor();
    },
  } as ServedPages;
  beforeAll(async () => {
    browser = await openChromium();
    server = await serveFake(() => served.fake, dist);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    served.fake = new FakeConsole();
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      reducedMotion: 'reduce',
      ...options,
    });
    served.page = await context.newPage();
  });
  afterEach(() => served.page.context().close());
  return served;
}
