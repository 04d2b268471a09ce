import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { mailWithEicar } from './mail-with-eicar.js';
import { openChromium } from './open-chromium.js';
import { Operator } from './operator.js';
import { Sensor } from './sensor.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

const mails = 10;
const comment = 'A test of the new sensor.';
const ownPassword = 'known to the administrator alone';
const sender = 'joerg@example.com';
const recipient = 'anna@example.org';
const pictures = path.resolve(import.meta.dirname, '../../../test-output/screenshots/real');

interface Alert {
  readonly id: number;
  readonly state: string;
  readonly disposition: string | null;
}
interface Card extends Alert {
  readonly changes: readonly { readonly operator: string; readonly comment: string | null }[];
}

describe('ten mails with the test file, decided on with keys alone', () => {
  let folder: string;
  let system: TestSystem;
  let operator: Operator;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-keys-'));
    [system, browser] = await Promise.all([
      startTestSystem(),
      openChromium(),
      mkdir(pictures, { recursive: true }),
    ]);
    operator = new Operator(system);
    const sensor = await Sensor.accepted(system, operator, { folder, id: 'mx-keys', type: 'mail' });
    for (let index = 1; index <= mails; index += 1) {
      const file = path.join(folder, `${index}.eml`);
      await writeFile(file, mailWithEicar(recipient, `Invoice ${index}`));
      const envelope = ['objectType=email', `mailFrom=${sender}`, `rcptTo=${recipient}`];
      expect((await sensor.submit(file, `mail-${index}`, ...envelope)).status).toBe(200);
      expect((await sensor.report(`mail-${index}`)).state).toBe('detect');
    }
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      viewport: { width: 1440, height: 900 },
    });
    page = await context.newPage();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await operator?.close();
    await system?.end();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const type = (text: string) => page.keyboard.type(text);
  const says = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const rows = () => page.locator('[data-alert]');
  const alerts = async () => (await operator.get<{ items: Alert[] }>('/alerts?limit=50')).items;
  const areAll = (state: string, disposition: string | null) =>
    until(async () => {
      const found = await alerts();
      return (
        found.length === mails && found.every((one) => one.state === state && one.disposition === disposition)
      );
    });

  it('signs in, and chooses a password of its own', async () => {
    await page.goto(system.consoleUrl);
    await page.locator('input[name=username]').waitFor();
    await page.locator('input[name=username]').focus();
    await type('admin');
    await press('Tab');
    await type(system.adminPassword ?? '');
    await press('Enter');
    await says('Choose your password');
    await page.locator('input[autocomplete=current-password]').focus();
    await type(system.adminPassword ?? '');
    for (const field of await page.locator('input[autocomplete=new-password]').all()) {
      await field.focus();
      await type(ownPassword);
    }
    await press('Enter');
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  }, 60_000);

  it('closes all ten with a comment', async () => {
    await press('g', 'a');
    await until(async () => (await rows().count()) === mails);
    await press('j', 'x');
    for (let index = 1; index < mails; index += 1) await press('j');
    await press('Shift+X');
    await says(`${mails} selected`);
    await press('c');
    await says(`Close ${mails} alerts?`);
    await type(comment);
    // Cancel, true positive, false positive, test.
    await press('Tab', 'Tab', 'Tab', 'Tab', 'Enter');
    await says(`${mails} alerts changed.`);
    await areAll('closed', 'test');
    await page.screenshot({ path: path.join(pictures, 'triage-closed.png') });
  }, 60_000);

  it('takes it back, and they are new again', async () => {
    await press('u');
    await says('Undone.');
    await areAll('new', null);
  }, 60_000);

  it('closes them once more, as something else, and what was said the first time is still there', async () => {
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.locator(`[data-alert="${(await alerts())[0]?.id}"] .row-link`).focus();
    await press('x');
    for (let index = 1; index < mails; index += 1) await press('j');
    await press('Shift+X');
    await says(`${mails} selected`);
    await press('c');
    await says(`Close ${mails} alerts?`);
    await type('Once more.');
    await press('Tab', 'Tab', 'Enter');
    await areAll('closed', 'true-positive');
    for (const { id } of await alerts()) {
      const { changes } = await operator.get<Card>(`/alerts/${id}`);
      const said = changes.flatMap((one) => one.comment ?? []);
      expect(said).toEqual([comment, 'Once more.']);
      expect(changes.every((one) => one.operator === 'admin')).toBe(true);
    }
  }, 60_000);

  it('reads on the card who closed it and why, and what became of the mail', async () => {
    await press('j', 'Enter');
    await page.getByRole('region', { name: 'Handling' }).getByText(comment).waitFor();
    await page.getByRole('region', { name: 'Handling' }).getByText('Once more.').waitFor();
    const became = page.getByRole('region', { name: 'What became of it' });
    await became.getByText(/Invoice \d/).waitFor();
    expect(await became.innerText()).toMatch(
      /Detected \(detect\)[\s\S]*refuses it for good[\s\S]*In quarantine/,
    );
    await page.screenshot({ path: path.join(pictures, 'triage-card.png'), fullPage: true });
  }, 60_000);
});
