import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RealPostfix, serverKeys } from '@sluice/tool-acceptance/receivers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { createTransport } from 'nodemailer';
import { createHash } from 'node:crypto';
import { SmallFilter } from './testing/small-filter.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, the tests with a real Postfix: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const mailboxes = ['anna@example.org', 'berta@example.org', 'held@example.org'];
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function mail(subject: string, body = Buffer.from('Hello\r\n')): Buffer {
  const head = [
    'From: a@example.com',
    'To: anna@example.org',
    'Date: Thu, 26 Nov 2026 06:00:00 +0000',
    `Message-ID: <${subject}-${body.length}@example.com>`,
    `Subject: ${subject}`,
    'X-Verdict: forged',
    'X-Folded: one',
    '\ttwo',
    '  three',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
}

withPostfix('a real Postfix', () => {
  let filter: SmallFilter;
  let postfix: RealPostfix;
  beforeAll(async () => {
    filter = await SmallFilter.start();
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes,
      settings: {
        smtpd_milters: `inet:127.0.0.1:${filter.port}`,
        message_size_limit: '60000000',
        // Below the other, nothing is delivered.
        virtual_mailbox_limit: '0',
      },
    });
  });
  afterAll(async () => {
    await postfix?.stop();
    await filter?.close();
  });

  async function send(raw: Buffer, to: readonly string[] = [mailboxes[0]!]): Promise<string> {
    const transport = createTransport({ host: '127.0.0.1', port: postfix.port, ignoreTLS: true });
    const envelope = { from: 'a@example.com', to: [...to] };
    return transport.sendMail({ envelope, raw }).then(
      ({ response }) => response,
      ({ response, message }: Error & { response?: string }) => response ?? message,
    );
  }

  it('delivers a mail with the filter’s headers on top and without a forged one', async () => {
    expect(await send(mail('clean'))).toMatch(/^250 /);
    const [delivered] = await postfix.mails(mailboxes[0]!, 1);
    expect(delivered?.match(/^X-Verdict.*$/gm)).toEqual(['X-Verdict: seen', 'X-Verdict-Details: of several']);
    expect(delivered?.indexOf('X-Verdict')).toBeLessThan(delivered!.indexOf('Received:'));
    expect(delivered).toContain('X-Verdict-Details: of several\n\tlines\n');
    expect(filter.mails.at(-1)?.queueId).toMatch(/^[0-9A-Za-z]+$/);
  });
  it.each([
    ['reject', /^550 ?-?5\.7\.1 not here, 100%/],
    ['tempfail', /^451 ?-?4\.7\.1 not here, 100%/],
    ['fault', /^451 4\.3\.0 /],
  ])('delivers nothing of a mail with %s', async (subject, answer) => {
    const before = await postfix.mailCount(mailboxes[1]!);
    expect(await send(mail(subject), [mailboxes[1]!])).toMatch(answer);
    expect(await postfix.mailCount(mailboxes[1]!)).toBe(before);
  });
  it('holds a mail that is quarantined, and delivers it to no one', async () => {
    expect(await send(mail('quarantine'), [mailboxes[2]!])).toMatch(/^250 /);
    expect(await postfix.held()).toEqual([filter.mails.at(-1)?.queueId]);
    expect(await postfix.mailCount(mailboxes[2]!)).toBe(0);
  });
  it.each([
    ['8-bit text', Buffer.from('Grüße\r\n.\r\n..\r\n')],
    ['a body without an end of line', Buffer.from('x\r\n\r\n\r\n')],
    [
      'a body as long as a packet',
      Buffer.from(`${`${'x'.repeat(98)}\r\n`.repeat(655)}${'x'.repeat(33)}\r\n`),
    ],
    ['30 MB', Buffer.from(`${'y'.repeat(98)}\r\n`.repeat(300_000))],
  ])('shows the bytes of the mail as they were sent: %s', async (_what, body) => {
    const raw = mail('bytes', body);
    expect(await send(raw, mailboxes.slice(0, 2))).toMatch(/^250 /);
    expect(filter.mails.at(-1)).toMatchObject({
      sha256: sha256(raw),
      bytes: raw.length,
      recipients: mailboxes.slice(0, 2),
    });
  });
  it('left nothing to report but the fault', () =>
    expect(filter.reports.map(({ kind }) => kind)).toEqual(['handler-failed']));
});
