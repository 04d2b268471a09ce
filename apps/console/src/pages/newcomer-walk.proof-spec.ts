import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openObjectStore } from '@sluice/object-store';
import { openChromium } from '@sluice/tool-acceptance/chromium';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { HealthService } from '../health/health.service.js';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { seedTroubledSystem, troubled } from '../testing/seed-troubled-system.js';

const pagesFolder = path.resolve(import.meta.dirname, '../../../console-web/dist');
/** Whoever knows where to look is through in seconds; each question and each task has a minute. */
const aMinuteMs = 60_000;
/** Against hanging: each step of a question has its minute on a busy machine. */
const testMs = 4 * aMinuteMs;
vi.setConfig({ testTimeout: testMs, hookTimeout: testMs });

/** The services that work go on reporting; the dead scanner does not. */
const reportAgain = `UPDATE ledger.instances SET seen_at = now() WHERE instance <> 'scanner-2'`;

/**
 * Someone who never saw the console, on a system in trouble, from its dashboard: six questions, and the tasks of the
 * review with the clicks they may take. Typing and Enter are no clicks.
 */
describe('a newcomer to a system in trouble', () => {
  let folder: string;
  let app: ConsoleUnderTest;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let clicks: number;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-walk-'));
    // Of a store that no one opened, no object is known to be gone.
    await openObjectStore(`file://${folder}`);
    // Whatever is free on this disk is less than that: it is full.
    const store = {
      OBJECT_STORE_URL: `file://${folder}`,
      OBJECT_STORE_RESERVE_BYTES: String(Number.MAX_SAFE_INTEGER),
    };
    app = await ConsoleUnderTest.start(store, { pagesFolder });
    await seedTroubledSystem(app);
    const token = await app.token('administrator');
    const ann = { username: 'ann', role: 'administrator', password: 'known to the newcomer alone' } as const;
    const { headers } = await app.addOperator(token, ann);
    browser = await openChromium();
    context = await browser.newContext({
      ignoreHTTPSErrors: true,
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
    });
    const [name = '', ...value] = (headers['cookie'] ?? '').split('=');
    await context.addCookies([
      { name, value: value.join('='), url: app.url, secure: true, httpOnly: true, sameSite: 'Strict' },
    ]);
  }, 480_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  beforeEach(async () => {
    clicks = 0;
    app.asked.length = 0;
    await app.rows(reportAgain);
    await app.get(HealthService).watch();
    page = await context.newPage();
    page.setDefaultTimeout(aMinuteMs);
    await page.goto(app.url);
    await page.getByRole('list', { name: 'Problems', exact: true }).waitFor();
  }, testMs);
  afterEach(() => page?.close());

  const click = async (what: Locator): Promise<void> => {
    clicks += 1;
    await what.first().click();
  };
  const button = (name: string | RegExp, within: Page | Locator = page) =>
    within.getByRole('button', { name });
  const link = (name: string | RegExp, within: Page | Locator = page) => within.getByRole('link', { name });
  const open = (name: string) => click(link(new RegExp(`^${name}`), page.getByRole('navigation').first()));
  const rows = () => page.locator('.list-table tbody tr');
  const sees = (text: string | RegExp) => page.getByText(text).first().waitFor();
  /** Through the field that is on every page. */
  const goTo = async (text: string, destination: RegExp): Promise<void> => {
    await click(button(/^Go to a page/));
    await page.getByRole('combobox', { name: /^Go to/ }).fill(text);
    await click(page.getByRole('option', { name: destination }));
  };

  describe('finds the answer to', () => {
    it('what is broken, and since when: on the first page', async () => {
      const problems = page.getByRole('list', { name: 'Problems', exact: true });
      const text = await problems.innerText();
      expect(text).toMatch(/The scanner is not answering \(scanner-2\)\.\s+Since \d\d:\d\d/);
      expect(text).toMatch(/The object store has .* free; nothing is accepted below .*\.\s+Since \d\d:\d\d/);
      expect(text).toMatch(/The oldest mail has been waiting for \d+ min\.\s+Since \d\d:\d\d/);
      expect(clicks).toBe(0);
    });

    it('all alerts of one sender: through the field on top', async () => {
      await goTo(troubled.sender, /^Alerts with/);
      await sees('Your order');
      // Those of the envelope, and the two that name the address in their headers; a page holds fifty.
      await rows()
        .nth(troubled.alertsOfSender + 1)
        .waitFor();
      expect(await rows().count()).toBe(troubled.alertsOfSender + 2);
      expect(clicks).toBe(2);
    });

    it('why a message was blocked, and what in it was not examined: on its card', async () => {
      await open('Alerts');
      await click(link(/^Win\.Test/, rows().filter({ hasText: troubled.blocked.subject })));
      const main = page.getByRole('main');
      await main.getByText('invoice.docm').waitFor();
      const text = await main.innerText();
      expect(text).toMatch(
        /What was detected[^]*Win\.Test\.Sample[^]*attachment 1: invoice\.zip[^]*invoice\.docm/,
      );
      expect(text).toContain(troubled.blocked.part);
      expect(text).toMatch(/What was not examined[^]*attachment 2: private\.7z[^]*A part is encrypted/);
      expect(clicks).toBe(2);
    });

    it('why a mail without an alert did not arrive: which part, what was answered, and where it is', async () => {
      await open('Scans');
      await page.getByRole('textbox', { name: 'Find scans' }).fill(`${troubled.unexamined.subject} 1`);
      await click(link(`${troubled.unexamined.subject} 1`, rows()));
      const main = page.getByRole('main');
      await main.getByText('What became of it').waitFor();
      const text = await main.innerText();
      expect(text).toMatch(
        /What was not examined[^]*attachment 1: tender\.7z[^]*prices\.xlsx[^]*A part is encrypted/,
      );
      expect(text).toMatch(/Not examined \(error\)[^]*refuses it for now[^]*tenders@partner\.example/);
      await click(link('Open in quarantine', main));
      await rows().filter({ hasText: troubled.unexamined.subject }).first().waitFor();
      expect(clicks).toBe(3);
    });

    it('who closed an alert, and why: on its card', async () => {
      await open('Alerts');
      await click(page.getByRole('radiogroup', { name: 'State' }).getByText('Closed'));
      await click(link(/^Win\.Test/, rows().filter({ hasText: troubled.closed.subject })));
      await sees(troubled.closed.why);
      const log = await page.getByRole('region', { name: 'Change log' }).innerText();
      expect(log).toMatch(/m\.weber,[^]*Closed as: False positive[^]*canteen/);
      expect(clicks).toBe(3);
    });

    it('which certificate ends next: behind the reminder', async () => {
      await click(link(/^10 certificates expire within 30 days/));
      await rows().first().waitFor();
      expect(await rows().first().innerText()).toContain(troubled.firstToExpire);
      expect(clicks).toBe(1);
    });

    it('how to connect a new file server from Python: ready to be copied', async () => {
      await open('External systems');
      await click(button('Connect a system'));
      await page.getByRole('textbox', { name: 'ID of the new system' }).fill('fileserver-new');
      await click(page.getByRole('tab', { name: 'Python' }));
      const program = await page.getByRole('tabpanel').innerText();
      expect(program).toContain('openssl req -x509');
      expect(program).toContain('/sensors/fileserver-new');
      expect(clicks).toBe(3);
    });
  });

  describe('needs no more clicks than the review allows to', () => {
    it('see whether the queue is growing: none', async () => {
      await page.getByRole('img', { name: /^Chart of the most scans that were unfinished/ }).waitFor();
      expect(await page.getByRole('list', { name: 'Problems', exact: true }).innerText()).toMatch(
        /60 scans waiting, 60 of them mail/,
      );
      expect(clicks).toBe(0);
    });

    it('find the alerts of a known address: 1, with Enter', async () => {
      await click(button(/^Go to a page/));
      await page.getByRole('combobox', { name: /^Go to/ }).fill(`sender-${troubled.alerts}@example.org`);
      await page.getByRole('option', { name: /Invoice 2026-11 overdue/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: /^Win\.Test/ }).waitFor();
      expect(clicks).toBe(1);
    });

    it('close an alert with a comment: 2', async () => {
      await page.goto(`${app.url}/alerts`);
      await link(/^Win\.Test/, rows())
        .first()
        .click();
      await page.getByRole('heading', { name: /^Win\.Test/ }).waitFor();
      await click(button('Close'));
      await page.getByRole('dialog').getByLabel('Comment').fill('Reported to the sender.');
      await click(button('True positive'));
      await waitForAsked(1);
      expect(app.asked.at(-1)?.request).toMatchObject({
        state: 'closed',
        disposition: 'true-positive',
        comment: 'Reported to the sender.',
      });
      expect(clicks).toBe(2);
    });

    it('close fifty with a reason: 3', async () => {
      app.answerRpc = () => ({ changed: 50, left: 0 });
      await page.goto(`${app.url}/alerts`);
      await click(page.getByRole('checkbox', { name: 'Select all on this page' }));
      await click(button('Close', page.getByLabel('Selected alerts')));
      await page.getByRole('dialog').getByLabel('Comment').fill('One wave.');
      await click(button('Duplicate'));
      // One of them is closed already: it is asked for apart, by the state that was seen.
      await waitForAsked(2);
      const asked = app.asked.map(({ request }) => request as { alertIds: number[] });
      expect(asked.flatMap(({ alertIds }) => alertIds)).toHaveLength(50);
      for (const request of asked)
        expect(request).toMatchObject({ disposition: 'duplicate', comment: 'One wave.' });
      expect(clicks).toBe(3);
    });

    it('retry nineteen failed jobs: 2, from the problem that names them', async () => {
      app.answerRpc = () => ({ outcome: 'done' });
      await link(/^19 failed jobs/).click();
      await click(button('Retry all'));
      await click(button('Retry all', page.getByRole('dialog')));
      await waitForAsked(troubled.failedJobs);
      expect(clicks).toBe(2);
    });

    it('see which certificates end next: 1', async () => {
      await click(link(/^10 certificates expire/));
      await rows().first().waitFor();
      const order = await page.locator('.list-table tbody .row-link').allInnerTexts();
      expect(order.slice(0, 3)).toEqual(['mx-07', 'mx-03', 'mx-04']);
      expect(clicks).toBe(1);
    });
  });

  /** What `results` was asked to change. */
  async function waitForAsked(count: number): Promise<void> {
    const endMs = Date.now() + aMinuteMs;
    while (app.asked.length < count && Date.now() < endMs) await page.waitForTimeout(50);
    expect(app.asked).toHaveLength(count);
  }
});
