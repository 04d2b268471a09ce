import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWebhookSecret } from '@sluice/notifications';
import type { KeyPair } from '@sluice/tls';
import { MailReceiver, serverKeys, SyslogReceiver, WebhookReceiver } from '@sluice/tool-acceptance/receivers';
import PostalMime from 'postal-mime';
import { ExpireDeliveries } from './expire-deliveries/expire-deliveries.service.js';
import { NotifierFixture, type DeliveryRow } from './testing/notifier-fixture.js';

const minuteMs = 60_000;
/** Messages of a channel on their way at once: so many may be overtaken by one that was claimed after them. */
const slots = 4;

let keys: KeyPair;
let fixture: NotifierFixture;
let stopReceivers: () => Promise<unknown> = () => Promise.resolve();

beforeAll(async () => {
  keys = await serverKeys();
  fixture = await NotifierFixture.start();
  fixture.startNotifier();
});
afterAll(async () => {
  await stopReceivers();
  await fixture?.stop();
});

/** Three receivers at ports that stay the same while they come and go. */
async function startReceivers(ports = { smtp: 0, syslog: 0, webhook: 0 }) {
  const [mail, syslog, webhook] = await Promise.all([
    MailReceiver.start({ keys }, ports.smtp),
    SyslogReceiver.start({ keys, port: ports.syslog }),
    WebhookReceiver.start(keys, { port: ports.webhook }),
  ]);
  stopReceivers = () => Promise.all([mail.stop(), syslog.stop(), webhook.stop()]);
  return {
    mail,
    syslog,
    webhook,
    ports: { smtp: mail.port, syslog: syslog.port, webhook: webhook.port },
  };
}
type Receivers = Awaited<ReturnType<typeof startReceivers>>;

async function addChannels({ ports }: Receivers): Promise<string[]> {
  const to = { host: '127.0.0.1', ca: keys.certPem };
  const channels = [
    await fixture.channel('smtp', { ...to, port: ports.smtp, from: 'sluice@example.org' }),
    await fixture.channel('syslog', { ...to, port: ports.syslog }),
    await fixture.channel(
      'webhook',
      { url: `https://127.0.0.1:${ports.webhook}/`, ca: keys.certPem, allowPrivateAddresses: true },
      { secret: createWebhookSecret() },
    ),
  ];
  for (const [index, channel] of channels.entries())
    await fixture.rule(channel, {
      subject: '%alert_id%',
      ...(index === 0 ? { to: ['anna@example.org'] } : {}),
    });
  return channels;
}

/** Numbers of the alerts in the order in which they came. */
async function received({ mail, syslog, webhook }: Receivers): Promise<number[][]> {
  const mails = await Promise.all(mail.mails.map((one) => PostalMime.parse(one.source)));
  return [
    mails.map((one) => Number(one.subject)),
    syslog.frames.map((frame) => Number(/ cn1=(\d+)/.exec(frame)?.[1])),
    webhook.calls.map((call) => (JSON.parse(call.body) as { data: { alertId: number } }).data.alertId),
  ];
}

const attemptsOf = (rows: readonly DeliveryRow[]): number => rows.reduce((sum, row) => sum + row.attempts, 0);
const isIdle = (rows: readonly DeliveryRow[]): boolean => rows.every((row) => row.lease === null);

describe('receivers that are away for an hour', () => {
  it('get everything once they are back, in order, and nothing was given up', async () => {
    const before = await startReceivers();
    const channels = await addChannels(before);
    await stopReceivers();
    const raised = await fixture.raise(10);
    const tries = channels.map(() => 0);
    for (let minutes = 0; minutes < 60; minutes += 5) {
      for (const [index, channel] of channels.entries()) {
        const rows = await fixture.until(
          channel,
          (found) => found.length === raised.length && attemptsOf(found) > tries[index]! && isIdle(found),
        );
        tries[index] = attemptsOf(rows);
        expect(rows.map((row) => row.state)).toEqual(raised.map(() => 'waiting'));
      }
      raised.push(...(await fixture.raise(3)));
      await fixture.moveBack(5 * minuteMs);
    }
    await new ExpireDeliveries(fixture.ownDatabase).run();

    const back = await startReceivers(before.ports);
    const [since] = await fixture.rows<{ at: string }>('SELECT clock_timestamp()::text AS at');
    // At most a minute until it is tried again; all that waits follows at once.
    await fixture.moveBack(minuteMs);
    for (const channel of channels)
      await fixture.until(
        channel,
        (rows) => rows.length === raised.length && rows.every((row) => row.state === 'delivered'),
      );
    const orders = await received(back);
    for (const [index, order] of orders.entries()) {
      // What a busy machine did not bring in time comes later, and others go ahead of it.
      const late = await fixture.rows(
        `SELECT DISTINCT a.delivery_id FROM deliveries.attempts a JOIN deliveries.deliveries d ON d.id = a.delivery_id
         WHERE d.channel_id = $1 AND a.outcome <> 'delivered' AND a.finished_at > $2`,
        [channels[index], since?.at],
      );
      expect([...order].sort((one, other) => one - other)).toEqual(raised);
      // The first one was the one that found out.
      const [probe, ...rest] = order;
      const expected = raised.filter((one) => one !== probe);
      // Each came when all before it were there or on their way; how long one is on its way has no bound.
      const overtaken = rest.map((alertId, at) => expected.indexOf(alertId) - at);
      expect(Math.max(...overtaken)).toBeLessThan(slots + late.length);
    }
    expect(tries.every((count) => count >= 12)).toBe(true);
  });
});
