import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './hash-password.js';
import { PasswordQueue } from '../session/password-queue.js';
import { addressBlock } from '../session/throttle.store.js';

describe('password hashes', () => {
  it('take the right password and no other', async () => {
    const stored = await hashPassword('correct horse');
    expect(await verifyPassword('correct horse', stored)).toBe(true);
    expect(await verifyPassword('correct horsf', stored)).toBe(false);
  });

  it('take none for an account that does not exist', async () => {
    expect(await verifyPassword('', null)).toBe(false);
  });

  it('differ for the same password', async () => {
    expect(await hashPassword('x')).not.toBe(await hashPassword('x'));
  });
});

describe('the line for hashing', () => {
  it('lets few run at once and turns away those who find it full', async () => {
    const queue = new PasswordQueue(1, 1);
    let release = (): void => undefined;
    const first = queue.run(() => new Promise<void>((resolve) => (release = resolve)));
    const second = queue.run(() => Promise.resolve('second'));
    await expect(queue.run(() => Promise.resolve())).rejects.toMatchObject({ status: 503 });
    release();
    await first;
    expect(await second).toBe('second');
    expect(await queue.run(() => Promise.resolve('third'))).toBe('third');
  });
});

describe('who shares a throttle', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1'],
    ['::1', '0:0:0'],
  ])('%s is one of %s', (address, block) => {
    expect(addressBlock(address)).toBe(block);
  });
});
