import { operatorRoles } from '@sluice/contracts';
import { isIP } from 'node:net';
import { z } from 'zod';
import { usernameSchema } from './operators.js';

const maxTokenDays = 366;

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. Bits below the mask must be zero, as PostgreSQL's cidr wants it. */
const networkSchema = z
  .string()
  .max(64)
  .refine(isNetwork, 'not a network such as 10.0.0.0/8 or 2001:db8::/32');

export const newTokenSchema = z.strictObject({
  name: z.string().trim().min(1).max(64),
  role: z.enum(operatorRoles),
  expiresAt: z.iso
    .datetime({ offset: true })
    .refine((at) => Date.parse(at) > Date.now(), 'is in the past')
    .refine((at) => Date.parse(at) < Date.now() + maxTokenDays * 86_400_000, 'at most a year ahead'),
  operator: usernameSchema
    .optional()
    .meta({ description: 'whose it is, and with whom it ends; absent: the caller’s' }),
  addressRanges: z.array(networkSchema).min(1).max(32).nullish(),
});
export type NewToken = z.infer<typeof newTokenSchema>;

function isNetwork(text: string): boolean {
  const [address = '', bits, rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest !== undefined) return false;
  const width = version === 4 ? 32 : 128;
  if (bits === undefined) return true;
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > width) return false;
  return hasOnlyNetworkBits(address, Number(bits), width);
}

function hasOnlyNetworkBits(address: string, bits: number, width: number): boolean {
  const value = width === 4 * 8 ? ipv4Value(address) : ipv6Value(address);
  return value !== null && value % 2n ** BigInt(width - bits) === 0n;
}

const ipv4Value = (address: string): bigint =>
  address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);

/** Null for the mixed form `::ffff:10.0.0.1`, which no network is written in. */
function ipv6Value(address: string): bigint | null {
  if (address.includes('.') || address.includes('%')) return null;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}
