import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { connectBroker, type Broker } from './index.js';

const logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};

/** Counts who calls, and hangs up. */
async function startListener() {
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `amqp://gateway:secret@127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
type Listener = Awaited<ReturnType<typeof startListener>>;

let folder: string;
let after: string;
let called: Listener;
let other: Listener;
const open: Broker[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-broker-'));
  after = path.join(folder, 'ready');
  [called, other] = await Promise.all([startListener(), startListener()]);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((broker) => broker.close()));
  await Promise.all([called.close(), other.close()]);
  await rm(folder, { recursive: true });
});

const call = async ({ url }: Listener, file?: string): Promise<Broker> => {
  const broker = await connectBroker({ url, name: 'test', heartbeatSeconds: 60, logger, after: file });
  open.push(broker);
  return broker;
};

describe('a broker that is called once a file is there', () => {
  it('is not called before, and nothing can be published meanwhile', async () => {
    const broker = await call(called, after);
    expect(broker.problem).toContain('not connected');
    // Called later and without waiting, and several times by then.
    await call(other);
    await until(() => other.calls() >= 3);
    expect(called.calls()).toBe(0);
    await writeFile(after, '');
    await until(() => called.calls() > 0);
  });

  it('is not called by one that was closed before', async () => {
    await (await call(called, after)).close();
    await writeFile(after, '');
    await call(other, after);
    await until(() => other.calls() >= 2);
    expect(called.calls()).toBe(0);
  });
});
