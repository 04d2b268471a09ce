import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWebhookSecret } from '@sluice/notifications';
import type { KeyPair } from '@sluice/tls';
import {
  answerOk,
  MailReceiver,
  serverKeys,
  SyslogReceiver,
  WebhookReceiver,
} from '@sluice/tool-acceptance/receivers';
import { randomUUID } from 'node:crypto';
import { NotifierFixture, type DeliveryRow } from './testing/notifier-fixture.js';

const secret = createWebhookSecret();

const isDone = (count: number) => (rows: DeliveryRow[]) =>
  rows.filter((row) => row.state === 'delivered').length === count;

const wasTried = (rows: DeliveryRow[]) => rows[0] !== undefined && rows[0].last_answer !== null;

let keys: KeyPair;
let fixture: NotifierFixture;
let receiver: WebhookReceiver;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  keys = await serverKeys();
  fixture = await NotifierFixture.start();
  receiver = await WebhookReceiver.start(keys);
  fixture.startNotifier();
});
afterAll(async () => {
  await receiver.stop();
  await fixture.stop();
});
afterEach(async () => {
  receiver.answer = answerOk;
  receiver.calls.length = 0;
  await fixture.rows('UPDATE deliveries.rules SET is_enabled = false');
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const webhook = (port = receiver.port) =>
  fixture.channel(
    'webhook',
    { url: `https://127.0.0.1:${port}/`, ca: keys.certPem, allowPrivateAddresses: true },
    { secret },
  );
const alertsOf = (calls: WebhookReceiver['calls']): unknown[] =>
  calls.map((call) => (JSON.parse(call.body) as { data: { alertId: unknown } }).data.alertId);

describe('the notifier', () => {
  it('tells an alert by mail, syslog and webhook', async () => {
    const mail = await MailReceiver.start({ keys, login: { user: 'u', password: 'p' } });
    const syslog = await SyslogReceiver.start({ keys });
    stops.push(
      () => mail.stop(),
      () => syslog.stop(),
    );
    const channels = [
      await fixture.channel(
        'smtp',
        { host: '127.0.0.1', port: mail.port, from: 'sluice@example.org', ca: keys.certPem, username: 'u' },
        { password: 'p' },
      ),
      await fixture.channel('syslog', { host: '127.0.0.1', port: syslog.port, ca: keys.certPem }),
      await webhook(),
    ];
    await fixture.rule(channels[0]!, { to: ['anna@example.org'] });
    await fixture.rule(channels[1]!);
    await fixture.rule(channels[2]!);
    const [alertId] = await fixture.raise();
    for (const channel of channels) await fixture.until(channel, isDone(1));
    expect(mail.mails).toMatchObject([{ to: ['anna@example.org'], user: 'u' }]);
    expect(syslog.frames).toEqual([expect.stringContaining(`cn1=${alertId}`)]);
    expect(alertsOf(receiver.calls)).toEqual([alertId]);
  });

  it('makes one delivery per alert and rule, also with several notifiers at it', async () => {
    stops.push(
      ...['a', 'b', 'c'].map((instance) => {
        const other = fixture.startNotifier({ instance });
        return () => other.stop(0);
      }),
    );
    const channel = await webhook();
    const rules = [await fixture.rule(channel), await fixture.rule(channel)];
    const raised: number[] = [];
    for (let n = 0; n < 10; n += 1) raised.push(...(await fixture.raise(5)));
    await fixture.until(channel, isDone(raised.length * rules.length));
    const pairs = await fixture.rows<{ count: number }>(
      `SELECT count(*) FROM deliveries.deliveries d JOIN deliveries.events e ON e.id = d.event_id
       WHERE d.channel_id = $1 GROUP BY e.alert_id, d.rule_id`,
      [channel],
    );
    expect(pairs.map((row) => row.count)).toEqual(new Array(100).fill(1));
    expect(alertsOf(receiver.calls).sort()).toEqual([...raised, ...raised].sort());
    expect(await fixture.rows('SELECT * FROM ledger.outbox')).toEqual([]);
  });

  it('tells only what a rule asks for, and keeps nothing of the rest', async () => {
    const channel = await webhook();
    await fixture.rule(channel, { match: { minimumImportance: 'high', source: '10.0.0.0/8' } });
    await fixture.raise(1, { importance: 'low' });
    await fixture.raise(1, { source_address: '192.0.2.1' });
    const [wanted] = await fixture.raise();
    await fixture.until(channel, isDone(1));
    expect(alertsOf(receiver.calls)).toEqual([wanted]);
  });

  it('goes on for the others while a receiver hangs and another is gone', async () => {
    const hanging = await WebhookReceiver.start(keys);
    hanging.answer = () => undefined;
    stops.push(() => hanging.stop());
    const [slow, gone, good] = [await webhook(hanging.port), await webhook(1), await webhook()];
    for (const channel of [slow, gone, good]) await fixture.rule(channel);
    await fixture.raise(30);
    await fixture.until(good, isDone(30));
    // Four at once and no more; on a busy machine the first of them may have been given up by now.
    const hung = await fixture.deliveries(slow);
    expect(hung.filter((row) => row.attempts > 0).length).toBeGreaterThanOrEqual(4);
    expect(hung.filter((row) => row.lease !== null).length).toBeLessThanOrEqual(4);
    expect(hung.filter((row) => row.state === 'delivered')).toHaveLength(0);
    const tried = (await fixture.deliveries(gone)).reduce((sum, row) => sum + row.attempts, 0);
    expect(tried).toBeLessThanOrEqual(8);
  });

  it('delivers everything to a receiver that is back, with the same ids, and logs each attempt', async () => {
    const channel = await webhook();
    await fixture.rule(channel);
    const triedIds = new Set<unknown>();
    receiver.answer = ({ headers }, response) => {
      triedIds.add(headers['webhook-id']);
      response.writeHead(503).end('closed');
    };
    await fixture.raise(20);
    await fixture.until(
      channel,
      (rows) =>
        rows.filter((row) => row.last_answer !== null).length >= 3 && rows.every((row) => row.lease === null),
    );
    const [health] = await fixture.rows<{ failures: number; paused_until: Date | null }>(
      'SELECT * FROM deliveries.channel_health WHERE channel_id = $1',
      [channel],
    );
    expect(health!.failures).toBeGreaterThanOrEqual(3);
    expect(health!.paused_until).not.toBeNull();
    const ids: unknown[] = [];
    receiver.answer = (call, response) => {
      ids.push(call.headers['webhook-id']);
      answerOk(call, response);
    };
    await fixture.passTime();
    const rows = await fixture.until(channel, isDone(20));
    expect(ids.sort()).toEqual(rows.map((row) => row.event_id).sort());
    expect([...triedIds].every((id) => ids.includes(id))).toBe(true);
    const log = await fixture.rows<{ outcome: string; answer: string }>(
      `SELECT a.outcome, a.answer FROM deliveries.attempts a JOIN deliveries.deliveries d ON d.id = a.delivery_id
       WHERE d.channel_id = $1 AND a.delivery_id = $2 ORDER BY a.id`,
      [channel, rows[0]!.id],
    );
    expect(log.at(-1)).toEqual({ outcome: 'delivered', answer: 'HTTP 204 No Content' });
    // One, or more where the machine took its time.
    const refused = { outcome: 'failed', answer: 'HTTP 503 Service Unavailable: closed' };
    expect(log).toHaveLength(rows[0]!.attempts);
    expect([...new Set(log.slice(0, -1).map((one) => JSON.stringify(one)))]).toEqual([
      JSON.stringify(refused),
    ]);
  });

  it('hands over to another instance what a dead one had in hand', async () => {
    const channel = await webhook();
    await fixture.rule(channel);
    const frozen = new Promise<void>((resolve) => {
      receiver.answer = (_call, response) => {
        receiver.answer = answerOk;
        response.on('close', () => resolve());
      };
    });
    const [alertId] = await fixture.raise();
    await fixture.until(channel, (rows) => rows[0]?.attempts === 1);
    // As after a kill: no one finishes the attempt, and its lease ends.
    await fixture.rows(`UPDATE deliveries.deliveries SET due_at = clock_timestamp() WHERE channel_id = $1`, [
      channel,
    ]);
    const [row] = await fixture.until(channel, isDone(1));
    expect(row!.attempts).toBe(2);
    expect(alertsOf(receiver.calls)).toEqual([alertId, alertId]);
    const ids = receiver.calls.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    await receiver.stop();
    await frozen;
    receiver = await WebhookReceiver.start(keys);
  });

  it('gathers a digest, and tells it as one message', async () => {
    const channel = await webhook();
    await fixture.rule(channel, { digestMinutes: 5 });
    const raised = [...(await fixture.raise(2)), ...(await fixture.raise(1))];
    await fixture.until(channel, (rows) => rows.filter((row) => row.state === 'gathered').length === 3);
    expect(receiver.calls).toEqual([]);
    await fixture.passTime();
    await fixture.until(channel, isDone(4));
    expect(receiver.calls).toHaveLength(1);
    const body = JSON.parse(receiver.calls[0]!.body) as {
      type: string;
      data: { alerts: { alertId: number }[] };
    };
    expect(body.type).toBe('alert.digest');
    expect(body.data.alerts.map((one) => one.alertId)).toEqual(raised);
  });

  it('holds back what is over the limit and tells how much it was', async () => {
    const channel = await webhook();
    await fixture.rule(channel, { maxPerHour: 2 });
    await fixture.raise(7);
    await fixture.until(channel, isDone(2));
    expect(receiver.calls).toHaveLength(2);
    await fixture.passTime();
    await fixture.until(channel, isDone(8));
    expect(receiver.calls).toHaveLength(3);
    expect(JSON.parse(receiver.calls[2]!.body)).toMatchObject({
      type: 'alert.held-back',
      data: { total: 5 },
    });
  });

  it('is dead when the receiver refuses for good, and after the last attempt', async () => {
    const mail = await MailReceiver.start({ refuse: { 'gone@example.org': 550 } });
    stops.push(() => mail.stop());
    const settings = { host: '127.0.0.1', port: mail.port, from: 'sluice@example.org', security: 'none' };
    const [refused, failing] = [await fixture.channel('smtp', settings), await webhook(1)];
    await fixture.rule(refused, { to: ['gone@example.org'] });
    await fixture.rule(failing);
    await fixture.raise();
    const [dead] = await fixture.until(refused, (rows) => rows[0]?.state === 'dead');
    expect(dead).toMatchObject({ attempts: 1, last_answer: '550 no such mailbox' });
    await fixture.until(failing, wasTried);
    await fixture.rows(
      `UPDATE deliveries.deliveries SET first_attempt_at = clock_timestamp() - interval '1 day' WHERE channel_id = $1`,
      [failing],
    );
    await fixture.passTime();
    await fixture.until(failing, (rows) => rows[0]?.state === 'dead');
  });

  it('sends no more for a rule that is switched off', async () => {
    const channel = await webhook(1);
    const rule = await fixture.rule(channel);
    await fixture.raise();
    await fixture.until(channel, wasTried);
    await fixture.rows('UPDATE deliveries.rules SET is_enabled = false WHERE id = $1', [rule]);
    await fixture.passTime();
    const [row] = await fixture.until(channel, (rows) => rows[0]?.state === 'cancelled');
    expect(row!.last_answer).toContain('switched off');
  });

  it('sends tests at once, also while the channel is paused, and never twice', async () => {
    const channel = await webhook();
    await fixture.rows(
      `INSERT INTO deliveries.channel_health (channel_id, failures, paused_until) VALUES ($1, 9, clock_timestamp() + interval '1 hour')`,
      [channel],
    );
    const test = () =>
      fixture.rows(
        `INSERT INTO deliveries.deliveries (id, kind, state, channel_id, channel_name, operator, due_at)
         VALUES ($1, 'test', 'waiting', $2, 'c', 'admin', clock_timestamp())`,
        [randomUUID(), channel],
      );
    receiver.answer = (_call, response) => response.writeHead(401).end('who are you');
    await test();
    const [failed] = await fixture.until(channel, (rows) => rows[0]?.state === 'dead');
    expect(failed).toMatchObject({ attempts: 1, last_answer: 'HTTP 401 Unauthorized: who are you' });
    receiver.answer = answerOk;
    await test();
    await fixture.until(channel, isDone(1));
    // A test that works ends the pause.
    expect(
      await fixture.rows(
        'SELECT failures, paused_until FROM deliveries.channel_health WHERE channel_id = $1',
        [channel],
      ),
    ).toEqual([{ failures: 0, paused_until: null }]);
  });

  it('says when a secret was sealed for another notifier', async () => {
    const channel = await fixture.channel('webhook', { url: `https://127.0.0.1:${receiver.port}/` });
    await fixture.rows(`INSERT INTO deliveries.channel_secrets VALUES ($1, 'secret', 's1.a.b.c')`, [channel]);
    await fixture.rule(channel);
    await fixture.raise();
    const [row] = await fixture.until(channel, wasTried);
    expect(row!.last_answer).toContain('enter it again');
  });

  it('publishes the key secrets are sealed with', async () => {
    expect(await fixture.rows('SELECT public_key FROM deliveries.sealing_key')).toEqual([
      { public_key: fixture.keys.publicKey },
    ]);
  });
});
