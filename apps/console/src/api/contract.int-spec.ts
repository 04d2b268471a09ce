import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiAnswers } from '@sluice/console-api';
import { apiRequests, type ApiRequest } from '@sluice/console-api/requests';
import { changeEverything, readEverything } from '@sluice/console-api/testing';
import { SightingStore } from '../external-systems/sighting.store.js';
import { HealthService } from '../health/health.service.js';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { insertAlert } from '../testing/insert-alert.js';
import { insertInstance } from '../testing/insert-instance.js';
import { sightingOf } from '../testing/sighting-of.js';

interface Operation {
  readonly requestBody?: unknown;
  readonly parameters?: readonly { readonly in: string }[];
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** A stream, tables and a file. */
const notJson = [
  'GET /api/events',
  'GET /api/alert-export',
  'GET /api/audit-export',
  'GET /api/scan-export',
  'GET /api/failed-job-export',
  'GET /api/alerts/{id}/object',
];

describe('the console’s API', () => {
  let app: ConsoleUnderTest;
  let token: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('administrator');
    await insertAlert(app, { mailFrom: 'someone@example.org' });
    // What others report is recorded by `results`: without one nothing is known of a scanner.
    await insertInstance(app, { service: 'results' });
    await insertInstance(app, { isReady: false, problems: ['broker: blocked'], engines: [{}] });
    await app.get(SightingStore).record([sightingOf('fs-1')]);
  });
  afterAll(() => app.stop());

  it('answers as described, the resources and one of each', async () => {
    await app.get(HealthService).watch();
    const { faults, read } = await readEverything((method, path) => app.call(method, path, { token }));
    expect(faults).toEqual([]);
    expect(read).toEqual(
      expect.arrayContaining([
        'GET /api/alerts/{id}',
        'GET /api/external-systems/{id}',
        'GET /api/health/history',
        'GET /api/statistics',
      ]),
    );
  });

  it('takes and refuses changes as described', async () => {
    const { headers } = await app.addOperator(token, {
      username: 'contract-admin',
      password: 'a long enough password',
      role: 'administrator',
    });
    const { faults, changed } = await changeEverything((method, path, body) =>
      app.call(method, path, { headers, ...(body !== undefined && { body }) }),
    );
    expect(faults).toEqual([]);
    expect(changed.length).toBeGreaterThan(20);
  });

  it('has a schema for every request and answer, and none for what it does not serve', async () => {
    const { paths } = (await app.call('GET', '/api/openapi.json')).body as { paths: Paths };
    const served = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        route: `${method.toUpperCase()} ${path}`,
        operation,
      })),
    );
    const requests: Record<string, ApiRequest> = apiRequests;
    for (const { route, operation } of served) {
      const described = requests[route] ?? {};
      expect([route, operation.requestBody !== undefined]).toEqual([route, described.body !== undefined]);
      const hasQuery = operation.parameters?.some((one) => one.in === 'query') ?? false;
      expect([route, hasQuery]).toEqual([route, described.query !== undefined]);
    }
    const routes = served.map(({ route }) => route);
    expect(routes).toEqual(expect.arrayContaining(Object.keys(apiRequests)));
    expect([...Object.keys(apiAnswers), ...notJson].sort()).toEqual(routes.sort());
  });

  it('describes every answer in OpenAPI', async () => {
    const { paths } = (await app.call('GET', '/api/openapi.json')).body;
    for (const [route, schema] of Object.entries(apiAnswers)) {
      const [method = '', path = ''] = route.split(' ');
      const { responses } = paths[path][method.toLowerCase()];
      const success = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
      expect([route, (success as { content?: unknown }).content !== undefined]).toEqual([
        route,
        schema !== null,
      ]);
    }
  });

  it('keeps when a cause began and ended, and says since when', async () => {
    const health = app.get(HealthService);
    const { causes, status } = await health.show();
    expect(status).toBe('down');
    const before = causes.find((one) => one.id === 'scanner:none');
    expect(before?.since).not.toBeNull();
    await app.rows(`UPDATE ledger.instances SET status = jsonb_set(status, '{isReady}', 'true'),
      seen_at = now() + interval '1 hour'`);
    await health.watch();
    const past = await app.rows(`SELECT id FROM registry.causes WHERE ended_at IS NOT NULL`);
    expect(past).toEqual([{ id: 'scanner:none' }]);
    await app.rows(`UPDATE ledger.instances SET status = jsonb_set(status, '{isReady}', 'false')`);
    await health.watch();
    await health.watch();
    const all = await app.rows(`SELECT id, ended_at IS NULL AS lasts FROM registry.causes
      WHERE id = 'scanner:none' ORDER BY seq`);
    expect(all).toEqual([
      { id: 'scanner:none', lasts: false },
      { id: 'scanner:none', lasts: true },
    ]);
  });
});
