import { describe, expect, it } from 'vitest';
import type { HostNameResolver } from '../connections/host-name-resolver.js';
import { confirmedName } from './host-name.service.js';

const resolverOf = (
  reverse: Record<string, string[]>,
  forward: Record<string, string[]>,
): HostNameResolver => ({
  reverse: (address) =>
    reverse[address] ? Promise.resolve(reverse[address]) : Promise.reject(new Error('ENOTFOUND')),
  resolve4: (name) =>
    forward[name] ? Promise.resolve(forward[name]) : Promise.reject(new Error('ENOTFOUND')),
  resolve6: (name) => Promise.resolve(forward[name] ?? []),
});

describe('the name of an address', () => {
  it('is the one that leads back to it', async () => {
    const resolver = resolverOf(
      { '192.0.2.1': ['liar.example', 'FS.example'] },
      { 'liar.example': ['192.0.2.9'], 'FS.example': ['192.0.2.1'] },
    );
    expect(await confirmedName(resolver, '192.0.2.1')).toBe('fs.example');
  });

  it('is none when no name leads back, or there is no answer', async () => {
    const resolver = resolverOf({ '192.0.2.1': ['liar.example'] }, {});
    expect(await confirmedName(resolver, '192.0.2.1')).toBeNull();
    expect(await confirmedName(resolver, '192.0.2.2')).toBeNull();
  });

  it('is none when it is no name', async () => {
    const name = '<script>.example';
    expect(
      await confirmedName(resolverOf({ '192.0.2.1': [name] }, { [name]: ['192.0.2.1'] }), '192.0.2.1'),
    ).toBeNull();
  });

  it('is not asked for on this machine itself', async () => {
    const named = { 'localhost.example': ['127.0.0.1', '::1'] };
    const resolver = resolverOf({ '127.0.0.1': ['localhost.example'], '::1': ['localhost.example'] }, named);
    expect(await confirmedName(resolver, '127.0.0.1')).toBeNull();
    expect(await confirmedName(resolver, '::1')).toBeNull();
  });
});
