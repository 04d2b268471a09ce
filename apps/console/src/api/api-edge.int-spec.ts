import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { HousekeepingService } from '../lifecycle/housekeeping.service.js';
import { HostNameService } from '../external-systems/host-name.service.js';
import { SightingStore } from '../external-systems/sighting.store.js';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { sightingOf } from '../testing/sighting-of.js';

describe('the edge of the console', () => {
  let app: ConsoleUnderTest;
  let token: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start(
      {},
      {
        resolver: {
          reverse: () => Promise.resolve(['fs.example']),
          resolve4: () => Promise.resolve(['192.0.2.1']),
          resolve6: () => Promise.resolve([]),
        },
      },
    );
    token = await app.token('administrator');
  });
  afterAll(() => app.stop());

  it('names the API and its documentation at /', async () => {
    const { status, body } = await app.call('GET', '/');
    expect(status).toBe(200);
    expect(body).toContain('href="/api/docs"');
  });

  it('describes every path with its inputs', async () => {
    const { body } = await app.call('GET', '/api/openapi.json');
    expect(body.info.title).toContain('Sluice');
    const change = body.paths['/api/settings'].patch.requestBody.content['application/json'].schema;
    expect(change.properties.maxObjectSize).toMatchObject({ type: 'integer', minimum: 1024 });
    const parameters = (body.paths['/api/scans'].get.parameters as { name: string }[]).map((one) => one.name);
    expect(parameters).toEqual(expect.arrayContaining(['limit', 'cursor', 'state']));
    expect((await app.call('GET', '/api/docs')).body).toContain('swagger-ui');
  });

  it('sends what keeps browsers safe, also with errors', async () => {
    for (const path of ['/', '/api/settings', '/nothing']) {
      const { headers } = await app.call('GET', path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('echoes a request id that is one, and makes one otherwise', async () => {
    const idOf = async (sent: string) =>
      (await app.call('GET', '/', { headers: { 'x-request-id': sent } })).headers.get('x-request-id');
    expect(await idOf('abc.1')).toBe('abc.1');
    expect(await idOf('a b')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['GET', '/api/nothing', 404],
    ['PUT', '/api/settings', 404],
    ['GET', '/api/external-systems/1', 400],
    ['GET', '/api/external-systems/%00', 400],
  ])('answers %s %s with %i and no detail', async (method, path, status) => {
    const answer = await app.call(method, path, { token });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      error: expect.stringMatching(/^[A-Za-z]+$/),
      message: expect.any(String),
    });
  });

  it('takes bodies up to 64 KiB', async () => {
    const answer = await app.call('PATCH', '/api/settings', { token, body: { x: 'x'.repeat(70_000) } });
    expect(answer).toMatchObject({ status: 413, body: { error: 'PayloadTooLarge' } });
  });

  it('takes JSON only', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: `Bearer ${token}` };
    expect((await app.call('PATCH', '/api/settings', { headers })).status).toBe(400);
  });

  it('says nothing of a fault but that there was one', async () => {
    await app.rows('ALTER TABLE registry.audit RENAME TO audit_gone');
    onTestFinished(async () => {
      await app.rows('ALTER TABLE registry.audit_gone RENAME TO audit');
    });
    const answer = await app.call('GET', '/api/audit', { token });
    expect(answer).toMatchObject({ status: 500, body: { error: 'InternalError' } });
    expect(JSON.stringify(answer.body)).not.toMatch(/audit|relation|42P01/);
  });

  it('shows the confirmed name of a system, and its address otherwise', async () => {
    await app.get(SightingStore).record([sightingOf('fs-1'), sightingOf('fs-2', { address: '192.0.2.2' })]);
    await app.get(HostNameService).resolveSome();
    const { items } = (await app.call('GET', '/api/external-systems', { token })).body;
    expect(items.map((one: { sensor: string }) => one.sensor).sort()).toEqual(['192.0.2.2', 'fs.example']);
  });

  it('clears away what is over, and tells readers of deltas that tombstones are gone', async () => {
    await app.rows(`SELECT registry.append_audit('x', 'system', NULL, 'old', NULL, NULL, NULL)`);
    await app.rows(`UPDATE registry.audit SET at = at - interval '366 days', action = 'old'`);
    await app.rows(`SELECT registry.append_audit('x', 'system', NULL, 'young', NULL, NULL, NULL)`);
    await app.rows(
      `INSERT INTO registry.deleted_certificates VALUES (gen_random_uuid(), 41, now() - interval '8 days')`,
    );
    await app.rows('UPDATE registry.revision SET value = 50');
    await app.get(HousekeepingService).clearAway();
    expect(await app.rows('SELECT action FROM registry.audit ORDER BY id')).toEqual([
      { action: 'young' },
      { action: 'audit.expire' },
    ]);
    expect(await app.rows('SELECT value, oldest_delta FROM registry.current_revision')).toEqual([
      { value: 50, oldest_delta: 41 },
    ]);
    expect(await app.rows('SELECT FROM registry.deletions')).toEqual([]);
  });
});
