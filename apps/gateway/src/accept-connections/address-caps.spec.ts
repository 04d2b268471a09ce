import { describe, expect, it } from 'vitest';
import { AddressCaps, type AddressLimit, type Stranger, blockOf } from './address-caps.js';

const caps = (changes = {}) =>
  new AddressCaps({ maxHandshakes: 5, windowMs: 1000, maxStrangers: 3, ...changes });

const strangerOf = (admitted: Stranger | AddressLimit): Stranger | null =>
  typeof admitted === 'string' ? null : admitted;

describe('what one address may take', () => {
  it('are so many connections of strangers at once, and others have theirs', () => {
    const one = caps();
    const open = [1, 2, 3].map(() => strangerOf(one.admit('192.0.2.1', 0)));
    expect(open).not.toContain(null);
    expect(one.admit('192.0.2.1', 0)).toBe('address-connections');
    expect(strangerOf(one.admit('192.0.2.2', 0))).not.toBeNull();
    // Counted once, however it ends.
    open[0]?.becomesKnown();
    open[0]?.becomesKnown();
    expect(strangerOf(one.admit('192.0.2.1', 0))).not.toBeNull();
    expect(one.admit('192.0.2.1', 0)).toBe('address-connections');
  });

  it('are so many handshakes in a window, and as many again in the next', () => {
    const one = caps({ maxStrangers: 100 });
    const admitted = (nowMs: number) =>
      Array.from({ length: 9 }, () => one.admit('192.0.2.1', nowMs)).filter(
        (it) => it !== 'address-handshakes',
      ).length;
    expect([admitted(0), admitted(999), admitted(1000)]).toEqual([5, 0, 5]);
  });

  it('are counted for a /64 of IPv6', () => {
    expect(blockOf('2001:db8::1')).toBe(blockOf('2001:db8:0:0:ffff::2'));
    expect(blockOf('2001:db8::1')).not.toBe(blockOf('2001:db8:0:1::1'));
    expect(blockOf('192.0.2.1')).toBe('192.0.2.1');
  });
});
