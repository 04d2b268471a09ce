import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { MailReceiver } from '@sluice/tool-acceptance/receivers';
import { createTransport } from 'nodemailer';
import { NotifierFixture } from '../testing/notifier-fixture.js';

/** As many as two minutes of a chaos run raised. */
const alertCount = 1600;
const longest = 300_000;
/** Of one channel: as many as a notifier sends at once to it. */
const atOnce = 4;

/** One notifier, one channel, one rule: each alert is a mail of its own. */
describe('mails of many alerts', () => {
  let fixture: NotifierFixture;
  let receiver: MailReceiver;

  beforeAll(async () => {
    fixture = await NotifierFixture.start();
    receiver = await MailReceiver.start();
  }, longest);
  afterAll(async () => {
    await fixture?.stop();
    await receiver?.stop();
  });

  /** From the first mail to the last. */
  const tookMs = (): number => {
    const times = receiver.mails.map(({ atMs }) => atMs).sort((one, other) => one - other);
    return (times.at(-1) ?? 0) - (times[0] ?? 0);
  };
  const perSecond = (ms: number): number => Math.round((1000 * alertCount) / ms);

  it(
    'leave once each, at a rate that is told beside that of a program which does nothing but send them',
    async () => {
      const settings = {
        host: '127.0.0.1',
        port: receiver.port,
        from: 'sluice@example.org',
        security: 'none',
      };
      const channel = await fixture.channel('smtp', settings);
      await fixture.rule(channel, { to: ['soc@example.org'], maxPerHour: null });
      const raised = await fixture.raise(alertCount);
      fixture.startNotifier();
      await until(() => Promise.resolve(receiver.mails.length >= alertCount), longest);
      const ownMs = tookMs();
      await fixture.until(channel, (rows) => rows.every(({ state }) => state === 'delivered'));
      const events = receiver.mails.map(({ source }) => /^X-Sluice-Event: (\S+)/im.exec(source)?.[1]);
      expect([events.length, new Set(events).size]).toEqual([alertCount, raised.length]);

      const sources = receiver.mails.splice(0).map(({ source }) => source);
      const transport = createTransport({
        host: '127.0.0.1',
        port: receiver.port,
        ignoreTLS: true,
        pool: true,
        maxConnections: atOnce,
        maxMessages: Infinity,
      });
      const envelope = { from: 'sluice@example.org', to: ['soc@example.org'] };
      await Promise.all(sources.map((raw) => transport.sendMail({ envelope, raw })));
      transport.close();
      const floorMs = tookMs();
      console.warn(
        `${alertCount} mails of alerts in ${ownMs} ms: ${perSecond(ownMs)} a second; of a bare sender ${perSecond(floorMs)} a second, ${(floorMs / ownMs).toFixed(2)} of it`,
      );
      // On a busy machine the two rates differ by what others did meanwhile: this finds mails that leave one by one.
      expect(floorMs / ownMs).toBeGreaterThan(0.05);
    },
    2 * longest,
  );
});
