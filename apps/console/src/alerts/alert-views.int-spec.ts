import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleUnderTest } from '../testing/console-under-test.js';

describe('saved views', () => {
  let app: ConsoleUnderTest;
  const sessions = new Map<string, Record<string, string>>();

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    const token = await app.token('administrator');
    for (const username of ['ann', 'bob']) {
      const { headers } = await app.addOperator(token, {
        username,
        password: 'a long enough password',
        role: 'auditor',
      });
      sessions.set(username, headers);
    }
  });
  afterAll(() => app.stop());

  const as = (username: string, method: string, route: string, body?: object) =>
    app.call(method, `/api/alert-views${route}`, { headers: sessions.get(username) ?? {}, body });
  const namesOf = async (username: string) =>
    (await as(username, 'GET', '')).body.items.map((view: { name: string }) => view.name);

  it('are one’s own until shared', async () => {
    await as('ann', 'POST', '', { name: 'Mine', query: 'state=new' });
    await as('ann', 'POST', '', { name: 'Ours', query: 'importance=high', isShared: true });
    expect(await namesOf('ann')).toEqual(['Mine', 'Ours']);
    expect(await namesOf('bob')).toEqual(['Ours']);
    expect(
      await app.rows(`SELECT actor, target FROM registry.audit WHERE action = 'alert-view.share'`),
    ).toEqual([{ actor: 'ann', target: 'Ours' }]);
  });

  it('are removed by their owner only', async () => {
    const { items } = (await as('bob', 'GET', '')).body;
    expect((await as('bob', 'DELETE', `/${items[0].id}`)).status).toBe(404);
    expect((await as('ann', 'DELETE', `/${items[0].id}`)).status).toBe(204);
    expect(await namesOf('bob')).toEqual([]);
    expect(
      await app.rows(`SELECT target FROM registry.audit WHERE action = 'alert-view.unshare'`),
    ).toHaveLength(1);
  });

  it.each([
    { name: '', query: '' },
    { name: 'x', query: 'a b' },
    { name: 'x', query: 'x'.repeat(2049) },
  ])('are not made from %j', async (body) => {
    expect((await as('ann', 'POST', '', body)).status).toBe(400);
  });
});
