import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { createDatabase, type Announcements, type Database } from './index.js';

const serverUrl = process.env['TEST_DATABASE_URL'] ?? 'set TEST_DATABASE_URL';
const logger = { warn: () => undefined };
const databaseAt = (url: string, name: string) =>
  createDatabase({ url, poolSize: 2, queryTimeoutMs: 20_000, logger, name });

let writer: Database;
let listener: Database;
let announcements: Announcements;
let heard: number;
let channel: string;
/** Of the connections that listen, in pg_stat_activity. */
const listenerName = `listener ${randomBytes(6).toString('hex')}`;

beforeAll(() => {
  writer = databaseAt(serverUrl, 'writer');
  listener = databaseAt(serverUrl, listenerName);
});
afterAll(async () => {
  await writer.end();
  await listener.end();
});
beforeEach(async () => {
  channel = `test-${randomBytes(6).toString('hex')}`;
  heard = 0;
  announcements = listener.listen(channel, () => (heard += 1));
  await until(() => heard === 1);
});
afterEach(() => announcements.stop());

const announce = (query = writer.query) => query('SELECT pg_notify($1, $2)', [channel, '']);
const failure = new Error('rolled back');

describe('announcements', () => {
  it('are heard when their transaction is committed, once however often it made them', async () => {
    await writer.transaction(async (query) => {
      await announce(query);
      await announce(query);
    });
    await until(() => heard === 2);
    await announce();
    await until(() => heard === 3);
  });

  it('are not heard of a transaction that is rolled back, nor of another channel', async () => {
    await writer.query('SELECT pg_notify($1, $2)', [`${channel}-other`, '']);
    await expect(
      writer.transaction(async (query) => {
        await announce(query);
        throw failure;
      }),
    ).rejects.toBe(failure);
    // They come in the order of their commits: what was before would have been heard.
    await announce();
    await until(() => heard === 2);
    expect(heard).toBe(2);
  });

  it('count as made when the connection is there again, and are heard on it', async () => {
    await writer.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
      listenerName,
    ]);
    await until(() => heard === 2);
    await announce();
    await until(() => heard === 3);
  });

  it('end, also when the server is frozen', async () => {
    const sockets: Socket[] = [];
    const { port, hostname } = new URL(serverUrl);
    const server = createServer((socket) => {
      const upstream = connect(Number(port), hostname);
      for (const one of [socket, upstream]) one.on('error', () => undefined);
      sockets.push(socket, upstream);
      socket.pipe(upstream).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxied = new URL(serverUrl);
    proxied.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const through = databaseAt(proxied.href, 'frozen');
    let isThere = false;
    const frozen = through.listen(channel, () => (isThere = true));
    await until(() => isThere);
    for (const socket of sockets) socket.unpipe().pause();
    await frozen.stop();
    await through.end();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
});
