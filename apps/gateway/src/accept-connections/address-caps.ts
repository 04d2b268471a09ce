import { isIPv6 } from 'node:net';
import type { CallerLimit } from '@sluice/contracts';

export interface AddressCapLimits {
  /** Connections of one address that were begun within `windowMs`: each costs a handshake. */
  readonly maxHandshakes: number;
  readonly windowMs: number;
  /** Open connections of one address on which no accepted system has asked anything yet. */
  readonly maxStrangers: number;
}

export type AddressLimit = Extract<CallerLimit, 'address-handshakes' | 'address-connections'>;

/** A connection until an accepted system asks something over it, or it ends. */
export interface Stranger {
  readonly address: string;
  /** May be called more than once. */
  becomesKnown(): void;
}

/**
 * What one address may take of a gateway, so that a flood from one leaves room for callers from all others: beyond it a
 * connection is closed before TLS. Systems that were accepted are bounded by their certificate instead, so that
 * many of them may share an address.
 */
export class AddressCaps {
  private readonly strangers = new Map<string, number>();
  private begun = new Map<string, number>();
  private windowEndsMs = 0;

  constructor(private readonly limits: AddressCapLimits) {}

  /** Or what the address has had its share of. */
  admit(address: string, nowMs = performance.now()): Stranger | AddressLimit {
    const block = blockOf(address);
    if (nowMs >= this.windowEndsMs) {
      this.windowEndsMs = nowMs + this.limits.windowMs;
      this.begun = new Map();
    }
    const handshakes = this.begun.get(block) ?? 0;
    const open = this.strangers.get(block) ?? 0;
    if (handshakes >= this.limits.maxHandshakes) return 'address-handshakes';
    if (open >= this.limits.maxStrangers) return 'address-connections';
    this.begun.set(block, handshakes + 1);
    this.strangers.set(block, open + 1);
    let isStranger = true;
    return {
      address,
      becomesKnown: () => {
        if (isStranger) this.forget(block);
        isStranger = false;
      },
    };
  }

  private forget(block: string): void {
    const left = (this.strangers.get(block) ?? 1) - 1;
    if (left === 0) this.strangers.delete(block);
    else this.strangers.set(block, left);
  }
}

/** An IPv6 caller has a /64 at least. */
export function blockOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? [] : new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...middle, ...right].slice(0, 4).join(':');
}
