import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditStore } from './audit.store.js';
import { ConsoleUnderTest } from '../testing/console-under-test.js';

describe('the audit log', () => {
  let app: ConsoleUnderTest;
  let token: string;
  const actions = async (query: string): Promise<string[]> =>
    (await app.call('GET', `/api/audit?limit=500&${query}`, { token })).body.items.map(
      ({ action }: { action: string }) => action,
    );

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('auditor');
    for (const [actor, action, target] of [
      ['ann', 'alert.change', 'alert 7'],
      ['bob', 'alert.download-object', 'alert 7'],
      ['bob', 'alert-view.share', '=1+1'],
      ['ann', 'settings.change', 'maxDepth'],
    ])
      await app.rows(
        `SELECT registry.append_audit($1, 'operator', '192.0.2.1', $2, $3, NULL, '{"a": "x, y"}')`,
        [actor, action, target],
      );
  });
  afterAll(() => app.stop());

  it.each([
    ['one action', 'action=alert.change', ['alert.change']],
    [
      'all of a kind, and no other that begins alike',
      'action=alert',
      ['alert.download-object', 'alert.change'],
    ],
    ['who', 'actor=ann&target=alert', ['alert.change']],
    ['a part of the target', 'target=axDep', ['settings.change']],
    ['a time', 'until=2026-01-01T00:00:00Z', []],
  ])('is filtered by %s', async (_what, query, expected) => {
    expect(await actions(query)).toEqual(expected);
  });

  it('takes no entry, and so no change, of someone whose session has ended meanwhile', async () => {
    const actor = { kind: 'operator', name: 'ann', proof: 'f'.repeat(64), address: null } as const;
    const entry = { actor, action: 'settings.change', target: 'maxDepth' };
    const store = app.get(AuditStore);
    await expect(store.record(null, entry)).rejects.toMatchObject({ status: 401 });
    await expect(store.announce(actor, 'alert.change')).rejects.toMatchObject({ status: 401 });
  });

  it('is exported as filtered, with cells no spreadsheet takes for formulas', async () => {
    const { status, headers, body } = await app.call('GET', '/api/audit-export?actor=bob', { token });
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="audit-.*\.csv"$/);
    const lines = String(body).trim().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain(`alert-view.share,'=1+1,,"{""a"":""x, y""}"`);
    expect((await app.call('GET', '/api/audit-export')).status).toBe(401);
  });
});
