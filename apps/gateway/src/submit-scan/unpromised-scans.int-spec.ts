import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boundary, multipartBody, multipartHeader } from '../testing/multipart-body.js';
import { eventually, RawClient } from '../testing/raw-client.js';
import { content, impatient, Submitting } from '../testing/submitting.js';

let on: Submitting;
// A gateway for each: one goes on asking about what is in doubt.
beforeEach(async () => {
  on = await Submitting.start();
});
afterEach(() => on.stop());

async function beImpatient(): Promise<void> {
  await on.stop();
  on = await Submitting.start({ limits: impatient });
}

describe('a body that does not come', () => {
  const head = (length: number): string =>
    `POST ${new URL(on.url).pathname} HTTP/1.1\r\nHost: x\r\n${multipartHeader}\r\nContent-Length: ${length}\r\n\r\n`;

  it('is answered 408 when it hangs half-way', async () => {
    await beImpatient();
    const client = await RawClient.connect(on.test.port, on.caller);
    client.send(head(100_000)).send(multipartBody([content()]).subarray(0, 100));
    await client.until(() => client.received.includes('\r\n\r\n'));
    expect(client.statuses).toEqual([408]);
    expect(client.received).toMatch(/connection: close/i);
    await client.close();
    await eventually(async () => (await on.test.storedObjects()).length === 0);
  });

  it('is answered 408 when it trickles', async () => {
    await beImpatient();
    const client = await RawClient.connect(on.test.port, on.caller);
    client.send(head(100_000)).send(`--${boundary}\r\n`);
    const timer = setInterval(() => client.send('x'), 20);
    try {
      await client.until(() => client.statuses.length > 0);
    } finally {
      clearInterval(timer);
    }
    expect(client.statuses).toEqual([408]);
    await client.close();
  });

  it('is not scanned when the caller leaves before its Content-Length', async () => {
    const client = await RawClient.connect(on.test.port, on.caller);
    client.send(head(100_000)).send(multipartBody([content('x'.repeat(50_000))]));
    await eventually(async () => (await on.test.storedObjects()).length === 1);
    await client.close();
    await eventually(async () => (await on.test.storedObjects()).length === 0);
    expect(on.test.ledger.asked).toEqual([]);
  });

  it('is answered 400 when the caller ends its side before its Content-Length', async () => {
    const client = await RawClient.connect(on.test.port, on.caller);
    client.send(head(100_000)).send(multipartBody([content()]));
    client.socket.end();
    await client.until(() => client.isClosed);
    expect(client.statuses).toEqual([400]);
    expect(on.test.ledger.asked).toEqual([]);
  });
});

describe('when a scan cannot be promised', () => {
  it.each<[string, () => void]>([
    ['the ledger is away', () => (on.test.ledger.isConnected = false)],
    ['the ledger does not answer in time', () => (on.test.ledger.isSilent = true)],
    ['the broker is away', () => (on.test.isBrokerConnected = false)],
    ['the registry is not current', () => (on.test.registry.isCurrent = false)],
  ])('answers 503 while %s', async (_, breakIt) => {
    breakIt();
    const answer = await on.post([content()]);
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatch(/retry-after: \d+/i);
    expect(on.test.jobs).toEqual([]);
  });

  it('keeps the object only when the row may exist', async () => {
    on.test.ledger.isSilent = true;
    await on.post([content()]);
    expect(await on.test.storedObjects()).toHaveLength(1);
  });

  it.each([
    ['limit', 429],
    ['not-accepted', 401],
    ['invalid', 400],
    ['exists', 200],
  ] as const)('removes the object when the ledger says %s and answers %i', async (outcome, status) => {
    on.test.ledger.forcedOutcome = outcome === 'limit' ? { outcome, scope: 'all' } : { outcome };
    const answer = await on.post([content()]);
    expect(answer.status).toBe(status);
    if (status === 429) expect(answer.headers).toMatch(/retry-after: \d+/i);
    expect(on.test.jobs).toEqual([]);
    await eventually(async () => (await on.test.storedObjects()).length === 0);
  });

  it('publishes no job for what has its verdict already, and leaves the object to the ledger', async () => {
    on.test.ledger.knownState = 'detect';
    expect((await on.post([content()])).body).toBe('OK');
    expect(on.test.jobs).toEqual([]);
    expect(await on.test.storedObjects()).toHaveLength(1);
  });

  it('still says OK when the job is not confirmed: the row is the promise', async () => {
    on.test.failPublish = new Error('nacked');
    expect((await on.post([content()])).body).toBe('OK');
  });

  it('answers 401 when the caller is deleted during the upload', async () => {
    const client = await RawClient.connect(on.test.port, on.caller);
    const body = multipartBody([content('x'.repeat(5000))]);
    client.send(`POST ${new URL(on.url).pathname} HTTP/1.1\r\n${multipartHeader}\r\n`);
    client.send(`Content-Length: ${body.length}\r\n\r\n`).send(body.subarray(0, 1000));
    await eventually(async () => (await on.test.storedObjects()).length === 1);
    on.test.registry.put('kata', on.caller.fingerprint); // another registration took its place
    client.send(body.subarray(1000));
    await client.until(() => client.statuses.length > 0);
    expect(client.statuses).toEqual([401]);
    expect(on.test.ledger.asked).toEqual([]);
    await client.close();
    await eventually(async () => (await on.test.storedObjects()).length === 0);
  });

  it('is true of a store with less than its reserve free', async () => {
    await on.stop();
    on = await Submitting.start({ reserveBytes: Number.MAX_SAFE_INTEGER });
    expect((await on.post([content()])).status).toBe(503);
    // Neither database nor broker nor disk heard of it.
    expect([on.test.ledger.asked, await on.test.storedObjects()]).toEqual([[], []]);
    await expect(on.test.gateway.assertStoreReady()).rejects.toThrow('reserve');
  });

  it('is told as 500 to clients of the documented shape', async () => {
    on.test.registry.put('kata', on.caller.fingerprint, { answerFormat: 'documented' });
    on.test.ledger.isConnected = false;
    expect((await on.post([content()])).status).toBe(500);
  });
});
