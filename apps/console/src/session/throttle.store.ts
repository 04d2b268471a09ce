import { Inject, Injectable } from '@nestjs/common';
import { readRow, readRows, type Database } from '@sluice/database';
import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import { hashSecret } from '../operators/secret-value.js';

const failuresRowSchema = z.object({ failures: z.int() });
const secondsRowSchema = z.object({ seconds: z.number() });

/** Wrong passwords before the first wait; then 2 s, doubling up to `maxWaitSeconds`. */
export const freeAttempts = 5;
const maxWaitSeconds = 900;

/**
 * Slows guessing down for one account from one address (IPv6: one /48, which is what a site is given at most). Somebody else's guesses from elsewhere never
 * keep an operator out. An attempt is counted before the password is looked at, so that parallel ones are all counted.
 */
@Injectable()
export class ThrottleStore {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  /** 0: go on (and the attempt is counted). Otherwise: seconds to wait; nothing was counted. */
  async begin(account: string, address: string): Promise<number> {
    const answer = await this.database.query(
      `INSERT INTO registry.sign_in_failures AS f (account, address, failures, blocked_until)
       VALUES ($1, $2, 1, now())
       ON CONFLICT (account, address) DO UPDATE
         SET failures = f.failures + 1,
             last_at = now(),
             blocked_until = CASE WHEN f.failures + 1 < $3 THEN now()
               ELSE now() + make_interval(secs => least($4, 2 ^ least(f.failures + 2 - $3, 20))) END
         WHERE f.blocked_until <= now()
       RETURNING failures`,
      [accountKey(account), addressBlock(address), freeAttempts, maxWaitSeconds],
    );
    const rows = readRows(failuresRowSchema, answer.rows);
    return rows.length > 0 ? 0 : this.remainingSeconds(account, address);
  }

  async succeeded(account: string, address: string): Promise<void> {
    await this.database.query('DELETE FROM registry.sign_in_failures WHERE account = $1 AND address = $2', [
      accountKey(account),
      addressBlock(address),
    ]);
  }

  /** Codes of a second factor: counted for the operator, from wherever they come. Who gets here has the password. */
  beginCode(operatorId: string): Promise<number> {
    return this.begin(codesOf(operatorId), anywhere);
  }

  codeSucceeded(operatorId: string): Promise<void> {
    return this.succeeded(codesOf(operatorId), anywhere);
  }

  async purge(): Promise<void> {
    await this.database.query(
      `DELETE FROM registry.sign_in_failures WHERE last_at < now() - interval '1 hour'`,
    );
  }

  private async remainingSeconds(account: string, address: string): Promise<number> {
    const answer = await this.database.query(
      `SELECT ceil(extract(epoch FROM blocked_until - now()))::int AS seconds
       FROM registry.sign_in_failures WHERE account = $1 AND address = $2`,
      [accountKey(account), addressBlock(address)],
    );
    return Math.max(1, readRow(secondsRowSchema, answer.rows)?.seconds ?? 1);
  }
}

const anywhere = '*';
/** No user name has a blank. */
const codesOf = (operatorId: string): string => `codes of ${operatorId}`;

/** Hashed: what was typed as a name may be a password typed into the wrong field. */
const accountKey = (account: string): string => hashSecret(account.toLowerCase());

/** An IPv6 caller owns up to a /48: 65,536 networks of one would be as many free guesses. Of IPv4 the whole address counts. */
export function addressBlock(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? [] : new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...middle, ...right].slice(0, 3).join(':');
}
