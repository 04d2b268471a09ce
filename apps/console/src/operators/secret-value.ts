import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits in letters, digits, `-` and `_`. */
export const makeSecret = (): string => randomBytes(32).toString('base64url');

/** How secrets of 256 bits are stored: nothing can be guessed, so a plain hash is enough. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Follows from the session's secret, so that it needs no storage and says nothing about it. */
export const csrfTokenOf = (sessionSecret: string): string =>
  createHash('sha256').update(`csrf:${sessionSecret}`).digest('base64url');
