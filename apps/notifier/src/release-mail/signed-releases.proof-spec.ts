import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '@sluice/private-servers';
import { until } from '@sluice/timing';
import {
  isSignatureValid,
  MailReceiver,
  RealPostfix,
  serverKeys,
  signMail,
} from '@sluice/tool-acceptance/receivers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { releaseReceiverSchema } from './release-receiver.js';
import { ReleaseTransport } from './release-transport.js';
import { sendRelease } from './send-release.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, signed releases through a real Postfix: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const guide = path.resolve(import.meta.dirname, '../../../../docs/mail.md');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const downstreams = ['plain.example', 'old.example', 'asis.example'] as const;

const mailOf = (encoding: string, ...body: readonly string[]): string =>
  [
    'From: Joerg <joerg@example.com>',
    'To: Anna <anna@plain.example>',
    'Subject:  two  spaces',
    '\tand a fold',
    'Message-ID: <17@example.com>',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Transfer-Encoding: ${encoding}`,
    '',
    ...body,
    '',
    '',
  ].join('\r\n');
const sevenBits = mailOf('7bit', 'Hello  ', '.', '..two dots', 'x'.repeat(900));
const eightBits = mailOf('8bit', 'Grüße  aus  Köln', '.');
const longLines = mailOf('7bit', 'x'.repeat(3000), 'end');

const signed = (raw: string): Promise<string> => signMail(raw, privateKey);

/** Hands everything on, but for the first answer to a whole message: the connection breaks in its place. */
function losingFirstAnswer(port: number): Server {
  let isLost = false;
  return createServer((client) => {
    const server = connect(port, '127.0.0.1');
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.pipe(server);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    server.on('data', (data: Buffer) => {
      if (isLost || !data.toString().includes('queued as')) return void client.write(data);
      isLost = true;
      client.destroy();
    });
  });
}

/** `plain` offers 8BITMIME, `old` does not; to `asis` Postfix hands on what it has, by the settings the guide names. */
withPostfix('a signed mail that is released through a real Postfix to the server behind it', () => {
  const receivers = new Map<string, MailReceiver>();
  let postfix: RealPostfix;
  let releasePort: number;
  let transports: ReleaseTransport[] = [];
  let proxy: Server | undefined;

  beforeAll(async () => {
    releasePort = await findFreePort();
    for (const name of downstreams)
      receivers.set(name, await MailReceiver.start({ has8BitMime: name === 'plain.example' }));
    const [, block = ''] =
      /<!-- test: master\.cf -->\s*```\n([^]*?)```/.exec(await readFile(guide, 'utf8')) ?? [];
    const routes = downstreams.map((name) => {
      const client = name === 'asis.example' ? 'asis' : 'smtp';
      return `{ ${name} = ${client}:[127.0.0.1]:${receivers.get(name)?.port ?? 0} }`;
    });
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [],
      settings: {
        relay_domains: downstreams.join(', '),
        transport_maps: `inline:{ ${routes.join(', ')} }`,
        smtp_tls_security_level: 'none',
        smtp_connection_cache_on_demand: 'no',
        minimal_backoff_time: '1s',
        queue_run_delay: '1s',
      },
      services: `${block.replace('127.0.0.1:10026', `127.0.0.1:${releasePort}`)}
smtp unix - - n - - smtp
asis unix - - n - - smtp
  -o disable_mime_output_conversion=yes
  -o smtp_line_length_limit=0
`,
    });
  }, 120_000);
  afterEach(() => {
    for (const transport of transports) transport.close();
    transports = [];
    proxy?.close();
    for (const receiver of receivers.values()) receiver.mails.length = 0;
  });
  afterAll(async () => {
    await postfix?.stop();
    for (const receiver of receivers.values()) await receiver.stop();
  });

  function transportTo(port: number): ReleaseTransport {
    const transport = new ReleaseTransport(
      releaseReceiverSchema.parse(`smtp://127.0.0.1:${port}`),
      'notifier.example',
    );
    transports.push(transport);
    return transport;
  }
  const release = (text: string, domain: string, transport = transportTo(releasePort)) =>
    sendRelease(
      {
        id: 'r',
        form: 'original',
        mailFrom: 'joerg@example.com',
        subject: null,
        pending: [`anna@${domain}`],
        operator: 'ann',
        recipients: [`anna@${domain}`],
        createdAt: new Date(),
      },
      {
        kind: 'kept',
        sizeBytes: Buffer.byteLength(text),
        hasEightBits: /[^\0-\x7f]/.test(text),
        read: () => Promise.resolve(Readable.from([Buffer.from(text)], { objectMode: false })),
      },
      { transport, from: 'postmaster@example.org', signal: new AbortController().signal },
    );
  const arrived = (domain: string, count = 1): Promise<string[]> =>
    until(async () => {
      const { mails } = receivers.get(domain) ?? { mails: [] };
      return mails.length >= count && mails.map(({ source }) => source);
    }, 120_000);
  /** Without what servers wrote above it. */
  const below = (mail: string): string => mail.slice(mail.indexOf('DKIM-Signature:'));

  it.each([
    ['7 bits', sevenBits, 'plain.example'],
    ['8 bits', eightBits, 'plain.example'],
    ['8 bits to a server that does not offer them, as the guide has it', eightBits, 'asis.example'],
    ['lines longer than SMTP allows, as the guide has it', longLines, 'asis.example'],
  ])(
    'of %s arrives once, with a Received above it, unchanged and validly signed',
    async (_what, text, domain) => {
      const mail = await signed(text);
      expect(await release(mail, domain)).toMatchObject({ answers: [{ outcome: 'taken' }] });
      const [got = '', ...more] = await arrived(domain);
      await until(async () => (await postfix.waitingCount()) === 0, 60_000);
      expect([more, receivers.get(domain)?.mails.length]).toEqual([[], 1]);
      expect(got.slice(0, got.indexOf('DKIM-Signature:'))).toMatch(/^Received: from /);
      expect(below(got)).toBe(mail);
      expect(isSignatureValid(got, publicKey)).toBe(true);
      // The check can say no.
      expect(isSignatureValid(got.replace('Message-ID: <17', 'Message-ID: <18'), publicKey)).toBe(false);
      expect(isSignatureValid(`${got.trimEnd()}!\r\n`, publicKey)).toBe(false);
    },
  );

  it.each([
    ['8 bits for a server that does not offer them', eightBits, 'old.example'],
    ['lines longer than SMTP allows', longLines, 'plain.example'],
  ])(
    'is changed by Postfix, which breaks its signature, with %s, as the guide says',
    async (_what, text, domain) => {
      const mail = await signed(text);
      await release(mail, domain);
      const [got = ''] = await arrived(domain);
      expect([below(got) === mail, isSignatureValid(got, publicKey)]).toEqual([false, false]);
    },
  );

  it('comes a second time with the same bytes when the answer to the first was lost, and not a third', async () => {
    proxy = losingFirstAnswer(releasePort);
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const transport = transportTo((proxy.address() as AddressInfo).port);
    const mail = await signed(eightBits);
    expect(await release(mail, 'plain.example', transport)).toMatchObject({
      answers: [{ outcome: 'later' }],
    });
    expect(await release(mail, 'plain.example', transport)).toMatchObject({
      answers: [{ outcome: 'taken' }],
    });
    const got = await arrived('plain.example', 2);
    expect(got.map(below)).toEqual([mail, mail]);
    expect(got.map((one) => isSignatureValid(one, publicKey))).toEqual([true, true]);
  });

  it('waits in Postfix for a server behind it that is away, and arrives once when that is back', async () => {
    const away = receivers.get('plain.example');
    const port = away?.port ?? 0;
    await away?.stop();
    const mail = await signed(sevenBits);
    expect(await release(mail, 'plain.example')).toMatchObject({ answers: [{ outcome: 'taken' }] });
    await until(async () => /status=deferred/.test(await postfix.log()), 60_000);
    receivers.set('plain.example', await MailReceiver.start({}, port));
    expect((await arrived('plain.example')).map(below)).toEqual([mail]);
    await until(async () => (await postfix.waitingCount()) === 0, 60_000);
    expect(receivers.get('plain.example')?.mails).toHaveLength(1);
  });
});
