import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWebhookSecret } from '@sluice/notifications';
import type { KeyPair } from '@sluice/tls';
import { MailReceiver, serverKeys, SyslogReceiver, WebhookReceiver } from '@sluice/tool-acceptance/receivers';
import PostalMime from 'postal-mime';
import { ExpireDeliveries } from './expire-deliveries/expire-deliveries.service.js';
import { NotifierFixture, type DeliveryRow } from './testing/notifier-fixture.js';

const minuteMs = 60_000;
let keys: KeyPair;
let fixture: NotifierFixture;
let stopReceivers: () => Promise<unknown> = () => Promise.resolve();

beforeAll(async () => {
  keys = await serverKeys();
  fixture = await NotifierFixture.start();
  await fixture.rows(noteClaims);
  fixture.startNotifier();
});
afterAll(async () => {
  await stopReceivers();
  await fixture?.stop();
});

/** Three receivers at ports that stay the same while they come and go. */
async function startReceivers(ports?: Record<'smtp' | 'syslog' | 'webhook', number>) {
  const [mail, syslog, webhook] = await Promise.all([
    MailReceiver.start({ keys }, ports?.smtp),
    SyslogReceiver.start({ keys, ...(ports && { port: ports.syslog }) }),
    WebhookReceiver.start(keys, { ...(ports && { port: ports.webhook }) }),
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

/** Writes down what is claimed together: how long each is on its way from there says nothing of the order. */
const noteClaims = `
CREATE TABLE claims (at bigserial, batch xid8 DEFAULT pg_current_xact_id(), delivery_id uuid, lease uuid);
CREATE FUNCTION note_claim() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN INSERT INTO public.claims (delivery_id, lease) VALUES (NEW.delivery_id, NEW.lease); RETURN NEW; END $$;
CREATE TRIGGER note_claim AFTER INSERT ON deliveries.attempts FOR EACH ROW EXECUTE FUNCTION note_claim()`;

/**
 * Alerts by batch as they were claimed, each in the first batch that it was in. Without those that failed once more: a busy
 * machine did not bring them in time, and others go ahead of them.
 */
async function claimedTogether(channel: string): Promise<number[][]> {
  const batches = await fixture.rows<{ alerts: number[] }>(
    `SELECT array_agg(alert ORDER BY alert) AS alerts FROM (
       SELECT DISTINCT ON (d.id) c.batch, c.at, (e.facts ->> 'alertId')::integer AS alert
       FROM claims c
       JOIN deliveries.deliveries d ON d.id = c.delivery_id AND d.channel_id = $1
       JOIN deliveries.events e ON e.id = d.event_id
       WHERE NOT EXISTS (SELECT FROM claims o JOIN deliveries.attempts a USING (lease)
                         WHERE o.delivery_id = d.id AND a.outcome <> 'delivered')
       ORDER BY d.id, c.at
     ) first GROUP BY batch ORDER BY min(at)`,
    [channel],
  );
  return batches.map(({ alerts }) => alerts);
}

const byNumber = (one: number, other: number): number => one - other;
const attemptsOf = (rows: readonly DeliveryRow[]): number => rows.reduce((sum, row) => sum + row.attempts, 0);
const isIdle = (rows: readonly DeliveryRow[]): boolean => rows.every((row) => row.lease === null);

describe('receivers that are away for an hour', () => {
  it('get everything once they are back, in order, and nothing was given up', async () => {
    const before = await startReceivers();
    const channels = await addChannels(before);
    await stopReceivers();
    const raised = await fixture.raise(10);
    const tries = channels.map(() => 0);
    const allTried = async (): Promise<void> => {
      for (const [index, channel] of channels.entries()) {
        const rows = await fixture.until(
          channel,
          (found) => found.length === raised.length && attemptsOf(found) > tries[index]! && isIdle(found),
        );
        tries[index] = attemptsOf(rows);
        expect(rows.map((row) => row.state)).toEqual(raised.map(() => 'waiting'));
      }
    };
    for (let minutes = 0; minutes < 60; minutes += 5) {
      await allTried();
      raised.push(...(await fixture.raise(3)));
      await fixture.moveBack(5 * minuteMs);
    }
    await new ExpireDeliveries(fixture.ownDatabase).run();

    // What is due since the clock was moved has been tried: nothing is claimed before it is moved again.
    await allTried();
    await fixture.rows('DELETE FROM claims');
    const back = await startReceivers(before.ports);
    // At most a minute until it is tried again; all that waits follows at once.
    await fixture.moveBack(minuteMs);
    for (const channel of channels)
      await fixture.until(
        channel,
        (rows) => rows.length === raised.length && rows.every((row) => row.state === 'delivered'),
      );
    for (const order of await received(back)) expect(order.toSorted(byNumber)).toEqual(raised);
    for (const channel of channels) {
      // The first one was the one that found out.
      const [probe, ...batches] = await claimedTogether(channel);
      expect(probe).toHaveLength(1);
      expect(batches.flat()).toEqual(batches.flat().toSorted(byNumber));
    }
    expect(tries.every((count) => count >= 12)).toBe(true);
  });
});
