import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiError } from '../../api/api.errors.js';
import { ConsoleUnderTest } from '../../testing/console-under-test.js';
import { SignInService } from '../sign-in.service.js';
import { freeAttempts } from '../throttle.store.js';
import { codeAt, stepOf } from './one-time-code.js';

describe('the second factor', () => {
  const password = 'a long enough password';
  let app: ConsoleUnderTest;
  let token: string;
  let operatorId: string;
  let headers: Record<string, string>;
  let secret: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('administrator');
    await app.call('POST', '/api/operators', {
      token,
      body: { username: 'root', password, role: 'administrator' },
    });
    const ann = await app.addOperator(token, { username: 'ann', password, role: 'security-officer' });
    operatorId = ann.id;
    headers = ann.headers;
  });
  afterAll(() => app.stop());

  const own = (method: string, body: object) =>
    app.call(method, '/api/session/second-factor', { headers, body });
  const signIn = (code?: string) =>
    app.call('POST', '/api/session', {
      body: { username: 'ann', password, ...(code === undefined ? {} : { code }) },
    });
  /**
   * Each test takes a later step than the one before, since no code is taken twice; and none an earlier step
   * than now, which on a machine that stands still would be out of the window before it is checked.
   */
  const code = (ahead: 0 | 1) => codeAt(secret, stepOf(Date.now()) + ahead);

  it('is begun with the password only', async () => {
    expect(await own('POST', { password: 'wrong' })).toMatchObject({
      status: 400,
      body: { fields: { password: 'wrong' } },
    });
    const { status, body } = await own('POST', { password });
    expect(status).toBe(200);
    expect(body.uri).toBe(`otpauth://totp/Sluice%3Aann?secret=${body.secret}&issuer=Sluice`);
    secret = body.secret;
  });

  it('is not asked for until a code has confirmed it', async () => {
    expect((await signIn()).body).toMatchObject({ username: 'ann', hasSecondFactor: false });
    expect((await own('PUT', { code: '000000' })).status).toBe(400);
    expect((await own('PUT', { code: code(0) })).status).toBe(204);
    expect((await app.call('GET', '/api/session', { headers })).body).toMatchObject({
      hasSecondFactor: true,
    });
  });

  it('is asked for after the right password, and not after a wrong one', async () => {
    expect(await signIn()).toMatchObject({ status: 401, body: { fields: { code: 'needed' } } });
    const wrong = await app.call('POST', '/api/session', { body: { username: 'ann', password: 'wrong' } });
    expect(wrong.body.fields).toBeUndefined();
  });

  it('takes a code once', async () => {
    const once = code(1);
    expect((await signIn(once)).status).toBe(200);
    expect(await signIn(once)).toMatchObject({ status: 401, body: { fields: { code: 'wrong' } } });
  });

  it('makes guesses of it wait from wherever they come, and no one else', async () => {
    const guess = (host: number) =>
      app
        .get(SignInService)
        .signIn({ username: 'ann', password, code: '000000' }, `192.0.2.${host}`)
        .then(
          () => 200,
          (error: ApiError) => error.status,
        );
    // Wrong codes of the tests before count for the same operator.
    await app.rows('DELETE FROM registry.sign_in_failures');
    for (let host = 1; host <= freeAttempts; host += 1) expect(await guess(host)).toBe(401);
    // Hashing the password on a busy machine may outlast the first wait.
    await app.rows(
      `UPDATE registry.sign_in_failures SET blocked_until = now() + interval '5 minutes' WHERE failures = $1`,
      [freeAttempts],
    );
    expect(await guess(freeAttempts + 1)).toBe(429);
    expect((await app.call('POST', '/api/session', { body: { username: 'root', password } })).status).toBe(
      200,
    );
    await app.rows('DELETE FROM registry.sign_in_failures');
  });

  it('cannot be replaced by whoever holds the session, without switching it off', async () => {
    expect((await own('POST', { password })).status).toBe(409);
  });

  it('is shown to administrators, who can take it away', async () => {
    const route = `/api/operators/${operatorId}`;
    const answer = await app.call('PATCH', route, { token, body: { hasSecondFactor: false } });
    expect(answer).toMatchObject({ status: 200, body: { hasSecondFactor: false } });
    expect((await signIn()).status).toBe(200);
    expect((await app.call('PATCH', route, { token, body: { hasSecondFactor: true } })).status).toBe(400);
  });
});
