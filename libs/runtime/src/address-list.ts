import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { envList } from './read-config.js';

/** IPv4 addresses a dual-stack socket shows as `::ffff:a.b.c.d` in their own form. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** A set of addresses and networks (`10.0.0.0/8`, `fd00::/8`, `192.0.2.1`). */
export class AddressList {
  readonly isEmpty: boolean;
  private readonly list = new BlockList();

  /** Throws RangeError naming the first entry that is neither. */
  constructor(entries: readonly string[]) {
    this.isEmpty = entries.length === 0;
    for (const entry of entries) this.add(entry);
  }

  has(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }

  private add(entry: string): void {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address);
    const maxPrefix = family === 4 ? 32 : 128;
    const bits = prefix === undefined ? maxPrefix : Number(prefix);
    if (family === 0 || !/^\d*$/.test(prefix ?? '') || prefix === '' || bits > maxPrefix)
      throw new RangeError(`${entry} is not an address or a network`);
    this.list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  }
}

/** Addresses and networks with commas between them; unset: none. */
export const envAddressList = () => envList().default([]).transform(readAddressList);

function readAddressList(entries: readonly string[], context: z.RefinementCtx): AddressList {
  try {
    return new AddressList(entries);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}
