import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { until } from '@sluice/timing';
import { fieldOf, type Asked, type Says } from '../testing/fake-gateway.js';
import { anna, berta, lists, mailOf, report, SensorBeforePostfix } from '../testing/sensor-before-postfix.js';
import { SmtpDialog } from '../testing/smtp-dialog.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, the sensor with a real Postfix: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

withPostfix('the sensor before a real Postfix', () => {
  const on = new SensorBeforePostfix();
  const { judge, send, sendOn, deliveredBy, deliveredMail, startSensor } = on;
  beforeAll(() => on.start());
  afterAll(() => on.stop());
  /** A mail of the test before that still is on its way would count as one of this test. */
  beforeEach(() => until(async () => (await on.postfix.waitingCount()) === 0));
  afterEach(() => {
    on.gateway.says = judge;
  });

  const headersOf = (mail: string): string[] => mail.match(/^X-Sluice-\S+: .*$/gm) ?? [];

  it('delivers a clean mail with what is known of it, and without what it claimed itself', async () => {
    const forged = ['X-Sluice-Verdict: infected', 'X-SLUICE-Note: forged'];
    const mail = await deliveredMail(mailOf('clean', forged), 'clean');
    expect(headersOf(mail)).toEqual([
      'X-Sluice-Verdict: clean',
      expect.stringMatching(/^X-Sluice-Reference: mail-[0-9a-f]{40}$/),
    ]);
    expect(mail.indexOf('X-Sluice-Verdict')).toBeLessThan(mail.indexOf('Received:'));
    expect(mail).not.toContain('forged');
    const asked = on.gateway.posts.at(-1)!;
    expect(['mailFrom', 'rcptTo', 'clientAddress', 'messageId'].map((name) => fieldOf(asked, name))).toEqual([
      'a@example.com',
      anna,
      '127.0.0.1',
      '<1@example.com>',
    ]);
    expect(fieldOf(asked, 'queueId')).toMatch(/^[0-9A-Za-z]{6,}$/);
  });
  it.each([
    ['malware', 550],
    ['encrypted', 451],
    ['slow', 451],
    ['busy', 451],
    ['unknown', 451],
    ['huge', 552],
    ['broken', 451],
    ['something a gateway refuses', 451],
  ])('delivers nothing of %s', async (what, code) => {
    const delivered = await deliveredBy(async () =>
      expect(await (code === 451 ? send : sendOn)(mailOf(what))).toBe(code),
    );
    expect(delivered.map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1])).toEqual(['clean']);
  });
  it('holds where the policy says so', async () => {
    const before = await on.postfix.held();
    expect(await sendOn(mailOf('damaged'), [berta])).toBe(250);
    expect(await on.postfix.held()).toHaveLength(before.length + 1);
    expect(await on.postfix.mailCount(berta)).toBe(0);
  });
  describe('that has the policy to hold', () => {
    const isHold = ({ url }: Asked): boolean => url.endsWith('/hold');
    const holding = (says: Says) => {
      on.gateway.says = (asked) => (isHold(asked) ? says : judge(asked));
    };

    it('takes a mail that Sluice holds, and delivers, queues and keeps it nowhere', async () => {
      holding({ status: 200, body: { held: '00000000-0000-4000-8000-000000000001', reason: null } });
      const before = await on.postfix.held();
      const delivered = await deliveredBy(async () => expect(await sendOn(mailOf('unsupported'))).toBe(250));
      expect(delivered).toHaveLength(1);
      expect(await on.postfix.held()).toEqual(before);
      expect(on.gateway.posts.filter(isHold)).not.toEqual([]);
    });
    it.each<[string, Says]>([
      ['has no room', { status: 200, body: { held: null, reason: 'full' } }],
      ['does not say that it does', { status: 200, body: {} }],
      ['is of the release before', { status: 404 }],
      ['is away', 'break'],
    ])('puts a mail off while Sluice %s', async (_what, says) => {
      holding(says);
      const delivered = await deliveredBy(async () => expect(await send(mailOf('unsupported'))).toBe(451));
      expect(delivered).toHaveLength(1);
    });
  });
  it('delivers what a policy of the registration lets through, not as clean', async () => {
    const mail = await deliveredMail(mailOf('let-through'), 'let-through');
    expect(headersOf(mail)).toContain('X-Sluice-Verdict: not-examined');
    expect(headersOf(mail)).toContain('X-Sluice-Details: allowed by policy: encrypted');
  });
  it('asks for no mail to a list that is skipped, and for all of it when someone else gets it too', async () => {
    on.gateway.asked.splice(0);
    expect(await send(mailOf('malware'), [lists])).toBe(250);
    expect(headersOf((await on.postfix.mails(lists, 1))[0] ?? '')).toEqual([
      'X-Sluice-Verdict: skipped',
      'X-Sluice-Details: recipients',
    ]);
    expect(on.gateway.posts).toEqual([]);
    expect(await sendOn(mailOf('malware'), [lists, anna])).toBe(550);
    expect(await on.postfix.mailCount(lists)).toBe(1);
  });
  it('refuses for now while no gateway answers', async () => {
    const delivered = await deliveredBy(async () => {
      on.gateway.says = () => 'break';
      expect(await send(mailOf('malware'))).toBe(451);
    });
    expect(delivered).toHaveLength(1);
  });
  it('meets the scan that was not finished when a mail comes again', async () => {
    on.gateway.says = ({ method }) =>
      method === 'POST' ? { status: 202, body: { scanId: '1' } } : { status: 202 };
    expect(await send(mailOf('clean'), [berta])).toBe(451);
    on.gateway.asked.splice(0);
    on.gateway.says = ({ method, url }) =>
      method === 'GET' && url.includes('/scans/mail-') ? report('detect') : { status: 200, body: {} };
    expect(await sendOn(mailOf('clean'), [berta])).toBe(550);
    expect(on.gateway.posts).toEqual([]);
  });

  describe('killed', () => {
    const steps = ['EHLO client.example', 'MAIL FROM:<a@example.com>', `RCPT TO:<${anna}>`, 'DATA'];
    /** Each test leaves one that runs, unless it failed. */
    beforeEach(async () => {
      if (!on.sensor.isRunning) await startSensor();
    });

    it.each([0, 1, 2, 3, 4])('after %i steps of a session, nothing is delivered', async (count) => {
      const delivered = await deliveredBy(async () => {
        const dialog = await SmtpDialog.open(on.postfix.port);
        const codes: number[] = [];
        for (const step of steps.slice(0, count)) codes.push(await dialog.say(step));
        await on.sensor.kill();
        for (const step of steps.slice(count)) codes.push(await dialog.say(step));
        if (codes.at(-1) === 354) {
          dialog.write(`${mailOf('malware').toString('latin1')}.\r\n`);
          codes.push(await dialog.reply());
        }
        expect(codes.at(-1)).toBeGreaterThanOrEqual(400);
        dialog.close();
        await startSensor();
      });
      expect(delivered).toHaveLength(1);
    });
    it('while a mail waits for its verdict, nothing is delivered', async () => {
      const delivered = await deliveredBy(async () => {
        let isAsked: () => void = () => undefined;
        const asked = new Promise<void>((resolve) => (isAsked = resolve));
        on.gateway.says = ({ method }) => {
          if (method === 'POST') isAsked();
          return new Promise(() => undefined);
        };
        const code = send(mailOf('malware'));
        await asked;
        await on.sensor.kill();
        expect(await code).toBe(451);
        await startSensor();
      });
      expect(delivered).toHaveLength(1);
    });
  });
});
