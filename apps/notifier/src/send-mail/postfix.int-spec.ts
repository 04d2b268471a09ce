import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelSettingsSchemas, type SmtpSettings } from '@sluice/notifications';
import { mailAlertEvent } from '@sluice/notifications/testing';
import type { KeyPair } from '@sluice/tls';
import { RealPostfix, serverKeys } from '@sluice/tool-acceptance/receivers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import PostalMime from 'postal-mime';
import { NotifierFixture } from '../testing/notifier-fixture.js';
import { outgoingAlert, sendOptions } from '../testing/outgoing.js';
import { MailTransports } from './mail-transports.js';
import { sendMail } from './send-mail.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, the tests with a real Postfix: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const login = { user: 'sluice', password: 'the password' };
const [anna, later, victim] = ['anna@example.org', 'later@example.org', 'victim@example.org'];

withPostfix('a real Postfix', () => {
  let keys: KeyPair;
  let postfix: RealPostfix;
  const transports = new MailTransports();
  beforeAll(async () => {
    keys = await serverKeys();
    postfix = await RealPostfix.start({
      keys,
      login,
      mailboxes: [anna, later, victim],
      greylisted: [later],
    });
  });
  afterAll(async () => {
    transports.close();
    await postfix?.stop();
  });

  const given = () => ({ host: '127.0.0.1', port: postfix.port, from: 'sluice@example.org' });
  const settings = (changes: Partial<SmtpSettings> = {}): SmtpSettings => ({
    ...channelSettingsSchemas.smtp.parse({ ...given(), username: login.user, password: login.password }),
    ca: keys.certPem,
    ...changes,
  });
  const send = (outgoing = outgoingAlert(), changes: Partial<SmtpSettings> = {}) =>
    sendMail(settings(changes), outgoing, { ...sendOptions(), transports });
  const namesOf = (source: string): string[] =>
    [...source.slice(0, source.indexOf('\n\n')).matchAll(/^([!-9;-~]+):/gm)].map((match) => match[1]!);

  it('puts the mail into the mailbox as it was written, sent over STARTTLS after a login', async () => {
    expect(await send()).toMatchObject({
      kind: 'delivered',
      answer: expect.stringMatching(/^250 2\.0\.0 Ok: queued/),
    });
    const [source] = await postfix.mails(anna, 1);
    const mail = await PostalMime.parse(source!);
    expect(mail).toMatchObject({
      from: { name: 'Sluice', address: 'sluice@example.org' },
      to: [{ address: anna }],
      subject: 'Sluice: high, Win.Test.Sample-1 in invoice.zip',
      messageId: '<11111111-2222-4333-8444-555555555555@example.org>',
    });
    expect(mail.text).toContain('https://console.example:9443/alerts/42');
    expect(mail.html).toContain('<h1');
    const received = mail.headers.find((one) => one.key === 'received')?.value;
    expect(received).toMatch(/using TLSv1\.[23]/);
    expect(received).toMatch(/with ESMTPSA/);
    expect(namesOf(source!).filter((name) => /dkim/i.test(name))).toEqual([]);
  });

  it('gets no header and no recipient out of what an object is called', async () => {
    const nasty = `x\r\nBcc: ${victim}\r\n.\r\nRCPT TO:<${victim}>\r\n\r\n<b>`;
    const alert = mailAlertEvent({
      objectName: nasty,
      mailSubject: nasty,
      sender: nasty,
      recipients: [nasty],
    });
    const notice = { kind: 'alert', id: alert.eventId, alert } as const;
    const [plain] = await postfix.mails(anna, 1);
    await send(outgoingAlert({ notice, subject: '%object% %mail_subject% %sender% %recipients%' }));
    const mails = await postfix.mails(anna, 2);
    const injected = mails.find((one) => one !== plain)!;
    expect(namesOf(injected)).toEqual(namesOf(plain!));
    expect((await PostalMime.parse(injected)).to).toMatchObject([{ address: anna }]);
    expect(await postfix.log()).not.toContain(victim);
  });

  it('refuses a wrong password, and everybody without one', async () => {
    expect(await send(outgoingAlert(), { password: 'wrong' })).toMatchObject({
      kind: 'failed',
      answer: expect.stringMatching(/^login refused: 535 5\.7\.8/),
      isPermanent: false,
    });
    expect(await send(outgoingAlert(), { username: null })).toMatchObject({
      kind: 'failed',
      answer: expect.stringMatching(/^554 5\.7\.1 .*Access denied/),
    });
  });

  describe('and the notifier', () => {
    let fixture: NotifierFixture;
    let channel: string;
    beforeAll(async () => {
      fixture = await NotifierFixture.start();
      fixture.startNotifier();
      channel = await fixture.channel(
        'smtp',
        { ...given(), ca: keys.certPem, username: login.user },
        { password: login.password },
      );
    });
    afterAll(() => fixture?.stop());

    it('dead with the answer where the recipient is unknown, tried again where the server says later', async () => {
      await fixture.rule(channel, { to: ['nobody@example.org'] });
      await fixture.rule(channel, { to: [later] });
      await fixture.raise();
      const ended = await fixture.until(
        channel,
        (rows) => rows.length === 2 && rows.every((row) => row.last_answer),
      );
      expect(ended).toMatchObject([
        {
          state: 'dead',
          attempts: 1,
          last_answer: expect.stringMatching(/^550 5\.1\.1 <nobody@example\.org>/),
        },
        { state: 'waiting', attempts: 1, last_answer: expect.stringMatching(/^450 4\.7\.1 .*Greylisted/) },
      ]);
      await fixture.passTime();
      const [, delivered] = await fixture.until(channel, (rows) => rows[1]?.state === 'delivered');
      expect(delivered).toMatchObject({ attempts: 2, last_answer: expect.stringMatching(/^250 2\.0\.0/) });
      expect(await postfix.mails(later, 1)).toHaveLength(1);
    });
  });
});
