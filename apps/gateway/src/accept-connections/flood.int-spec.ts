import { afterEach, describe, expect, it } from 'vitest';
import { gatewayLimits } from '../gateway-limits.js';
import { eventually, RawClient } from '../testing/raw-client.js';
import { newCaller, TestGateway } from '../testing/start-test-gateway.js';
import type { TestCaller } from '../testing/start-test-gateway.js';

const get = 'GET /kata/scanner/v1/sensors/kata/scans/filters HTTP/1.1\r\nHost: x\r\n\r\n';
const flooder = '127.0.0.1';
const elsewhere = '127.0.0.2';

let test: TestGateway;
const opened: RawClient[] = [];
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.destroy();
  await test.stop();
});

async function start(limits: Parameters<typeof TestGateway.start>[0]): Promise<TestCaller> {
  test = await TestGateway.start(limits);
  const caller = await newCaller(test.folder);
  test.registry.put('kata', caller.fingerprint);
  return caller;
}
async function from(localAddress: string, caller: TestCaller | null): Promise<RawClient> {
  const client = await RawClient.connect(test.port, caller, { localAddress });
  opened.push(client);
  return client;
}
async function isServed(client: RawClient): Promise<void> {
  const before = client.statuses.length;
  await client.send(get).until(() => client.statuses.length > before);
  expect(client.statuses.at(-1)).toBe(200);
}
const reachedCertificateLimit = (): number | undefined =>
  test.gateway.reachedLimits().find(({ limit }) => limit === 'certificate-connections')?.count;
/** Those of so many attempts that got through TLS. */
async function flood(count: number, caller: TestCaller | null = null): Promise<RawClient[]> {
  const attempts = Array.from({ length: count }, () => from(flooder, caller).catch(() => null));
  return (await Promise.all(attempts)).filter((client) => client !== null);
}

describe('an address that floods, beside a good client', () => {
  it('holds so many connections without a system, and no one else notices', async () => {
    const caller = await start({
      limits: { perAddress: { ...gatewayLimits.perAddress, maxStrangers: 5 } },
    });
    const neighbour = await from(flooder, caller);
    await isServed(neighbour);
    const held = await flood(40);
    expect(held).toHaveLength(5);
    expect(test.gateway.reachedLimits()).toEqual([{ limit: 'address-connections', count: 35 }]);
    await isServed(await from(elsewhere, caller));
    // A system at the same address that was there before keeps what it has.
    await isServed(neighbour);
    await Promise.all(held.map((client) => client.close()));
    await eventually(async () => (await flood(1)).length === 1);
  });

  it('begins so many handshakes in a while', async () => {
    const caller = await start({
      limits: { perAddress: { maxHandshakes: 8, windowMs: 600_000, maxStrangers: 500 } },
    });
    const before = await flood(40);
    expect(before).toHaveLength(8);
    expect(test.gateway.reachedLimits()).toEqual([{ limit: 'address-handshakes', count: 32 }]);
    await Promise.all(before.map((client) => client.close()));
    expect(await flood(3)).toHaveLength(0);
    await isServed(await from(elsewhere, caller));
  });
});

describe('a system', () => {
  it('has so many connections with its certificate, and takes none from another', async () => {
    const caller = await start({ limits: { maxConnectionsPerCertificate: 4 } });
    const clients = await flood(20, caller);
    await eventually(() => test.gateway.server.connections === 4);
    await eventually(() => reachedCertificateLimit() === 16);
    const other = await newCaller(test.folder, 'another');
    test.registry.put('kata', other.fingerprint);
    await isServed(await from(flooder, other));
    await Promise.all(clients.map((client) => client.close()));
  });
});
