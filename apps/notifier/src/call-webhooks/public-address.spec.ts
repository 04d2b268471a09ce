import { describe, expect, it } from 'vitest';
import { findReceiver } from './find-receiver.js';
import { kindOfAddress } from './public-address.js';

describe('kindOfAddress', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['172.15.255.255', 'public'],
    ['172.32.0.1', 'public'],
    ['2606:4700::1111', 'public'],
    ['::ffff:8.8.8.8', 'public'],
    ['10.1.2.3', 'private'],
    ['127.0.0.1', 'private'],
    ['100.64.0.1', 'private'],
    ['192.168.1.1', 'private'],
    ['::1', 'private'],
    ['fd12::1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['2002:7f00:1::', 'private'],
    ['64:ff9b::7f00:1', 'private'],
    ['2001:0:1::1', 'private'],
    ['0.0.0.0', 'never'],
    ['169.254.169.254', 'never'],
    ['::ffff:169.254.169.254', 'never'],
    ['::ffff:a9fe:a9fe', 'never'],
    ['::ffff:a00:1', 'private'],
    ['64:ff9b::a9fe:a9fe', 'never'],
    ['224.0.0.1', 'never'],
    ['255.255.255.255', 'never'],
    ['::', 'never'],
    ['fe80::1', 'never'],
    ['fd00:ec2::254', 'never'],
    ['no address', 'never'],
  ])('%s is %s', (address, kind) => {
    expect(kindOfAddress(address)).toBe(kind);
  });
});

describe('findReceiver', () => {
  const at =
    (...addresses: string[]) =>
    () =>
      Promise.resolve(
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }) as const),
      );

  it('keeps only what may be called of several addresses', async () => {
    expect(await findReceiver('a.example', false, at('10.0.0.1', '8.8.8.8'))).toEqual({
      kind: 'found',
      addresses: [{ address: '8.8.8.8', family: 4 }],
    });
  });

  it('refuses private addresses, and says what permits them', async () => {
    expect(await findReceiver('a.example', false, at('10.0.0.1'))).toEqual({
      kind: 'refused',
      reason:
        'not called: a.example is at 10.0.0.1, which is not public; “allow private addresses” of the channel permits it',
    });
    expect(await findReceiver('a.example', true, at('10.0.0.1'))).toMatchObject({ kind: 'found' });
    expect(await findReceiver('a.example', true, at('169.254.169.254'))).toMatchObject({ kind: 'refused' });
  });

  it.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', new URL('https://0x7f.1/').hostname])(
    'sees through the address %s',
    async (host) => {
      expect(await findReceiver(host, false)).toMatchObject({ kind: 'refused' });
    },
  );
});
