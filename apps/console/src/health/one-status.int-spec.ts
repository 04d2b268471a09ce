import type { Health, PastCause } from '@sluice/console-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LiveStateQuery } from '../events/live-state.query.js';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { insertInstance } from '../testing/insert-instance.js';
import { HealthService } from './health.service.js';

let app: ConsoleUnderTest;
let token: string;
beforeAll(async () => {
  app = await ConsoleUnderTest.start();
  token = await app.token('administrator');
});
afterAll(() => app.stop());
beforeEach(async () => {
  await app.rows(
    'TRUNCATE ledger.instances, ledger.scans, ledger.minutes, ledger.failed_jobs, registry.certificates, registry.causes CASCADE',
  );
  for (const service of ['gateway', 'results', 'notifier'] as const) await insertInstance(app, { service });
});

const scanner = (given: object = {}) => insertInstance(app, { instance: 'scanner-1', ...given });
const minute = (counts: string) =>
  app.rows(
    `INSERT INTO ledger.minutes (minute, is_mail, accepted, detect, not_detected, timeout, error)
     VALUES (date_trunc('minute', now()), false, ${counts})`,
  );
const waiting = (priority: number, age: string) =>
  app.rows(
    `INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, is_shown, shown_state, state,
       object_key, sha256, size_bytes, object_type, rcpt_to, source_address, queue, priority, accepted_at, published_at)
     VALUES (gen_random_uuid(), gen_random_uuid(), 'a', true, '', false, 'processing', 'processing', 'a', repeat('0', 64), 1, 'file', '[]',
       '192.0.2.1', 'light', ${priority}, now() - interval '${age}', now())`,
  );
const expiring = async () => {
  const [registration] = await app.rows<{ id: string }>(
    `INSERT INTO registry.registrations (id, sensor_id, type, name)
     VALUES (gen_random_uuid(), 'files-01', 'other', 'Files') RETURNING id`,
  );
  await app.rows(
    `INSERT INTO registry.certificates (id, sensor_id, fingerprint, state, registration_id, claimed_type, last_address,
       revision, not_after, decided_by, decided_at)
     VALUES (gen_random_uuid(), 'files-01', repeat('a', 64), 'accepted', $1, 'other', '192.0.2.1', 1,
       now() + interval '2 days', 'admin', now())`,
    [registration?.id],
  );
};

/** One way for each group of causes to come up; what is found in which numbers, find-causes.spec.ts says. */
const troubles: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['scanner:none', async () => undefined],
  [
    'scanner:silent',
    async () => {
      await scanner();
      await scanner({ instance: 'scanner-2' });
      await app.rows(
        `UPDATE ledger.instances SET seen_at = now() - interval '9 minutes' WHERE instance = 'scanner-2'`,
      );
    },
  ],
  ['engine:clamav', () => scanner({ engines: [{ isHealthy: false, problem: 'no answer' }] })],
  ['queue:mail-late', () => Promise.all([scanner(), waiting(5, '10 minutes')])],
  ['queue:late', () => Promise.all([scanner(), waiting(1, '10 hours')])],
  ['scans:not-examined', () => Promise.all([scanner(), minute('20, 0, 10, 0, 10')])],
  [
    'failed-jobs',
    () =>
      Promise.all([
        scanner(),
        app.rows(
          `INSERT INTO ledger.failed_jobs (kind, reason, failed_at) VALUES ('message', 'bad-message', now()), ('message', 'bad-message', now())`,
        ),
      ]),
  ],
  ['certificate:external-systems', () => Promise.all([scanner(), expiring()])],
];

describe('what is wrong is the same everywhere', () => {
  it.each(troubles)('%s', async (id, raise) => {
    await raise();
    await app.get(HealthService).watch();
    const health = (await app.call('GET', '/api/health', { token })).body as Health;
    expect(health.causes.map((one) => one.id)).toContain(id);
    const shown = health.causes.map((one) => `${one.level} ${one.id} ${one.title}`).sort();

    // The history behind the marks of charts.
    const range = new URLSearchParams({ from: '2026-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' });
    const history = (await app.call('GET', `/api/health/history?${range.toString()}`, { token })).body as {
      items: PastCause[];
    };
    expect(history.items.map((one) => `${one.level} ${one.id} ${one.title}`).sort()).toEqual(shown);
    // Notices of operation.
    const told = await app.rows<{ text: string }>(
      `SELECT level || ' ' || id || ' ' || title AS text FROM deliveries.causes`,
    );
    expect(told.map(({ text }) => text).sort()).toEqual(shown);
    // Badges of the menu.
    const { problems, failedJobs } = await app.get(LiveStateQuery).read();
    const urgent = health.causes.filter(({ level }) => level !== 'advisory');
    expect(Object.values(problems).reduce((sum, count) => sum + count, 0)).toBe(urgent.length);
    for (const { link } of urgent) expect(problems[link.split(/[?#]/)[0] ?? '']).toBeGreaterThan(0);
    const jobs = (await app.call('GET', '/api/failed-jobs', { token })).body as { items: unknown[] };
    const said = health.causes.find((one) => one.id === 'failed-jobs')?.title ?? '0 failed jobs';
    expect([failedJobs, Number.parseInt(said, 10)]).toEqual([jobs.items.length, jobs.items.length]);
  });

  it('and nothing where nothing is wrong', async () => {
    await scanner();
    await app.get(HealthService).watch();
    const { body } = await app.call('GET', '/api/health', { token });
    expect(body).toMatchObject({ status: 'ok', summary: null, causes: [] });
    expect(await app.rows('SELECT id FROM deliveries.causes')).toEqual([]);
  });
});
