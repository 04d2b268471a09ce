import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConsoleUnderTest } from '../testing/console-under-test.js';

const total = 1203;

describe('changing many alerts', () => {
  let app: ConsoleUnderTest;
  let token: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('security-officer');
    await app.rows(
      `INSERT INTO ledger.alerts (submission_id, registration_id, sensor_id, is_mail, instance, source_address,
         created_at, submitted_at, importance, technologies, detections, detections_total, engines, database_version,
         object_key, object_type, size_bytes, sha256, rcpt_to)
       SELECT gen_random_uuid(), gen_random_uuid(), 'fs-1', false, '', '192.0.2.1', now(), now(),
         CASE WHEN i <= $1 THEN 'low' ELSE 'high' END, '{am}', '[]', 1, '[]', 202611210000, gen_random_uuid(), 'file',
         68, md5(i::text) || md5(i::text), '[]'
       FROM generate_series(1, $1 + 5) i`,
      [total],
    );
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    app.asked.length = 0;
    app.answerRpc = () => ({ changed: 7, left: 0 });
  });

  const change = (body: object, as = token) => app.call('PATCH', '/api/alerts', { token: as, body });
  const asked = () => app.asked.map(({ request }) => request as { alertIds: number[] });

  it('goes part by part through all that fit, and through none that arrived later', async () => {
    const counted = await app.call('GET', '/api/alert-count?importance=low', { token });
    expect(counted.body).toMatchObject({ count: total, isMore: false });
    const throughId: number = counted.body.newestId - 6;
    const steps: { looked: number; nextCursor: string | null }[] = [];
    do {
      const cursor = steps.at(-1)?.nextCursor;
      const body = {
        filter: { importance: 'low' },
        throughId,
        state: 'closed',
        ...(cursor ? { cursor } : {}),
      };
      steps.push((await change(body)).body);
    } while (steps.at(-1)?.nextCursor !== null);
    expect(steps.map((step) => step.looked)).toEqual([500, 500, total - 1 - 1000]);
    const ids = asked().flatMap((request) => request.alertIds);
    expect(new Set(ids).size).toBe(total - 1);
    expect(Math.max(...ids)).toBe(throughId);
  });

  it('named one by one is one request to the ledger, which audits it in the name of who asked', async () => {
    const { body } = await change({ ids: [3, 1, 2], assignee: 'ann' });
    expect(body).toEqual({ changed: 7, left: 0, looked: 3, nextCursor: null });
    expect(asked()).toEqual([
      {
        alertIds: [3, 1, 2],
        operator: 'test security-officer',
        changeId: expect.any(String),
        assignee: 'ann',
      },
    ]);
    expect(await app.announced()).toContainEqual({
      actor: 'test security-officer',
      actor_kind: 'token',
      address: '127.0.0.1',
      action: 'alert.change-many',
    });
  });

  it('asks the ledger for nothing when nothing fits', async () => {
    const { body } = await change({ filter: { sensorId: 'nobody' }, throughId: 5, state: 'closed' });
    expect(body).toEqual({ changed: 0, left: 0, looked: 0, nextCursor: null });
    expect(app.asked).toEqual([]);
  });

  it.each([
    ['neither ids nor a filter', { state: 'closed' }],
    ['both', { ids: [1], filter: {}, throughId: 1, state: 'closed' }],
    ['a filter that would take later alerts too', { filter: {}, state: 'closed' }],
    ['a filter there is none of', { filter: { colour: 'red' }, throughId: 1, state: 'closed' }],
    ['no change', { ids: [1] }],
    ['no alert', { ids: [], state: 'closed' }],
    ['more than a part', { ids: Array.from({ length: 501 }, (_, index) => index + 1), state: 'closed' }],
  ])('is refused for %s', async (_what, body) => {
    expect((await change(body)).status).toBe(400);
    expect(app.asked).toEqual([]);
  });

  it('is not for auditors', async () => {
    const answer = await change({ ids: [1], state: 'closed' }, await app.token('auditor'));
    expect(answer.status).toBe(403);
  });
});
