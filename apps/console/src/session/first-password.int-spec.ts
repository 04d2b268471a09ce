import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import { PreparationService } from '../lifecycle/preparation.service.js';
import { ConsoleUnderTest } from '../testing/console-under-test.js';

type Headers = Record<string, string>;

/** A password that someone else knows opens nothing but its own change. */
describe('a password that someone else chose', () => {
  const given = 'made by someone else';
  const own = 'known to one alone';
  let app: ConsoleUnderTest;
  let token: string;
  let firstPassword: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('administrator');
    await new Promise<void>((done) => app.get(PreparationService).begin(done));
    firstPassword = (await readFile(app.config.ADMIN_PASSWORD_FILE, 'utf8')).trim();
  });
  afterAll(() => app.stop());

  const signIn = async (username: string, password: string): Promise<Headers> => {
    const { cookie, csrfToken } = await app.signIn(username, password);
    return { cookie, 'x-csrf-token': csrfToken };
  };
  const mustChange = async (headers: Headers): Promise<unknown> =>
    (await app.call('GET', '/api/session', { headers })).body.mustChangePassword;
  const changeOwn = (headers: Headers, currentPassword: string, newPassword: string) =>
    app.call('PUT', '/api/session/password', { headers, body: { currentPassword, newPassword } });
  const isShutOut = async (headers: Headers): Promise<boolean> => {
    const answers = await Promise.all([
      app.call('GET', '/api/alerts', { headers }),
      app.call('GET', '/api/events?once=true', { headers }),
      app.call('PATCH', '/api/settings', { headers, body: { resultRetentionDays: 9 } }),
      app.call('POST', '/api/session/second-factor', { headers, body: { password: firstPassword } }),
    ]);
    return answers.every(({ status, body }) => status === 403 && body.error === 'PasswordChangeNeeded');
  };

  it('is the first administrator’s, of the terminal: the sign-in says so, and every other route refuses', async () => {
    const body = { username: 'admin', password: firstPassword };
    expect((await app.call('POST', '/api/session', { body })).body.mustChangePassword).toBe(true);
    const headers = await signIn('admin', firstPassword);
    expect(await mustChange(headers)).toBe(true);
    expect(await isShutOut(headers)).toBe(true);
    expect((await changeOwn(headers, firstPassword, own)).status).toBe(204);
    expect(await mustChange(headers)).toBe(false);
    expect((await app.call('GET', '/api/alerts', { headers })).status).toBe(200);
    expect(await mustChange(await signIn('admin', own))).toBe(false);
  });

  it.each([
    ['an administrator', async () => ({ headers: await signIn('admin', own) })],
    ['the command line', () => Promise.resolve({ token })],
  ])('is one that %s made or reset', async (_, asWho) => {
    await app.rows(`DELETE FROM registry.operators WHERE username = 'ann'`);
    const by = await asWho();
    const added = await app.call('POST', '/api/operators', {
      ...by,
      body: { username: 'ann', role: 'auditor', password: given },
    });
    expect(added.body).toMatchObject({ mustChangePassword: true, hasFirstPassword: false });
    const first = await signIn('ann', given);
    expect(await isShutOut(first)).toBe(true);
    await changeOwn(first, given, own);
    expect(await mustChange(first)).toBe(false);
    const reset = { ...by, body: { password: given } };
    expect((await app.call('PATCH', `/api/operators/${added.body.id}`, reset)).status).toBe(200);
    expect(await isShutOut(await signIn('ann', given))).toBe(true);
  });

  it('is not one’s own, also through the list of operators, nor changed by anything but a password', async () => {
    const headers = await signIn('admin', own);
    const { items } = (await app.call('GET', '/api/operators', { headers })).body;
    const admin = items.find((one: { username: string }) => one.username === 'admin');
    await app.call('PATCH', `/api/operators/${admin.id}`, { headers, body: { password: `${own}, again` } });
    expect(await mustChange(headers)).toBe(false);
    const ann = items.find((one: { username: string }) => one.username === 'ann');
    await app.call('PATCH', `/api/operators/${ann.id}`, { headers, body: { role: 'security-officer' } });
    expect(await isShutOut(await signIn('ann', given))).toBe(true);
  });

  it('is not changed into itself', async () => {
    const headers = await signIn('ann', given);
    expect(await changeOwn(headers, given, given)).toMatchObject({
      status: 400,
      body: { fields: { newPassword: expect.any(String) } },
    });
    expect(await isShutOut(headers)).toBe(true);
  });

  it('lets its operator sign out', async () => {
    const headers = await signIn('ann', given);
    expect((await app.call('DELETE', '/api/session', { headers })).status).toBe(204);
  });
});
