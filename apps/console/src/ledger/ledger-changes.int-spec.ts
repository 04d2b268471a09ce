import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RpcError } from '@sluice/rpc';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest } from '../testing/console-under-test.js';

describe('what the ledger owns', () => {
  let app: ConsoleUnderTest;
  let token: string;
  const registrationId = randomUUID();
  const submissionId = randomUUID();

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('administrator');
    await app.rows(
      `INSERT INTO registry.registrations (id, sensor_id, type, name) VALUES ($1, 'fs-1', 'other', 'File server')`,
      [registrationId],
    );
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    app.asked.length = 0;
    app.answerRpc = () => ({ outcome: 'done' });
  });

  const rescan = () => app.call('POST', `/api/scans/${submissionId}/rescan`, { token });
  it('is changed by asking results, in the name of the operator', async () => {
    expect((await rescan()).status).toBe(202);
    expect(app.asked).toEqual([
      {
        pattern: 'ledger.console.rescan',
        request: {
          submissionId,
          operator: 'test administrator',
          changeId: expect.any(String),
        },
      },
    ]);
    expect(await app.announced()).toEqual([
      { actor: 'test administrator', actor_kind: 'token', address: '127.0.0.1', action: 'scan.rescan' },
    ]);
  });

  it.each([
    ['not-found', 404],
    ['object-gone', 409],
    ['conflict', 409],
  ])('answers %s with %i', async (outcome, status) => {
    app.answerRpc = () => ({ outcome });
    expect((await rescan()).status).toBe(status);
  });

  it('answers 503 while results is away', async () => {
    app.answerRpc = () => Promise.reject(new RpcError('disconnected', 'away'));
    const away = await rescan();
    expect(away).toMatchObject({ status: 503, body: { error: 'ServiceUnavailable' } });
    expect(away.headers.get('retry-after')).toBe('2');
    app.answerRpc = () => Promise.reject(new RpcError('timeout', 'late'));
    expect((await rescan()).status).toBe(503);
  });

  it.each(['/api/alerts/7', '/api/failed-jobs/7', `/api/scans/${randomUUID()}`])(
    'answers 404 for %s, which is not there',
    async (path) => {
      expect((await app.call('GET', path, { token })).status).toBe(404);
    },
  );

  it.each([
    '/api/alerts?technology=am&source=mail&state=new&importance=high&q=xyz&assignee=me&from=2026-01-01T00:00:00Z',
    `/api/scans?state=not%20detected&type=other&registrationId=${registrationId}&q=x_%25&sha256=${'A'.repeat(64)}`,
    '/api/failed-jobs?kind=scan&reason=encrypted&sensorId=fs-1',
    '/api/statistics?from=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z&stepSeconds=3600',
    '/api/health',
    '/api/server',
  ])('is read with every filter: %s', async (path) => {
    expect((await app.call('GET', path, { token })).status).toBe(200);
  });

  it.each([
    '/api/statistics?from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z',
    '/api/statistics?from=2020-01-01T00:00:00Z&stepSeconds=60',
    '/api/alerts?from=yesterday',
    '/api/scans?state=done',
    '/api/scans/1',
    '/api/alerts?q=%00',
  ])('is not read with what makes no sense: %s', async (path) => {
    expect((await app.call('GET', path, { token })).status).toBe(400);
  });
});
