/** scrypt's parameters. Stored with each hash, so they can grow, and what a hash was made with is what checks it. */
export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about 150 ms of one core a guess (OWASP's scrypt row N=2^15, r=8, p=3). */
export const passwordCost: PasswordCost = { N: 2 ** 15, r: 8, p: 3 };
