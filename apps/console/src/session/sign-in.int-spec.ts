import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { passwordCost } from '../connections/password-cost.js';
import { PreparationService } from '../lifecycle/preparation.service.js';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { freeAttempts, ThrottleStore } from './throttle.store.js';

describe('signing in', () => {
  let app: ConsoleUnderTest;
  let password: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start({}, { passwordCost });
    await new Promise<void>((done) => app.get(PreparationService).begin(done));
    password = (await readFile(app.config.ADMIN_PASSWORD_FILE, 'utf8')).trim();
  });
  afterAll(() => app.stop());

  const attempt = (username: string, secret: string) =>
    app.call('POST', '/api/session', { body: { username, password: secret } });

  it('works for the first administrator, whose password only this user can read', async () => {
    expect((await stat(app.config.ADMIN_PASSWORD_FILE)).mode & 0o777).toBe(0o600);
    const answer = await attempt('admin', password);
    expect(answer.body).toMatchObject({ username: 'admin', role: 'administrator' });
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-sluice-0=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
  });

  it('keeps neither the cookie nor the password readable in the database', async () => {
    const { cookie } = await app.signIn('admin', password);
    const dump = JSON.stringify([
      await app.rows('SELECT * FROM registry.sessions'),
      await app.rows('SELECT * FROM registry.operators'),
      await app.rows('SELECT * FROM registry.audit'),
    ]);
    expect(dump).toContain('scrypt$32768$8$3$');
    expect(dump).not.toContain(password);
    expect(dump).not.toContain(cookie.split('=')[1]);
  });

  it('answers a wrong password and an unknown account alike', async () => {
    const [wrong, unknown] = [await attempt('admin', 'wrong'), await attempt('nobody', 'wrong')];
    expect(wrong.status).toBe(401);
    expect(unknown).toMatchObject({ status: wrong.status, body: wrong.body });
    expect(
      await app.rows(
        `SELECT target, address, after FROM registry.audit WHERE action = 'session.refuse' ORDER BY id`,
      ),
    ).toEqual([
      { target: 'admin', address: '127.0.0.1', after: { reason: 'wrong-password' } },
      // What was typed as the name of no account may be a password.
      { target: null, address: '127.0.0.1', after: { reason: 'wrong-password' } },
    ]);
  });

  it('lets a cookie read, and change only with the CSRF token of its session', async () => {
    const one = { username: 'root', password: 'a long enough password', role: 'administrator' } as const;
    await app.addOperator(await app.token('administrator'), one);
    const { cookie, csrfToken } = await app.signIn(one.username, one.password);
    const change = (headers: Record<string, string>) =>
      app.call('PATCH', '/api/settings', {
        body: { resultRetentionDays: 9 },
        headers: { cookie, ...headers },
      });
    expect((await app.call('GET', '/api/session', { headers: { cookie } })).body).toMatchObject({
      csrfToken,
    });
    expect((await change({})).status).toBe(403);
    const other = await app.signIn(one.username, one.password);
    expect((await change({ 'x-csrf-token': other.csrfToken })).status).toBe(403);
    expect((await change({ 'x-csrf-token': csrfToken })).status).toBe(200);
  });

  it('ends when the operator says so', async () => {
    const { cookie, csrfToken } = await app.signIn('admin', password);
    const headers = { cookie, 'x-csrf-token': csrfToken };
    expect((await app.call('DELETE', '/api/session', { headers })).status).toBe(204);
    expect((await app.call('GET', '/api/session', { headers })).status).toBe(401);
  });

  it.each([
    ['unused for an hour', `last_used_at = now() - interval '61 minutes'`],
    ['older than half a day', `expires_at = now()`],
  ])('ends a session %s', async (_, change) => {
    const { cookie } = await app.signIn('admin', password);
    await app.rows(`UPDATE registry.sessions SET ${change}`);
    expect((await app.call('GET', '/api/session', { headers: { cookie } })).status).toBe(401);
  });

  it('ends a session after half a day, however much it is used', async () => {
    const { cookie } = await app.signIn('admin', password);
    const minutes = 45;
    let used = 0;
    // The clock is moved by moving what is compared with it.
    const later = `UPDATE registry.sessions SET ${['created_at', 'last_used_at', 'expires_at']
      .map((column) => `${column} = ${column} - make_interval(mins => ${minutes})`)
      .join(', ')}`;
    while ((await app.call('GET', '/api/session', { headers: { cookie } })).status === 200 && used < 50) {
      used += 1;
      await app.rows(later);
    }
    expect(used * minutes).toBe(12 * 60);
  });

  it('gives who guesses all day, as soon as each wait is over, a hundred odd guesses', async () => {
    const throttle = app.get(ThrottleStore);
    const guesser = ['patient', '192.0.2.9'] as const;
    const day = 86_400;
    let guesses = 0;
    for (let seconds = 0; seconds < day;) {
      const wait = await throttle.begin(...guesser);
      if (wait === 0) guesses += 1;
      seconds += wait;
      await app.rows(
        `UPDATE registry.sign_in_failures
         SET last_at = last_at - make_interval(secs => $1), blocked_until = blocked_until - make_interval(secs => $1)`,
        [wait],
      );
      // As housekeeping does: it never gives a guesser who goes on a new beginning.
      await throttle.purge();
    }
    expect(guesses).toBeGreaterThan(freeAttempts);
    expect(guesses).toBeLessThan(120);
  });

  /** What was asked within the two seconds of the first wait; a busy machine may need more than one attempt. */
  const beforeTheWaitIsOver = <Found>(ask: () => Promise<Found>): Promise<Found> =>
    until(async () => {
      const sinceMs = performance.now();
      const found = await ask();
      return performance.now() - sinceMs < 2000 && found;
    });

  it('makes the one who guesses wait, and no one else', async () => {
    const throttle = app.get(ThrottleStore);
    const { eve, waits } = await beforeTheWaitIsOver(async () => {
      const name = `eve-${randomUUID()}`;
      const all = [];
      for (let count = 0; count < freeAttempts; count += 1) all.push(await throttle.begin(name, '192.0.2.7'));
      all.push(await throttle.begin(name.toUpperCase(), '192.0.2.7'));
      return { eve: name, waits: all };
    });
    expect(waits.map((seconds) => seconds > 0)).toEqual([...Array<boolean>(freeAttempts).fill(false), true]);
    expect(await throttle.begin(eve, '192.0.2.8')).toBe(0);
    expect(await throttle.begin('admin', '192.0.2.7')).toBe(0);
  });

  it('counts guesses made at the same time, and those from one IPv6 site together', async () => {
    const throttle = app.get(ThrottleStore);
    const { mallory, waits } = await beforeTheWaitIsOver(async () => {
      const name = `mallory-${randomUUID()}`;
      const begin = (_: unknown, host: number) => throttle.begin(name, `2001:db8:0:${host.toString(16)}::1`);
      return { mallory: name, waits: await Promise.all(Array.from({ length: 20 }, begin)) };
    });
    expect(waits.filter((seconds) => seconds === 0)).toHaveLength(freeAttempts);
    expect(await throttle.begin(mallory, '2001:db8:1::1')).toBe(0);
  });

  it('is answered 429 with the time to wait, also with the right password', async () => {
    const account = 'operator-under-attack';
    for (let count = 0; count < freeAttempts; count += 1) await attempt(account, 'wrong');
    // Hashing on a busy machine may outlast the first wait.
    await app.rows(
      `UPDATE registry.sign_in_failures SET blocked_until = now() + interval '1 minute' WHERE failures = $1`,
      [freeAttempts],
    );
    const answer = await attempt(account, password);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('removes the first password from the disk once it is changed, and ends the other sessions', async () => {
    const [one, other] = [await app.signIn('admin', password), await app.signIn('admin', password)];
    const headers = { cookie: one.cookie, 'x-csrf-token': one.csrfToken };
    const body = { currentPassword: password, newPassword: 'a much better one' };
    const wrong = { ...body, currentPassword: 'wrong' };
    expect((await app.call('PUT', '/api/session/password', { headers, body: wrong })).status).toBe(400);
    expect((await app.call('PUT', '/api/session/password', { headers, body })).status).toBe(204);
    await expect(stat(app.config.ADMIN_PASSWORD_FILE)).rejects.toThrow('ENOENT');
    expect((await app.call('GET', '/api/session', { headers })).status).toBe(200);
    expect((await app.call('GET', '/api/session', { headers: { cookie: other.cookie } })).status).toBe(401);
    expect((await attempt('admin', password)).status).toBe(401);
    expect((await attempt('admin', body.newPassword)).status).toBe(200);
  });
});
