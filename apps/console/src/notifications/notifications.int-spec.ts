import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createSealingKeyPair, openSecret, secretContext } from '@sluice/notifications';
import { until } from '@sluice/timing';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest, type Answer } from '../testing/console-under-test.js';

const keys = createSealingKeyPair();
const password = 'a very secret password';
const smtp = { host: 'mail.example', from: 'sluice@example.org', username: 'u', password };

describe('notifications', () => {
  let app: ConsoleUnderTest;
  let token: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('administrator');
    await publishKey();
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    await app.rows('DELETE FROM deliveries.rules');
    await app.rows('DELETE FROM deliveries.channels');
    await app.rows('DELETE FROM deliveries.deliveries');
  });

  const publishKey = () =>
    app.rows(
      `INSERT INTO deliveries.sealing_key (public_key, console_url) VALUES ($1, 'https://console.example')`,
      [keys.publicKey],
    );
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    app.call(method, `/api/notification-${path}`, { token, ...(body === undefined ? {} : { body }) });
  const addSmtp = (name = 'Mail', settings: object = smtp) =>
    call('POST', 'channels', { name, kind: 'smtp', settings });
  const addWebhook = (name = 'Hook') =>
    call('POST', 'channels', { name, kind: 'webhook', settings: { url: 'https://hook.example/' } });

  it('takes secrets and never gives them back: not in answers, lists, the audit log or the database', async () => {
    const added = await addSmtp();
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      name: 'Mail',
      kind: 'smtp',
      secrets: ['password'],
      state: 'unused',
      rules: 0,
    });
    expect(added.body.settings).toMatchObject({ host: 'mail.example', port: 587, security: 'starttls' });
    const shown = [added, await call('GET', 'channels'), await call('GET', `channels/${added.body.id}`)];
    const stored = [
      ...(await app.rows('SELECT * FROM registry.audit')),
      ...(await app.rows('SELECT * FROM deliveries.channels')),
      ...(await app.rows<{ sealed: string }>('SELECT * FROM deliveries.channel_secrets')),
    ];
    expect(JSON.stringify([shown, stored])).not.toContain(password);
    const [secret] = await app.rows<{ sealed: string }>('SELECT sealed FROM deliveries.channel_secrets');
    const context = secretContext(added.body.id as string, 'password');
    expect(openSecret(keys.privateKeyPem, context, secret!.sealed)).toBe(password);
  });

  it('keeps a secret that is not given, removes one that is null, and asks for it again when it would go elsewhere', async () => {
    const { id } = (await addSmtp()).body as { id: string };
    const change = (settings: object) => call('PATCH', `channels/${id}`, { settings });
    expect((await change({ from: 'other@example.org' })).body).toMatchObject({ secrets: ['password'] });
    const elsewhere = await change({ host: 'evil.example' });
    expect(elsewhere).toMatchObject({
      status: 400,
      body: { fields: { 'settings.password': 'enter it again' } },
    });
    expect((await change({ host: 'new.example', password: 'again' })).body.settings.host).toBe('new.example');
    expect((await change({ password: null })).body).toMatchObject({ secrets: [] });
    expect((await change({ host: 'third.example' })).status).toBe(200);
  });

  it('makes the secret of a webhook when none is given, and shows it once', async () => {
    const added = await addWebhook();
    expect(added.body.secret).toMatch(/^whsec_/);
    expect((await call('GET', `channels/${added.body.id}`)).body).not.toHaveProperty('secret');
    expect((await call('PATCH', `channels/${added.body.id}`, { settings: { secret: null } })).status).toBe(
      400,
    );
  });

  it('names what is wrong with settings', async () => {
    const wrong = await call('POST', 'channels', {
      name: 'x',
      kind: 'webhook',
      settings: { url: 'http://a.example' },
    });
    expect(wrong.status).toBe(400);
    expect(JSON.stringify(wrong.body.fields)).toContain('https://');
    const { id } = (await addWebhook()).body as { id: string };
    expect(
      await call('PATCH', `channels/${id}`, { settings: { url: 'ftp://x', nonsense: 1 } }),
    ).toMatchObject({
      status: 400,
      body: { fields: { 'settings.url': expect.any(String) } },
    });
  });

  it('says that the notifier has to start before secrets can be saved', async () => {
    await app.rows('DELETE FROM deliveries.sealing_key');
    onTestFinished(async () => {
      await publishKey();
    });
    expect((await addSmtp()).status).toBe(503);
    expect((await addSmtp('Without', { ...smtp, password: null, username: null })).status).toBe(201);
  });

  it('refuses a name twice, and to delete a channel that is in use', async () => {
    const { id } = (await addSmtp()).body as { id: string };
    expect((await addSmtp('mail')).status).toBe(409);
    await call('POST', 'rules', { name: 'r', channelId: id, to: ['a@example.org'] });
    expect((await call('DELETE', `channels/${id}`)).status).toBe(409);
  });

  it('lets a changed channel start afresh', async () => {
    const { id } = (await addWebhook()).body as { id: string };
    await app.rows(
      `INSERT INTO deliveries.channel_health (channel_id, failures, paused_until, last_failure_at)
       VALUES ($1, 7, clock_timestamp() + interval '1 hour', clock_timestamp())`,
      [id],
    );
    const away = (await call('GET', `channels/${id}`)).body;
    expect(away).toMatchObject({ state: 'away', failures: 7, failingSince: away.lastFailureAt });
    const changed = await call('PATCH', `channels/${id}`, { settings: { url: 'https://other.example' } });
    expect(changed.body).toMatchObject({ state: 'unused', failures: 0 });
  });

  it('tests a channel through the notifier and shows the real answer', async () => {
    const { id } = (await addSmtp()).body as { id: string };
    const testing = call('POST', `channels/${id}/test`, { to: ['me@example.org'] });
    const [row] = await untilRow<{ id: string; recipients: string[] }>(
      `SELECT id, recipients FROM deliveries.deliveries WHERE kind = 'test' AND channel_id = $1`,
      [id],
    );
    expect(row!.recipients).toEqual(['me@example.org']);
    await app.rows(
      `UPDATE deliveries.deliveries SET state = 'dead', last_answer = '550 no such user' WHERE id = $1`,
      [row!.id],
    );
    expect(await testing).toMatchObject({
      status: 200,
      body: { outcome: 'failed', answer: '550 no such user', deliveryId: row!.id },
    });
  });

  it('checks that recipients fit the channel', async () => {
    const mail = (await addSmtp()).body as { id: string };
    const hook = (await addWebhook()).body as { id: string };
    const add = (body: object) => call('POST', 'rules', { name: 'r', ...body });
    expect((await add({ channelId: mail.id })).body.fields).toHaveProperty('to');
    expect((await add({ channelId: hook.id, to: ['a@example.org'] })).body.fields).toHaveProperty('to');
    expect((await add({ channelId: randomUUID() })).body.fields).toHaveProperty('channelId');
    expect((await add({ channelId: mail.id, to: ['a@example.org'], subject: '%nonsense%' })).status).toBe(
      400,
    );
  });

  it('changes rules, and stops what a rule has not sent yet when it is switched off', async () => {
    const hook = (await addWebhook()).body as { id: string };
    const rule = (await call('POST', 'rules', { name: 'r', channelId: hook.id, match: { types: ['mail'] } }))
      .body as { id: string };
    expect(rule).toMatchObject({
      name: 'r',
      enabled: true,
      match: { types: ['mail'], operation: null },
      maxPerHour: null,
    });
    await deliver(hook.id, rule.id, 'waiting');
    const changed = await call('PATCH', `rules/${rule.id}`, { enabled: false, maxPerHour: 5 });
    expect(changed.body).toMatchObject({ enabled: false, maxPerHour: 5, match: { types: ['mail'] } });
    expect((await call('GET', 'deliveries')).body.items).toMatchObject([{ state: 'cancelled' }]);
    expect((await call('DELETE', `rules/${rule.id}`)).status).toBe(204);
    expect((await call('GET', 'rules')).body.items).toEqual([]);
  });

  it('shows which of the last alerts a rule would tell, and how', async () => {
    for (const [name, importance] of [
      ['a.exe', 'high'],
      ['b.exe', 'low'],
      ['<c>.exe', 'high'],
    ] as const)
      await raise(name, importance);
    const { body } = await call('POST', 'rules/preview', {
      match: { minimumImportance: 'high' },
      subject: '%object%',
    });
    expect(body).toMatchObject({ looked: 3, matched: [{ objectName: '<c>.exe' }, { objectName: 'a.exe' }] });
    expect(body.example).toMatchObject({ form: 'mail', subject: '<c>.exe' });
    expect(body.example.html).toContain('&lt;c&gt;.exe');
    expect(body.example.text).toContain('https://console.example/alerts/');
    const hook = (await addWebhook()).body as { id: string };
    const asJson = await call('POST', 'rules/preview', { channelId: hook.id });
    expect(JSON.parse(asJson.body.example.text as string)).toMatchObject({ type: 'alert.created' });
  });

  it('does not show by its matches whom a mail was sent to blindly', async () => {
    await raise('mail.exe', 'high');
    await app.rows(
      `UPDATE ledger.alerts SET is_mail = true, rcpt_to = '["named@example.org", "blind@example.org"]',
         mail = '{"to": ["named@example.org"], "cc": []}' WHERE object_name = 'mail.exe'`,
    );
    const matched = async (address: string) =>
      (await call('POST', 'rules/preview', { match: { address } })).body.matched as unknown[];
    expect(await matched('n*@example.org')).toHaveLength(1);
    expect(await matched('b*@example.org')).toEqual([]);
  });

  it('shows rules of the releases before, which lack what came later', async () => {
    const hook = (await addWebhook()).body as { id: string };
    const operation = { failedJobs: true };
    await call('POST', 'rules', { name: 'old', channelId: hook.id, match: { operation } });
    await app.rows(
      `UPDATE deliveries.rules SET match = jsonb_set(match, '{operation}', '{"failedJobs": true}')`,
    );
    expect((await call('GET', 'rules')).body.items).toMatchObject([
      { match: { operation: { failedJobs: true, healthFrom: null, engineDown: false } } },
    ]);
  });

  it('shows how troubles of operation would look', async () => {
    const operation = { engineDown: true, queueOlderThanSeconds: 60 };
    const { body } = await call('POST', 'rules/preview', { match: { operation } });
    expect(body).toMatchObject({ matched: [], example: { form: 'mail' } });
    expect(body.example.subject).toContain('is down');
    expect(body.example.text).toContain('has waited for 61 s');
  });

  it('lists deliveries with each attempt, and replays them', async () => {
    const hook = (await addWebhook()).body as { id: string };
    const rule = (await call('POST', 'rules', { name: 'r', channelId: hook.id })).body as { id: string };
    const dead = await deliver(hook.id, rule.id, 'dead');
    await app.rows(
      `INSERT INTO deliveries.attempts (delivery_id, lease, instance, started_at, finished_at, outcome, answer)
       VALUES ($1, gen_random_uuid(), 'n', clock_timestamp(), clock_timestamp(), 'failed', 'HTTP 500')`,
      [dead],
    );
    await deliver(hook.id, rule.id, 'delivered');
    const list = (query: string) => call('GET', `deliveries?${query}`);
    expect((await list('state=dead')).body.items).toMatchObject([
      {
        id: dead,
        rule: { name: 'r' },
        channel: { name: 'Hook' },
        attempts: [{ outcome: 'failed', answer: 'HTTP 500' }],
      },
    ]);
    const page = await list('limit=1');
    expect((await list(`limit=1&cursor=${page.body.nextCursor}`)).body.items).toMatchObject([{ id: dead }]);
    expect((await call('POST', `deliveries/${dead}/replay`)).status).toBe(202);
    expect((await call('GET', `deliveries/${dead}`)).body).toMatchObject({
      state: 'waiting',
      finishedAt: null,
    });
    await app.rows('UPDATE deliveries.deliveries SET lease = gen_random_uuid() WHERE id = $1', [dead]);
    const underWay = await call('POST', `deliveries/${dead}/replay`);
    expect(underWay).toMatchObject({ status: 409, body: { message: 'it is being sent right now' } });
    await call('PATCH', `rules/${rule.id}`, { enabled: false });
    expect((await call('POST', `deliveries/${dead}/replay`)).status).toBe(409);
    expect((await call('POST', `deliveries/${randomUUID()}/replay`)).status).toBe(404);
  });

  async function untilRow<Row>(sql: string, values: unknown[]): Promise<Row[]> {
    return until(async () => {
      const rows = await app.rows<Row>(sql, values);
      return rows.length > 0 && rows;
    });
  }

  async function deliver(channelId: string, ruleId: string, state: string): Promise<string> {
    const id = randomUUID();
    await app.rows(
      `INSERT INTO deliveries.deliveries (id, kind, state, rule_id, rule_name, channel_id, channel_name, due_at, finished_at)
       VALUES ($1, 'alert', $2, $3, 'r', $4, 'Hook', clock_timestamp(), CASE WHEN $2 <> 'waiting' THEN clock_timestamp() END)`,
      [id, state, ruleId, channelId],
    );
    return id;
  }

  async function raise(objectName: string, importance: string): Promise<void> {
    await app.rows(
      `INSERT INTO ledger.alerts (submission_id, registration_id, sensor_id, is_mail, instance, source_address, created_at,
         submitted_at, importance, technologies, detections, detections_total, engines, database_version, object_key,
         object_name, object_type, size_bytes, sha256, rcpt_to)
       VALUES (gen_random_uuid(), gen_random_uuid(), 's', false, '', '10.0.0.1', clock_timestamp(), clock_timestamp(), $2,
         ARRAY['am'], '[{"engine":"ClamAV","technology":"am","name":"X","path":[]}]', 1, '[]', 0, 'k', $1, 'file', 1,
         repeat('a', 64), '[]')`,
      [objectName, importance],
    );
  }
});
