import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { awaitDatabase } from './await-database.js';

const url = process.env['TEST_DATABASE_URL'] ?? 'set TEST_DATABASE_URL';

describe('awaitDatabase', () => {
  it('resolves when the server answers, after it was told once what is waited for', async () => {
    const line = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
    const away = `postgres://nobody@127.0.0.1:${(line.address() as AddressInfo).port}/none`;
    const told: string[] = [];
    await expect(awaitDatabase(away, { waitSeconds: 1, log: (text) => told.push(text) })).rejects.toThrow(
      /does not answer.*given up after 1 s/,
    );
    expect(told).toHaveLength(1);
    await awaitDatabase(url);
    line.close();
  });

  it('does not wait for a password or a database to become right', async () => {
    const wrong = (change: (of: URL) => void) => {
      const changed = new URL(url);
      change(changed);
      return awaitDatabase(changed.href);
    };
    await expect(wrong((one) => (one.password = 'wrong'))).rejects.toMatchObject({ code: '28P01' });
    await expect(wrong((one) => (one.pathname = '/nowhere'))).rejects.toMatchObject({ code: '3D000' });
  });
});
