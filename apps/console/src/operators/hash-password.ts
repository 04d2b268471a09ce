import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { passwordCost, type PasswordCost } from '../connections/password-cost.js';

const hashBytes = 32;

/** `scrypt$N$r$p$salt$hash`, the last two base64url. */
export async function hashPassword(password: string, cost = passwordCost): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost);
  const { N, r, p } = cost;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Takes the same time for a wrong password and, with `null`, for an account that doesn't exist. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, N, r, p, salt, hash] = (stored ?? nobody).split('$');
  const expected = Buffer.from(hash ?? '', 'base64url');
  const actual = await derive(password, Buffer.from(salt ?? '', 'base64url'), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  const isSame = actual.length === expected.length && timingSafeEqual(actual, expected);
  return isSame && stored !== null;
}

const nobody = ['scrypt', passwordCost.N, passwordCost.r, passwordCost.p, 'AAAAAAAAAAAAAAAAAAAAAA', ''].join(
  '$',
);

function derive(password: string, salt: Buffer, options: PasswordCost): Promise<Buffer> {
  // The default limit is exactly what N=2^15 needs and so too little.
  const maxmem = 256 * options.N * options.r;
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, hashBytes, { ...options, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
