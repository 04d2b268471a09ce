import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerRpc, operatorRoles, type OperatorRole } from '@sluice/contracts';
import { ConsoleUnderTest } from '../testing/console-under-test.js';

type Row = readonly [route: string, allowed: readonly OperatorRole[] | 'public'];

const everybody = operatorRoles;
const administrator = ['administrator'] as const;
const withOfficer = ['administrator', 'security-officer'] as const;

/** Every route of the API and who may use it. A route that is not here fails the suite, and so does one that is gone. */
const table: readonly Row[] = [
  ['GET /', 'public'],
  ['POST /api/session', 'public'],
  ['GET /api/session', everybody],
  ['DELETE /api/session', everybody],
  ['PUT /api/session/password', everybody],
  ['POST /api/session/second-factor', everybody],
  ['PUT /api/session/second-factor', everybody],
  ['DELETE /api/session/second-factor', everybody],
  ['GET /api/server', everybody],
  ['GET /api/external-systems', everybody],
  ['GET /api/external-systems/:id', everybody],
  ['GET /api/external-systems/:id/statistics', everybody],
  ['POST /api/external-systems', administrator],
  ['PATCH /api/external-systems/:id', administrator],
  ['DELETE /api/external-systems/:id', administrator],
  ['POST /api/external-systems/:id/accept', administrator],
  ['POST /api/external-systems/:id/reject', administrator],
  ['GET /api/settings', everybody],
  ['PATCH /api/settings', administrator],
  ['GET /api/alerts', everybody],
  ['GET /api/alerts/:id', everybody],
  ['PATCH /api/alerts', withOfficer],
  ['PATCH /api/alerts/:id', withOfficer],
  ['GET /api/alert-count', everybody],
  ['GET /api/alerts/:id/object', withOfficer],
  ['GET /api/alert-export', everybody],
  ['GET /api/alert-groups', everybody],
  ['GET /api/alert-search', everybody],
  ['GET /api/alert-views', everybody],
  ['POST /api/alert-views', everybody],
  ['DELETE /api/alert-views/:id', everybody],
  ['GET /api/scans', everybody],
  ['GET /api/scan-export', everybody],
  ['GET /api/failed-job-export', everybody],
  ['GET /api/scans/:id', everybody],
  ['POST /api/scans/:id/rescan', administrator],
  ['POST /api/scans/forget-verdicts', administrator],
  ['GET /api/quarantine', everybody],
  ['POST /api/quarantine/release', withOfficer],
  ['POST /api/quarantine/refuse', withOfficer],
  ['POST /api/quarantine/delete', withOfficer],
  // Then it is the operator's own permission that counts.
  ['POST /api/quarantine/:id/preview', everybody],
  ['GET /api/failed-jobs', everybody],
  ['GET /api/failed-jobs/:id', everybody],
  ['POST /api/failed-jobs/:id/retry', administrator],
  ['DELETE /api/failed-jobs/:id', administrator],
  ['GET /api/events', everybody],
  ['GET /api/health', everybody],
  ['GET /api/health/history', everybody],
  ['GET /api/statistics', everybody],
  ['GET /api/statistics/load', everybody],
  ['GET /api/statistics/systems', everybody],
  ['GET /api/operators', everybody],
  ['POST /api/operators', administrator],
  ['PATCH /api/operators/:id', administrator],
  ['DELETE /api/operators/:id', administrator],
  ['GET /api/tokens', everybody],
  ['POST /api/tokens', administrator],
  ['DELETE /api/tokens/:id', administrator],
  ['GET /api/audit', everybody],
  ['GET /api/audit-export', everybody],
  ['GET /api/audit/verification', everybody],
  ['GET /api/notification-channels', everybody],
  ['GET /api/notification-channels/:id', everybody],
  ['POST /api/notification-channels', administrator],
  ['PATCH /api/notification-channels/:id', administrator],
  ['DELETE /api/notification-channels/:id', administrator],
  ['POST /api/notification-channels/:id/test', administrator],
  ['GET /api/notification-rules', everybody],
  ['GET /api/notification-rules/:id', everybody],
  ['POST /api/notification-rules', withOfficer],
  ['POST /api/notification-rules/preview', everybody],
  ['PATCH /api/notification-rules/:id', withOfficer],
  ['DELETE /api/notification-rules/:id', withOfficer],
  ['GET /api/notification-deliveries', everybody],
  ['GET /api/notification-deliveries/:id', everybody],
  ['POST /api/notification-deliveries/:id/replay', withOfficer],
];

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Record<string, boolean> };
}

describe('limits of the roles', () => {
  let app: ConsoleUnderTest;
  const tokens = new Map<OperatorRole, string>();

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    const answerRpc = app.answerRpc;
    app.answerRpc = (pattern) =>
      pattern === ledgerRpc.forgetVerdicts.pattern ? { forgotten: 0 } : answerRpc(pattern);
    for (const role of operatorRoles) tokens.set(role, await app.token(role));
  });
  afterAll(() => app.stop());

  it('are laid down for every route there is', () => {
    const express = app.app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
    const routes = express.router.stack
      .flatMap(({ route }) => (route === undefined ? [] : [route]))
      .flatMap((route) => Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`))
      .filter((route) => !/^GET \/api\/(docs|openapi\.json)/.test(route));
    expect([...new Set(routes)].sort()).toEqual(table.map(([route]) => route).sort());
  });

  const cases = table.flatMap(([route, allowed]) =>
    operatorRoles.map((role) => [route, role, allowed === 'public' || allowed.includes(role)] as const),
  );

  it.each(cases)('%s as %s: allowed is %s', async (route, role, isAllowed) => {
    const [method = '', path = ''] = route.replace(/events$/, 'events?once=true').split(' ');
    const target = /alerts|failed-jobs/.test(path) ? '999' : '00000000-0000-4000-8000-000000000000';
    const token = tokens.get(role) ?? '';
    const answer = await app.call(method, path.replace(':id', target), {
      token,
      ...(method === 'GET' ? {} : { body: {} }),
    });
    // The session's own routes refuse a token by other words, whatever its role.
    const isRefused =
      answer.status === 403 && /^the role .* may not do this$/.test(String(answer.body.message));
    expect(isRefused).toBe(!isAllowed);
    expect([401, 500]).not.toContain(answer.status);
  });

  it.each(table.filter(([, allowed]) => allowed !== 'public'))('%s needs somebody', async (route) => {
    const [method = '', path = ''] = route.split(' ');
    const answer = await app.call(method, path.replace(':id', '1'));
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ error: 'Unauthorized', message: expect.any(String) });
  });
});
