import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asOwner } from './as-owner.js';
import { findFreePort } from '@sluice/private-servers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { createTransport } from 'nodemailer';
import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { mailWithEicar } from './mail-with-eicar.js';
import { openChromium } from './open-chromium.js';
import { Operator } from './operator.js';
import { canConnect, isSignatureValid, RealPostfix, serverKeys, signMail } from './receivers/index.js';
import { signInFirst } from './sign-in.js';
import { startMilterSensor, stopMilterSensor } from './start-milter-sensor.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, held mail in the pages: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const pictures = path.resolve(import.meta.dirname, '../../../test-output/screenshots/held-mail');
const [anna, joerg] = ['anna@example.org', 'joerg@example.org'];
const longest = 120_000;
const ownPassword = 'known to the administrator alone';

/** Of whoever the mail is from. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const mailAbout = (subject: string): string =>
  mailWithEicar(anna, subject, `=?utf-8?q?J=C3=B6rg?= <${joerg}>`);

/** Mail that Sluice alone has, from the choice to its end, as an operator sees it; every mail through a real Postfix. */
withPostfix('held mail in the pages', () => {
  let folder: string;
  let system: TestSystem;
  let operator: Operator;
  let sensor: ChildProcess;
  let postfix: RealPostfix;
  let browser: Browser;
  let page: Page;
  let signed: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-held-'));
    await mkdir(pictures, { recursive: true });
    const [port, releasePort] = [await findFreePort(), await findFreePort()];
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna, joerg],
      settings: { smtpd_milters: `inet:127.0.0.1:${port}` },
      services: `127.0.0.1:${releasePort} inet n - n - - smtpd\n  -o smtpd_milters=\n`,
    });
    system = await startTestSystem({
      variables: { RELEASE_SMTP_URL: `smtp://127.0.0.1:${releasePort}` },
    });
    operator = new Operator(system);
    sensor = startMilterSensor(system, { folder, port });
    const row = await until(async () => (await operator.rowsOf('mail'))[0], 60_000);
    await operator.accept(row, 'mail');
    await until(() => canConnect(port));
    browser = await openChromium();
    page = await browser.newPage({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(longest);
    await signInFirst(page, {
      consoleUrl: system.consoleUrl,
      username: 'admin',
      given: system.adminPassword ?? '',
      own: ownPassword,
    });
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await stopMilterSensor(sensor);
    await operator?.close();
    await system?.end();
    await postfix?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 90_000);

  const picture = (name: string) => page.screenshot({ path: path.join(pictures, `${name}.png`) });
  const send = (subject: string, raw = mailAbout(subject)): Promise<number> =>
    createTransport({ host: '127.0.0.1', port: postfix.port, ignoreTLS: true })
      .sendMail({ envelope: { from: joerg, to: [anna], use8BitMime: true }, raw: Buffer.from(raw) })
      .then(
        ({ response }) => Number(response.slice(0, 3)),
        ({ responseCode }: Error & { responseCode?: number }) => responseCode ?? 421,
      );
  /** Found by its subject, and nothing else. */
  async function rowOf(subject: string): Promise<Locator> {
    await page.goto(`${system.consoleUrl}/quarantine`);
    await page.getByPlaceholder(/^Subject, sender/).fill(subject);
    const rows = page.getByRole('table', { name: 'Quarantine' }).locator('tbody tr');
    await rows.filter({ hasText: subject }).first().waitFor();
    await until(async () => (await rows.count()) === 1, longest);
    return rows.first();
  }
  async function act(subject: string, action: 'Release' | 'Refuse', comment: string): Promise<void> {
    await (await rowOf(subject)).getByRole('checkbox').check();
    await page.getByLabel('Selected objects').getByRole('button', { name: action }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Comment').fill(comment);
    await picture(`${action.toLowerCase()}-asked`);
    await dialog.getByRole('button', { name: action, exact: true }).click();
  }
  const auditOf = async (action: string): Promise<string> =>
    JSON.stringify(await operator.get(`/audit?action=${action}&limit=5`));

  it(
    'is chosen for malware on the page of systems, and the sender is told 250',
    async () => {
      expect(await send('Before the choice')).toBe(550);
      await page
        .getByRole('link', { name: /^External systems/ })
        .first()
        .click();
      await page.getByRole('button', { name: /^More for/ }).click();
      await page.getByRole('menuitem', { name: 'What it does with mail' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('combobox', { name: 'Malware was found' }).click();
      await page.getByRole('option', { name: 'Accept, and hold in Sluice' }).click();
      await dialog.getByText('Sluice will be the only one that has such mail').waitFor();
      await picture('hold-chosen');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByText('is changed. The sensor has it within ten seconds.').waitFor();
      await until(async () => (await send('Offer of June')) === 250, longest);
      signed = await signMail(mailAbout('Invoice of July'), privateKey);
      expect([await send('Invoice of July', signed), await send('Contract of August')]).toEqual([250, 250]);
      expect(await postfix.mailCount(anna)).toBe(0);
    },
    2 * longest,
  );

  it(
    'is found by its subject and refused: its sender is notified, its recipient gets nothing',
    async () => {
      const row = await rowOf('Offer of June');
      await row.getByText('Held', { exact: true }).waitFor();
      await picture('held');
      await act('Offer of June', 'Refuse', 'spam, we know them');
      const [report = ''] = await postfix.mails(joerg, 1);
      expect(report).toContain('report-type=delivery-status');
      expect(report).toContain(`Final-Recipient: rfc822; ${anna}`);
      expect(report).toContain('Subject: Offer of June');
      // What operators write among themselves stays with them.
      expect(report).not.toContain('we know them');
      expect(await auditOf('quarantine.refuse')).toContain('spam, we know them');
      await page.getByText('Sender notified').waitFor();
      await picture('refused');
      expect(await postfix.mailCount(anna)).toBe(0);
    },
    2 * longest,
  );

  it(
    'says why it was held, in its row and on the page of its alert, which leads back to it',
    async () => {
      const row = await rowOf('Invoice of July');
      await row.getByText('Held', { exact: true }).waitFor();
      await picture('why');
      await row.getByRole('link', { name: /EICAR/i }).click();
      await page.getByRole('heading', { name: 'What was detected' }).waitFor();
      await page.getByText('Invoice of July').first().waitFor();
      await page.getByText('invoice.com').first().waitFor();
      await picture('why-alert');
      await page.getByRole('link', { name: 'in quarantine', exact: true }).click();
      await page.getByRole('table', { name: 'Quarantine' }).getByText('Invoice of July').waitFor();
    },
    longest,
  );

  it(
    'is released: it arrives once, unchanged and validly signed, and the page says what was answered',
    async () => {
      await act('Invoice of July', 'Release', 'they called');
      const [mail = ''] = await postfix.mails(anna, 1);
      const arrived = mail.slice(mail.indexOf('DKIM-Signature:')).replaceAll('\n', '\r\n');
      expect(arrived.trimEnd()).toBe(signed.trimEnd());
      expect(isSignatureValid(arrived, publicKey)).toBe(true);
      // The check can say no.
      expect(isSignatureValid(arrived.replace('of July', 'of June'), publicKey)).toBe(false);
      await page.getByText('Released', { exact: true }).first().waitFor();
      await page.getByRole('button', { name: 'Attempts to release Invoice of July' }).click();
      await page
        .getByRole('dialog')
        .getByText(/^1 attempt$/)
        .waitFor();
      await page
        .getByRole('dialog')
        .getByText(/250 2\.0\.0 Ok: queued/)
        .waitFor();
      await picture('released');
      expect(await postfix.mailCount(anna)).toBe(1);
    },
    2 * longest,
  );

  it(
    'that no one decided on is refused to its sender when its retention is over',
    async () => {
      await pastRetention();
      const [, report = ''] = await postfix.mails(joerg, 2);
      expect(report).toContain('Subject: Contract of August');
      const row = await rowOf('Contract of August');
      await row.getByText('Sender notified').waitFor();
      await row.getByText(/by retention/).waitFor();
      await picture('expired');
      expect([await postfix.mailCount(anna), await postfix.mailCount(joerg)]).toEqual([1, 2]);
      expect(await postfix.waitingCount()).toBe(0);
    },
    2 * longest,
  );

  /** As if the days had passed; it stays in quarantine for a day more, to be seen. */
  async function pastRetention(): Promise<void> {
    await asOwner(system, async (database) => {
      await database.query(
        `UPDATE ledger.kept_objects SET kept_until = clock_timestamp() - interval '1 s' WHERE hold = 'held'`,
      );
    });
  }
});
