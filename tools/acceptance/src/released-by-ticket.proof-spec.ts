import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asOwner } from './as-owner.js';
import { eicarText, findFreePort } from '@sluice/private-servers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { createTransport } from 'nodemailer';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { curl } from './curl.js';
import { Operator } from './operator.js';
import { canConnect, RealPostfix, serverKeys } from './receivers/index.js';
import { startMilterSensor, stopMilterSensor } from './start-milter-sensor.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, releases past a mail sensor: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const [anna, berta] = ['anna@example.org', 'berta@example.org'];
const longest = 120_000;

/** 8 bits, a fold, dots, blank lines at the end, and what its sender wrote in our name. */
const original = [
  'X-Sluice-Verdict: clean',
  'From: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>',
  'To: Anna',
  '\t<anna@example.org>',
  'Date: Thu, 26 Nov 2026 06:00:00 +0000',
  'Message-ID: <17@example.com>',
  'Subject: Invoice  of May',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Grüße',
  '.',
  '..two dots',
  '--b',
  'Content-Type: application/octet-stream',
  'Content-Disposition: attachment; filename=invoice.com',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from(eicarText()).toString('base64'),
  '--b--',
  '',
  '',
].join('\r\n');

interface Kept {
  readonly id: string;
  readonly message: { readonly subject: string | null } | null;
  readonly release: { readonly state: string; readonly answers: readonly { answer: string }[] } | null;
}

/** One port, which asks the sensor about every mail: also about those that the notifier sends. */
withPostfix('mail that is released to a Postfix that asks the mail sensor', () => {
  let folder: string;
  let system: TestSystem;
  let operator: Operator;
  let sensor: ChildProcess;
  let postfix: RealPostfix;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-ticket-'));
    const port = await findFreePort();
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna, berta],
      settings: { smtpd_milters: `inet:127.0.0.1:${port}`, local_header_rewrite_clients: '' },
    });
    const variables = { RELEASE_SMTP_URL: `smtp://127.0.0.1:${postfix.port}` };
    system = await startTestSystem({ variables });
    operator = new Operator(system);
    sensor = startMilterSensor(system, { folder, port });
    const row = await until(async () => (await operator.rowsOf('mail'))[0], 60_000);
    await operator.accept(row, 'mail');
    await until(() => canConnect(port));
  }, 240_000);
  afterAll(async () => {
    await stopMilterSensor(sensor);
    await operator?.close();
    await system?.end();
    await postfix?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 90_000);

  const send = (raw: string, to: readonly string[] = [anna]): Promise<number> =>
    createTransport({ host: '127.0.0.1', port: postfix.port, ignoreTLS: true })
      .sendMail({
        envelope: { from: 'joerg@example.com', to: [...to], use8BitMime: true },
        raw: Buffer.from(raw),
      })
      .then(
        ({ response }) => Number(response.slice(0, 3)),
        ({ responseCode }: Error & { responseCode?: number }) => responseCode ?? 421,
      );
  const kept = async (): Promise<Kept> => {
    const { items } = await operator.get<{ items: Kept[] }>('/quarantine?subject=Invoice&limit=10');
    // The first that was kept.
    return items.at(-1)!;
  };
  /** What becomes of a release, and what was answered. */
  async function release(how: object = {}): Promise<NonNullable<Kept['release']>> {
    await operator.change('POST', '/quarantine/release', { ids: [(await kept()).id], ...how });
    return until(async () => {
      const { release: one } = await kept();
      return one !== null && one.state !== 'waiting' && one;
    }, longest);
  }

  it(
    'is refused as long as the setting does not say so, and the answer says why',
    async () => {
      expect(await send(original)).toBe(550);
      await until(
        async () => (await operator.get<{ items: Kept[] }>('/quarantine?limit=1')).items[0],
        longest,
      );
      expect(await release()).toMatchObject({
        state: 'refused',
        answers: [{ answer: expect.stringMatching(/^550 5\.7\.1 .*malware was found/) }],
      });
    },
    2 * longest,
  );

  it(
    'arrives unchanged, by the name of a release, and again when it comes once more',
    async () => {
      await operator.change('PATCH', '/settings', { releaseTicketMinutes: 60 });
      expect(await release()).toMatchObject({ state: 'delivered' });
      const [mail = ''] = await postfix.mails(anna, 1);
      const [head = '', body = ''] = mail.split(/^(?=From: )/m);
      expect(body.trimEnd()).toBe(
        original.replace('X-Sluice-Verdict: clean\r\n', '').replaceAll('\r\n', '\n').trimEnd(),
      );
      expect(head).toMatch(/^X-Sluice-Verdict: released$/m);
      expect(head).not.toMatch(/^X-Sluice-Verdict: clean$/m);
      // As its server does that did not get the answer; from elsewhere there is a line more on top.
      expect(await send(original)).toBe(250);
      expect(await send(`Received: from a by b; Thu, 26 Nov 2026 06:00:00 +0000\r\n${original}`)).toBe(250);
      await postfix.mails(anna, 3);
    },
    2 * longest,
  );

  /** As its sensor may with what it sent: one scan, or all. */
  const deleteScans = async (): Promise<void> => {
    const certificate = ['--cert', path.join(folder, 'sensor.crt'), '--key', path.join(folder, 'sensor.key')];
    const { status } = await curl(
      ...[...certificate, '-X', 'DELETE', `${system.gatewayUrl}/kata/scanner/v1/sensors/mail/scans`],
    );
    expect(status).toBe(200);
  };
  /** As if its days were over: the row goes, at the next look. */
  async function expireScans(): Promise<void> {
    await asOwner(system, async (database) => {
      await database.query(`UPDATE ledger.scans SET finished_at = finished_at - interval '60 days'`);
      await until(async () => (await database.query('SELECT FROM ledger.scans')).rows.length === 0, longest);
    });
  }
  it.each([
    ['deleted by its sensor', deleteScans],
    ['gone with their retention', expireScans],
  ])(
    'arrives again when its scans were %s: the ticket is of the release',
    async (_what, remove) => {
      const before = await postfix.mailCount(anna);
      await remove();
      expect(await send(original)).toBe(250);
      const mails = await postfix.mails(anna, before + 1);
      expect(mails.filter((mail) => /^X-Sluice-Verdict: released$/m.test(mail))).toHaveLength(before + 1);
      // What is no such mail is judged anew.
      await remove();
      expect(await send(original.replace('two dots', 'two dots!'))).toBe(550);
    },
    2 * longest,
  );

  const trace =
    'Received: from mx by mx\r\nAuthentication-Results: mx; dkim=pass\r\nX-Sluice-Verdict: released\r\n';
  it.each<[string, string, readonly string[]]>([
    ['one byte more in the body', original.replace('two dots', 'two dots.'), [anna]],
    ['one field more', original.replace('Subject:', 'Reply-To: x@example.net\r\nSubject:'), [anna]],
    ['another subject', original.replace('Invoice', 'Invoices'), [anna]],
    ['another body under forged trace fields', trace + original.replace('two dots', 'three'), [anna]],
    ['another recipient', original, [berta]],
    ['a recipient more', original, [anna, berta]],
  ])('stays refused with %s', async (_what, text, to) => expect(await send(text, to)).toBe(550), longest);

  it(
    'arrives as attachment, by the digest of the mail that bears it',
    async () => {
      expect(await release({ to: berta, form: 'attachment' })).toMatchObject({ state: 'delivered' });
      const [mail = ''] = await postfix.mails(berta, 1);
      expect(mail).toMatch(/^X-Sluice-Verdict: released$/m);
      expect(mail).toContain('Subject: Released from quarantine: Invoice');
    },
    2 * longest,
  );

  it(
    'is refused again once tickets are switched off',
    async () => {
      await operator.change('PATCH', '/settings', { releaseTicketMinutes: 0 });
      expect(await send(original)).toBe(550);
      await until(async () => (await postfix.waitingCount()) === 0, longest);
      expect([await postfix.mailCount(anna), await postfix.mailCount(berta)]).toEqual([5, 1]);
    },
    longest,
  );
});
