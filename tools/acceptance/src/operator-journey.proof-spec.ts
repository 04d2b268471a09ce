import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eicarText } from '@sluice/private-servers';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openChromium } from './open-chromium.js';
import { Operator } from './operator.js';
import { Sensor } from './sensor.js';
import { answeredToPage, signInFirst } from './sign-in.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

const run = promisify(execFile);
const pictures = path.resolve(import.meta.dirname, '../../../test-output/screenshots/real');

let folder: string;
let system: TestSystem;
let operator: Operator;
let sensor: Sensor;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-pages-'));
  [system, browser] = await Promise.all([
    startTestSystem(),
    openChromium(),
    mkdir(pictures, { recursive: true }),
  ]);
  operator = new Operator(system);
  sensor = await Sensor.make(system, folder, 'file-server');
  await writeFile(path.join(folder, 'eicar.com'), eicarText());
  // The console's certificate is its own.
  context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await operator?.close();
  await system?.end();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const picture = (name: string) => page.screenshot({ path: path.join(pictures, `${name}.png`) });

const adminPassword = 'known to the administrator alone';

const submitMail = async (mail: Sensor, scanId: string) =>
  expect((await mail.submit(path.join(folder, 'eicar.com'), scanId)).status).toBe(200);

const countNew = async () => (await operator.get<{ count: number }>('/alert-count?state=new')).count;

async function priorityOf(scanId: string): Promise<number | undefined> {
  const { items } = await operator.get<{ items: { priority: number }[] }>(`/scans?scanId=${scanId}`);
  return items[0]?.priority;
}

const pageHost = () => new URL(system.consoleUrl).hostname;

/** The steps build on each other, as an operator's first hour does. */
describe('an operator who never saw the pages', () => {
  it('signs in with the password the start showed, and chooses another before anything else', async () => {
    await signInFirst(page, {
      consoleUrl: system.consoleUrl,
      username: 'admin',
      given: system.adminPassword ?? '',
      own: adminPassword,
    });
    await page.getByText('Scans per minute').waitFor();
    await picture('dashboard-first');
  }, 60_000);

  it('finds the server’s fingerprint and a line that makes the first request as it stands', async () => {
    await page
      .getByRole('link', { name: /External systems/ })
      .first()
      .click();
    await page.getByText('No external system has called yet').waitFor();
    const shown = await page.getByTestId('server-fingerprint').innerText();
    expect(shown.replace(/\s/g, '')).toBe(system.certificateFingerprint);
    const lines = await page.getByText('openssl req').innerText();
    expect(lines).toContain(`${system.gatewayUrl.replace('127.0.0.1', pageHost())}/kata/scanner/v1/sensors/`);
  }, 30_000);

  it('sees a request arrive without a reload, with a badge', async () => {
    expect((await sensor.get('/scans/filters')).status).toBe(401);
    await page.getByRole('button', { name: /^Accept file-server/ }).waitFor();
    await page.getByLabel('1 waiting for a decision').waitFor();
    await picture('request');
  }, 30_000);

  it('accepts it in a window that names the fingerprint, and the same call is answered 200', async () => {
    const [row] = await operator.rowsOf('file-server');
    await page.getByRole('button', { name: /^Accept file-server/ }).click();
    const dialog = page.getByRole('dialog');
    expect((await dialog.innerText()).replace(/\s/g, '')).toContain(row?.certificateFingerprint);
    expect(await dialog.getByRole('button', { name: 'Yes' }).isDisabled()).toBe(true);
    await dialog.getByLabel('External system').check();
    await dialog.getByLabel('Name').fill('File server');
    await picture('accept');
    await dialog.getByRole('button', { name: 'Yes' }).click();
    await page.getByText('file-server is accepted.').waitFor();
    await until(async () => (await sensor.get('/scans/filters')).status === 200);
  }, 60_000);

  it('sees the test virus as an alert and understands it from its card', async () => {
    await page.getByRole('link', { name: /^Alerts/ }).click();
    await page.getByText('No alerts').first().waitFor();
    expect((await sensor.submit(path.join(folder, 'eicar.com'), 'first')).status).toBe(200);
    const link = page.locator('[data-alert] a').first();
    await link.waitFor({ timeout: 30_000 });
    await picture('alerts');
    await link.click();
    await page.getByRole('heading', { name: 'What was detected' }).waitFor();
    await page.getByText('eicar.com').first().waitFor();
    await page.getByText('Verdict and alert').waitFor();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('Assigned to admin', { exact: true }).waitFor();
    await page.getByLabel('Comment').fill('A test file.');
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.locator('.comment-text').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download object' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^[0-9a-f]{64}\.zip$/);
    const { stdout } = await run('bsdtar', ['-xOf', await download.path(), '--passphrase', 'infected']);
    expect(stdout).toBe(eicarText());
    await picture('alert');
  }, 90_000);

  it('finds the scan by its scanId, a hash and its system, and has the object scanned again', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('first');
    await page.getByRole('option', { name: /Scans with/ }).click();
    await page.getByRole('link', { name: 'eicar.com' }).first().waitFor();
    for (const text of [createHash('md5').update(eicarText()).digest('hex'), 'File serv']) {
      await page.getByRole('textbox', { name: 'Find scans' }).fill(text);
      await page.waitForURL((url) => url.searchParams.get('q') === text);
      await page.getByRole('link', { name: 'eicar.com' }).first().waitFor();
    }
    await page.getByRole('link', { name: 'eicar.com' }).first().click();
    await page.getByRole('button', { name: 'Scan again' }).click();
    await page.getByText('The object is being scanned again').waitFor();
  }, 60_000);

  it('switches the maximum priority off, and the next mail job has none', async () => {
    const mail = await Sensor.accepted(system, operator, { folder, id: 'mx-1', type: 'mail' });
    await submitMail(mail, 'before');
    await page
      .getByRole('link', { name: /External systems/ })
      .first()
      .click();
    await page.getByRole('switch', { name: 'Maximum scan priority' }).click({ force: true });
    await page.getByText('Maximum scan priority is off.').waitFor();
    // Every gateway hears of it within a second; the ledger decides on each job by what is committed.
    await submitMail(mail, 'after');
    expect([await priorityOf('before'), await priorityOf('after')]).toEqual([5, 1]);
  }, 60_000);

  it('closes all alerts that fit a filter, and is told how many', async () => {
    await until(async () => (await countNew()) >= 3);
    const before = await countNew();
    await page.goto(`${system.consoleUrl}/alerts?state=new`);
    await page.locator('[data-alert]').first().waitFor();
    await page.getByRole('checkbox', { name: 'Select all on this page' }).click();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'False positive' }).click();
    await page.getByText(`${before} alerts changed.`).waitFor();
    expect(await countNew()).toBe(0);
    await page.goto(`${system.consoleUrl}/external-systems`);
  }, 60_000);

  it('deletes the system, which cuts it off', async () => {
    await page.getByRole('button', { name: /^Delete file-server/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Yes' }).click();
    await page.getByText('file-server is deleted.').waitFor();
    await until(async () => (await sensor.get('/scans/filters')).status === 401);
  }, 60_000);

  it.each([
    '/',
    '/external-systems',
    '/alerts',
    '/scans',
    '/failed-jobs',
    '/health',
    '/settings',
    '/operators',
    '/audit',
    '/profile',
  ])(
    'reads %s of the running system without an error',
    async (at) => {
      await page.goto(`${system.consoleUrl}${at}`);
      await page.locator('h1').waitFor();
      await until(async () => (await page.getByRole('status', { name: /^Loading/ }).count()) === 0);
      expect(await page.getByText('could not be loaded').count()).toBe(0);
      await page.screenshot({
        path: path.join(pictures, `page-${at.slice(1) || 'dashboard'}.png`),
        fullPage: true,
      });
    },
    30_000,
  );

  it('meets no script or style its policy forbids', () => {
    expect(complaints).toEqual([]);
  });
});

/** What a role sees of a page, and what the API says to the page's own session when it tries more. */
describe.each([
  { role: 'security-officer', canHandle: true },
  { role: 'auditor', canHandle: false },
] as const)('a $role', ({ role, canHandle }) => {
  let other: BrowserContext;
  let own: Page;

  beforeAll(async () => {
    const password = `the password of the ${role}`;
    await operator.change('POST', '/operators', { username: role, password, role });
    other = await browser.newContext({ ignoreHTTPSErrors: true });
    own = await other.newPage();
    await signInFirst(own, {
      consoleUrl: system.consoleUrl,
      username: role,
      given: password,
      own: `${password}, changed`,
    });
  }, 60_000);
  afterAll(() => other.close());

  const refused = (method: string, to: string, body?: object) => answeredToPage(own, method, to, body);

  it('decides on no system', async () => {
    await sensor.get('/scans/filters');
    await own
      .getByRole('link', { name: /External systems/ })
      .first()
      .click();
    await own.getByText('file-server').first().waitFor();
    expect(await own.getByRole('button', { name: /^(Accept|Reject|Delete|Register)/ }).count()).toBe(0);
    expect(await own.getByRole('switch', { name: 'Maximum scan priority' }).isDisabled()).toBe(true);
    const row = await until(async () => (await operator.rowsOf('file-server'))[0]);
    expect(await refused('POST', `/api/external-systems/${row.id}/reject`)).toBe(403);
    expect(await refused('DELETE', `/api/external-systems/${row.id}`)).toBe(403);
    expect(await refused('PATCH', '/api/settings', { maximumMailPriority: true })).toBe(403);
    expect(await refused('POST', '/api/operators')).toBe(403);
  }, 60_000);

  it(`${canHandle ? 'deals with' : 'only reads'} alerts`, async () => {
    await own.getByRole('link', { name: /^Alerts/ }).click();
    await own.locator('[data-alert] a').first().click();
    await own.getByRole('heading', { name: 'What was detected' }).waitFor();
    const offered = await own
      .getByRole('button', { name: /^(Assign to me|Open again|Add comment)$/ })
      .count();
    expect(offered > 0).toBe(canHandle);
    expect(await own.getByRole('link', { name: 'Download object' }).count()).toBe(canHandle ? 1 : 0);
    const id = new URL(own.url()).pathname.split('/').at(-1);
    expect(await refused('PATCH', `/api/alerts/${id}`, { comment: role })).toBe(canHandle ? 200 : 403);
  }, 60_000);

  it('reads the audit log', async () => {
    await own.getByRole('link', { name: 'Audit log' }).click();
    await own.getByText('Accepted a system').first().waitFor();
  }, 60_000);
});

describe('a session that ends', () => {
  it('asks for the password where the operator is and loses nothing that was typed', async () => {
    await page.goto(`${system.consoleUrl}/external-systems`);
    await page.getByRole('button', { name: 'Pre-register a system' }).click();
    await page.getByRole('textbox', { name: 'ID', exact: true }).fill('typed-before');
    await context.clearCookies();
    await page.getByLabel('Certificate fingerprint').last().fill('ab'.repeat(32));
    await page.getByRole('dialog').getByLabel('Mail sensor').check();
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByText('Your session has ended').waitFor();
    await picture('session-ended');
    await page.getByRole('dialog').locator('input[name=password]').fill(adminPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('typed-before is registered.').waitFor();
    expect(await operator.rowsOf('typed-before')).toHaveLength(1);
  }, 60_000);
});
