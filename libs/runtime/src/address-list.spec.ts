import { describe, expect, it } from 'vitest';
import { AddressList, plainAddress } from './address-list.js';

describe('address list', () => {
  it('has the addresses of its networks and no others', () => {
    const list = new AddressList(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);
    const has = (address: string): boolean => list.has(address);
    expect(['10.1.2.3', '192.0.2.1', 'fd12::1'].every(has)).toBe(true);
    expect(['11.0.0.1', '192.0.2.2', '2001:db8::1', '', 'localhost'].some(has)).toBe(false);
    expect(new AddressList([]).isEmpty).toBe(true);
  });

  it.each(['10.0.0.0/33', 'example.org', '10.0.0.0/', 'fd00::/129', '10.0.0.0/x'])('refuses %s', (entry) => {
    expect(() => new AddressList([entry])).toThrow(entry);
  });

  it('knows IPv4 addresses in their IPv6 form', () => {
    expect(plainAddress('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(plainAddress('2001:db8::1')).toBe('2001:db8::1');
  });
});
