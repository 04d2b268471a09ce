import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '@sluice/private-servers';
import { RealPostfix, serverKeys } from '@sluice/tool-acceptance/receivers';
import { until } from '@sluice/timing';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { createTransport } from 'nodemailer';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { releaseReceiverSchema } from './release-receiver.js';
import { ReleaseTransport } from './release-transport.js';
import { sendRelease } from './send-release.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, releases through a real Postfix: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const anna = 'anna@example.org';
const guide = path.resolve(import.meta.dirname, '../../../../docs/mail.md');

/** The lines that the guide says to paste, on the port of this test. */
async function pastedService(port: number): Promise<string> {
  const text = await readFile(guide, 'utf8');
  const [, block = ''] = /<!-- test: master\.cf -->\s*```\n([^]*?)```/.exec(text) ?? [];
  return block.replace('127.0.0.1:10026', `127.0.0.1:${port}`);
}

/** Folds, double blanks, an address without domain, 8-bit text, dots, a long line, blank lines at the end. */
const original = [
  'DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s; h=from:to:subject;',
  '\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA',
  'From: Jörg <joerg@example.com>',
  'To: anna',
  'Subject:  two  spaces',
  '\tand a fold',
  'Message-ID: <17@example.com>',
  'X-Sluice-Verdict: clean',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Grüße  ',
  '.',
  '..two dots',
  'x'.repeat(5000),
  '',
  '',
  '',
].join('\r\n');

withPostfix('a release into a real Postfix whose filter is away', () => {
  let postfix: RealPostfix;
  let releasePort: number;
  let transport: ReleaseTransport;
  beforeAll(async () => {
    releasePort = await findFreePort();
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna],
      // Nothing listens there: whoever is asked about says "later".
      settings: {
        smtpd_milters: `inet:127.0.0.1:${await findFreePort()}`,
        milter_default_action: 'tempfail',
        smtpd_client_port_logging: 'yes',
      },
      services: await pastedService(releasePort),
    });
    const receiver = releaseReceiverSchema.parse(`smtp://127.0.0.1:${releasePort}`);
    transport = new ReleaseTransport(receiver, 'notifier.example');
  });
  afterAll(async () => {
    transport?.close();
    await postfix?.stop();
  });

  const release = (pending: readonly string[], text = original) =>
    sendRelease(
      {
        id: 'r',
        form: 'original',
        mailFrom: 'joerg@example.com',
        subject: null,
        pending: [...pending],
        operator: 'ann',
        recipients: [...pending],
        createdAt: new Date(),
      },
      {
        kind: 'kept',
        sizeBytes: Buffer.byteLength(text),
        hasEightBits: true,
        read: () => Promise.resolve(Readable.from([Buffer.from(text)], { objectMode: false })),
      },
      { transport, from: 'postmaster@example.org', signal: new AbortController().signal },
    );

  /** The port at our end of the connection over which a release went. */
  async function releaseFrom(): Promise<string> {
    const released = await release([anna]);
    const [, queueId = ''] = /queued as (\w+)/.exec(JSON.stringify(released)) ?? [];
    const line = new RegExp(`: ${queueId}: client=\\S+\\]:(\\d+)`);
    return until(async () => line.exec(await postfix.log())?.[1]);
  }

  it('is put off at the ordinary port and taken at the one of the guide, byte by byte', async () => {
    const ordinary = createTransport({ host: '127.0.0.1', port: postfix.port, ignoreTLS: true });
    const envelope = { from: 'joerg@example.com', to: [anna] };
    await expect(ordinary.sendMail({ envelope, raw: Buffer.from(original) })).rejects.toMatchObject({
      responseCode: 451,
    });
    expect(await release([anna])).toMatchObject({
      kind: 'answered',
      answers: [
        { recipient: anna, outcome: 'taken', answer: expect.stringMatching(/^250 2\.0\.0 Ok: queued/) },
      ],
    });
    const [mail = ''] = await postfix.mails(anna, 1);
    // Above it stands what Postfix writes at a delivery, and nothing of it is changed but for what its sender wrote in our name.
    const expected = original.replace('X-Sluice-Verdict: clean\r\n', '').replaceAll('\r\n', '\n');
    expect(mail).toContain(expected.trimEnd());
    const added = mail.slice(0, mail.indexOf('DKIM-Signature:'));
    expect([...added.matchAll(/^([!-9;-~]+):/gm)].map(([, name]) => name)).toEqual([
      'Return-Path',
      'X-Original-To',
      'Delivered-To',
      'Received',
    ]);
    expect(mail).toContain('Return-Path: <joerg@example.com>');
  });

  it.each([
    ['"anna b"@example.org', 'anna b@example.org'],
    ['"anna, berta"@example.org', 'anna, berta@example.org'],
    ['"an\\"na"@example.org', 'an"na@example.org'],
  ])('asks for %s as it is written', async (quoted, asPostfixReadsIt) => {
    const answer = `550 5.1.1 <${asPostfixReadsIt}>: Recipient address rejected: User unknown`;
    expect(await release([anna, quoted])).toMatchObject({
      answers: [
        { recipient: anna, outcome: 'taken' },
        { recipient: quoted, outcome: 'refused', answer: expect.stringContaining(answer) },
      ],
    });
  });

  it('has an answer for each recipient, and uses the connection again after a refusal', async () => {
    expect(await release([anna, 'none@example.org'])).toMatchObject({
      answers: [
        { recipient: anna, outcome: 'taken' },
        { recipient: 'none@example.org', outcome: 'refused', answer: expect.stringMatching(/^550 5\.1\.1/) },
      ],
    });
    expect(await release(['none@example.org'])).toMatchObject({
      answers: [{ recipient: 'none@example.org', outcome: 'refused' }],
    });
    // On a busy machine it may have been idle for longer than it is kept: then once more.
    await until(async () => {
      const first = await releaseFrom();
      await release(['none@example.org']);
      return (await releaseFrom()) === first;
    });
  });
});
