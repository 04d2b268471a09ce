import { createHmac } from 'node:crypto';
import { ensure } from '../check-list.js';
import type { PartContext } from '../parts.js';
import { chooseOwnPassword, newPassword, type Session, signIn, username } from './console-session.js';

/** The ways in, and back in, that the docs name. */
export async function checkOperators({ list, system }: PartContext): Promise<void> {
  list.heading('Operators');
  await list.check('sluice operators reset-password lets the administrator in again', async () => {
    const before = await newPassword(system);
    const password = await newPassword(system);
    ensure(
      (await signIn(system, { username, password: before })).status === 401,
      'the lost one is still good',
    );
    requireSignedIn(await signIn(system, { username, password }));
  });
  await list.check('sluice operators remove-second-factor lets the administrator in again', async () => {
    const given = await newPassword(system);
    const session = await signIn(system, { username, password: given });
    requireSignedIn(session);
    const password = await chooseOwnPassword(session, given);
    await setUpSecondFactor(session, password);
    const without = await signIn(system, { username, password });
    ensure(without.status === 401, `without a code the console answered ${without.status}`);
    await system.sluice('operators', 'remove-second-factor', username);
    requireSignedIn(await signIn(system, { username, password }));
  });
}

function requireSignedIn(session: Session): void {
  ensure(session.status === 200, `the console answered ${session.status} ${session.body}`);
}

async function setUpSecondFactor(session: Session, password: string): Promise<void> {
  requireSignedIn(session);
  const begun = await session.call('POST', '/api/session/second-factor', { password });
  ensure(begun.status === 200, `no second factor: ${begun.status} ${begun.body}`);
  const { secret } = JSON.parse(begun.body) as { secret: string };
  const confirmed = await session.call('PUT', '/api/session/second-factor', { code: codeOf(secret) });
  ensure(confirmed.status === 204, `the code was not taken: ${confirmed.status} ${confirmed.body}`);
}

/** What an authenticator shows now (RFC 6238: SHA-1, six digits, 30 seconds). */
function codeOf(secret: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 0x0f) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}
