import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { createDatabase, type Database, type DatabaseError } from './index.js';

const logger = { warn: () => undefined };

/** Forwards to the real server until it is frozen: then sockets stay open and nothing moves. */
class FreezableProxy {
  private readonly sockets = new Set<Socket>();
  /** What goes on, for each connection, when the server was only slow. */
  private readonly flows: (() => void)[] = [];
  private constructor(private readonly server: Server) {}

  static async to(url: string): Promise<{ proxy: FreezableProxy; url: string }> {
    const target = new URL(url);
    const server = createServer((socket) => {
      const upstream = connect(Number(target.port), target.hostname);
      for (const one of [socket, upstream]) {
        proxy.sockets.add(one);
        one.on('error', () => undefined);
        one.on('close', () => (socket.destroy(), upstream.destroy()));
      }
      const flow = () => socket.pipe(upstream).pipe(socket);
      proxy.flows.push(flow);
      flow();
      if (proxy.isFrozen) proxy.freeze();
    });
    const proxy = new FreezableProxy(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const through = new URL(url);
    through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { proxy, url: through.href };
  }

  isFrozen = false;

  freeze(): void {
    this.isFrozen = true;
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  async thaw(): Promise<void> {
    this.isFrozen = false;
    for (const socket of this.sockets) socket.destroy();
  }

  /** How many connections were asked for. */
  get connectionCount(): number {
    return this.flows.length;
  }

  goOn(): void {
    this.isFrozen = false;
    for (const flow of this.flows) flow();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('Database', () => {
  const name = `sluice_test_${randomBytes(6).toString('hex')}`;
  const serverUrl = process.env['TEST_DATABASE_URL'] ?? 'set TEST_DATABASE_URL';
  const testUrl = Object.assign(new URL(serverUrl), { pathname: name }).href;
  let database: Database;

  const onServer = async (sql: string) => {
    const server = createDatabase({ url: serverUrl, poolSize: 1, queryTimeoutMs: 20_000, logger });
    await server.query(sql).finally(() => server.end());
  };

  beforeAll(() => onServer(`CREATE DATABASE ${name}`));
  afterAll(() => onServer(`DROP DATABASE ${name} WITH (FORCE)`));
  afterEach(() => database.end());

  const open = (url = testUrl, queryTimeoutMs = 60_000, poolSize = 2) =>
    (database = createDatabase({ url, poolSize, queryTimeoutMs, logger }));

  const errorOf = (work: Promise<unknown>): Promise<DatabaseError> =>
    work.then(
      () => Promise.reject(new Error('did not fail')),
      (error: unknown) => error as DatabaseError,
    );

  it('reads bigint as a number', async () => {
    open();
    expect((await database.query('SELECT 9007199254740991::bigint AS n')).rows).toEqual([
      { n: 9007199254740991 },
    ]);
  });

  it.each([
    [`SELECT 'x'::uuid`, 'data', '22P02'],
    [`SELECT '"\\u0000"'::jsonb`, 'data', '22P05'],
    ['SELECT nothing', 'fault', '42703'],
    [`DO $$ BEGIN RAISE SQLSTATE '40001'; END $$`, 'unavailable', '40001'],
    ['SELECT pg_terminate_backend(pg_backend_pid())', 'unavailable', '57P01'],
  ])('tells the kind of %s', async (sql, kind, sqlState) => {
    open();
    expect(await errorOf(database.query(sql))).toMatchObject({ name: 'DatabaseError', kind, sqlState });
    expect(await database.isHealthy()).toBe(true);
  });

  it('rolls a transaction back when its work rejects, and keeps the error', async () => {
    open();
    await database.query('CREATE TABLE public.rolled (n int)');
    const error = new Error('mine');
    const work = database.transaction(async (query) => {
      await query('INSERT INTO public.rolled VALUES (1)');
      throw error;
    });
    await expect(work).rejects.toBe(error);
    expect((await database.query('SELECT * FROM public.rolled')).rows).toEqual([]);
  });

  it('commits what a transaction did', async () => {
    open();
    await database.query('CREATE TABLE public.committed (n int)');
    await database.transaction((query) => query('INSERT INTO public.committed VALUES (1)'));
    expect((await database.query('SELECT * FROM public.committed')).rowCount).toBe(1);
  });

  it('gives up on a frozen server in time and works again when it is back', async () => {
    const { proxy, url } = await FreezableProxy.to(testUrl);
    open(url, 300);
    expect(await until(async () => (await database.isHealthy()) || undefined)).toBe(true);
    proxy.freeze();
    const errors = await Promise.all([1, 2, 3, 4].map(() => errorOf(database.query('SELECT 1'))));
    expect(errors.map((error) => error.isRetryable)).toEqual([true, true, true, true]);
    await proxy.thaw();
    // A new connection has 300 ms here, which a busy machine may need more than once.
    expect(await until(async () => (await database.isHealthy()) || undefined)).toBe(true);
    await database.end();
    await proxy.close();
    open();
  });

  it('keeps an attempt whose caller has given up, for who comes next', async () => {
    const { proxy, url } = await FreezableProxy.to(testUrl);
    open(url, 3000, 1);
    proxy.freeze();
    expect(await errorOf(database.query('SELECT 1'))).toMatchObject({ kind: 'unavailable' });
    proxy.goOn();
    expect(await until(async () => (await database.isHealthy()) || undefined)).toBe(true);
    expect(proxy.connectionCount).toBe(1);
    await database.end();
    await proxy.close();
    open();
  });

  it('does not use a lent connection again whose last statement had no answer', async () => {
    const { proxy, url } = await FreezableProxy.to(testUrl);
    open(url, 500, 1);
    expect(await until(async () => (await database.isHealthy()) || undefined)).toBe(true);
    const lent = await database.lend();
    const before = proxy.connectionCount;
    proxy.freeze();
    const lost = await errorOf(lent.query('SELECT 1', []));
    expect(lost).toMatchObject({ kind: 'unavailable' });
    proxy.goOn();
    // Its answer may still come: a further statement would read it as its own.
    expect(await errorOf(lent.query('ROLLBACK', []))).toBe(lost);
    lent.release();
    expect(await until(async () => (await database.isHealthy()) || undefined)).toBe(true);
    expect(proxy.connectionCount).toBeGreaterThan(before);
    await database.end();
    await proxy.close();
    open();
  });

  it('says unavailable when no one listens', async () => {
    open('postgres://nobody@127.0.0.1:1/none', 500);
    expect(await errorOf(database.query('SELECT 1'))).toMatchObject({ kind: 'unavailable', sqlState: null });
    expect(await database.isHealthy()).toBe(false);
  });
});
