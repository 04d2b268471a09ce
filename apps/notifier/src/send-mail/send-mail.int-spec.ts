import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { channelSettingsSchemas, type SmtpSettings } from '@sluice/notifications';
import { alertEvent } from '@sluice/notifications/testing';
import type { KeyPair } from '@sluice/tls';
import { MailReceiver, refusal, serverKeys } from '@sluice/tool-acceptance/receivers';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import PostalMime from 'postal-mime';
import { outgoingAlert, sendOptions } from '../testing/outgoing.js';
import { MailTransports } from './mail-transports.js';
import { sendMail } from './send-mail.js';

let keys: KeyPair;
let receiver: MailReceiver | undefined;
let transports = new MailTransports();
beforeAll(async () => {
  keys = await serverKeys();
});
afterEach(async () => {
  transports.close();
  transports = new MailTransports();
  await receiver?.stop();
  receiver = undefined;
});

const settings = (changes: Partial<SmtpSettings> = {}): SmtpSettings => ({
  ...channelSettingsSchemas.smtp.parse({ host: '127.0.0.1', from: 'sluice@example.org', security: 'none' }),
  port: receiver?.port ?? 1,
  ...changes,
});
const send = (changes: Partial<SmtpSettings> = {}, outgoing = outgoingAlert()) =>
  sendMail(settings(changes), outgoing, { ...sendOptions(), transports });

describe('sendMail', () => {
  it('hands over a mail with text and HTML and tells the real answer', async () => {
    receiver = await MailReceiver.start();
    const outcome = await send({}, outgoingAlert({ to: ['anna@example.org', 'bert@example.org'] }));
    expect(outcome).toEqual({ kind: 'delivered', answer: '250 taken as 1' });
    const [mail] = receiver.mails;
    expect(mail).toMatchObject({ from: 'sluice@example.org', to: ['anna@example.org', 'bert@example.org'] });
    const parsed = await PostalMime.parse(mail!.source);
    expect(parsed).toMatchObject({
      subject: 'Sluice: high, Win.Test.Sample-1 in invoice.zip',
      messageId: '<11111111-2222-4333-8444-555555555555@example.org>',
      from: { name: 'Sluice', address: 'sluice@example.org' },
    });
    expect(parsed.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
    expect(parsed.text).toContain('https://console.example:9443/alerts/42');
    expect(parsed.html).toContain('<h1');
  });

  it('encrypts with STARTTLS and signs in', async () => {
    receiver = await MailReceiver.start({ keys, login: { user: 'sluice', password: 'pass' } });
    const login = { security: 'starttls', ca: keys.certPem, username: 'sluice' } as const;
    expect(await send({ ...login, password: 'pass' })).toMatchObject({ kind: 'delivered' });
    expect(receiver.mails).toMatchObject([{ user: 'sluice', isEncrypted: true }]);
    expect(await send({ ...login, password: 'wrong' })).toEqual({
      kind: 'failed',
      answer: 'login refused: 535 5.7.8 wrong password',
      isPermanent: false,
      retryAfterMs: null,
    });
  });

  it('keeps the connection from one message to the next, and another one for other settings, until it is told to close', async () => {
    receiver = await MailReceiver.start({ keys, login: { user: 'sluice', password: 'pass' } });
    const login = { security: 'starttls', ca: keys.certPem, username: 'sluice', password: 'pass' } as const;
    for (let sent = 0; sent < 3; sent += 1) expect(await send(login)).toMatchObject({ kind: 'delivered' });
    expect(receiver.connectionCount).toBe(1);
    await send({ ...login, from: 'other@example.org' });
    expect(receiver.connectionCount).toBe(2);
    transports.close();
    expect(await send(login)).toMatchObject({ kind: 'delivered' });
    expect(receiver.connectionCount).toBe(3);
  });

  it('encrypts from the start', async () => {
    receiver = await MailReceiver.start({ keys, isTlsFromStart: true });
    expect(await send({ security: 'tls', ca: keys.certPem })).toMatchObject({ kind: 'delivered' });
    expect(receiver.mails).toMatchObject([{ isEncrypted: true }]);
  });

  it('refuses a certificate no one vouched for, and a server without STARTTLS', async () => {
    receiver = await MailReceiver.start({ keys, isTlsFromStart: true });
    expect(await send({ security: 'tls' })).toMatchObject({
      kind: 'failed',
      answer: expect.stringMatching(/self-signed/),
    });
    await receiver.stop();
    receiver = await MailReceiver.start();
    expect(await send({ security: 'starttls' })).toMatchObject({ kind: 'failed', isPermanent: false });
    expect(receiver.mails).toEqual([]);
  });

  it('names recipients that were refused, and fails for good when all were', async () => {
    receiver = await MailReceiver.start({ refuse: { 'bert@example.org': 550, 'later@example.org': 450 } });
    const to = (...addresses: string[]) => send({}, outgoingAlert({ to: addresses }));
    expect(await to('anna@example.org', 'bert@example.org')).toEqual({
      kind: 'delivered',
      answer: '250 taken as 1; refused: bert@example.org',
    });
    expect(await to('bert@example.org')).toMatchObject({
      kind: 'failed',
      isPermanent: true,
      answer: '550 no such mailbox',
    });
    expect(await to('later@example.org')).toMatchObject({ kind: 'failed', isPermanent: false });
  });

  it('fails for good when the content is refused, for now when the server is busy', async () => {
    let code = 554;
    receiver = await MailReceiver.start({ onData: () => refusal(code, 'not now') });
    expect(await send()).toMatchObject({ kind: 'failed', isPermanent: true });
    code = 451;
    expect(await send()).toMatchObject({ kind: 'failed', isPermanent: false, answer: '451 not now' });
  });

  it('ends with the attempt when the server never says a word', async () => {
    const attempt = new AbortController();
    const silent = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('close', () => silent.close());
      attempt.abort(new Error('no answer in time'));
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const outcome = await sendMail(settings({ port }), outgoingAlert(), {
      ...sendOptions(attempt.signal),
      transports,
    });
    expect(outcome).toMatchObject({ kind: 'failed', answer: 'no answer in time' });
    if (silent.listening) await once(silent, 'close');
  });

  it('says that no one listens', async () => {
    expect(await send({ port: 1 })).toMatchObject({
      kind: 'failed',
      answer: expect.stringMatching(/ECONNREFUSED/),
    });
  });

  it('keeps text that is not ASCII', async () => {
    receiver = await MailReceiver.start();
    const alert = alertEvent({ objectName: 'Grüße 漢字.zip' });
    await send({}, outgoingAlert({ notice: { kind: 'alert', id: alert.eventId, alert } }));
    const parsed = await PostalMime.parse(receiver.mails[0]!.source);
    expect(parsed.subject).toContain('Grüße 漢字.zip');
    expect(parsed.text).toContain('Grüße 漢字.zip');
  });
});
