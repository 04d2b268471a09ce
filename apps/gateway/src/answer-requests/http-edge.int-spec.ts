import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '@sluice/contracts';
import { curl } from '../testing/curl.js';
import { multipartBody, multipartHeader } from '../testing/multipart-body.js';
import { eventually, RawClient } from '../testing/raw-client.js';
import { newCaller, TestGateway } from '../testing/start-test-gateway.js';
import type { TestCaller } from '../testing/start-test-gateway.js';

const base = '/kata/scanner/v1/sensors/kata';
let test: TestGateway;
let caller: TestCaller;
let client: RawClient;
/** One for all tests, and one whose times are over before a busy machine has sent a request: for what is not sent. */
let gateways: { readonly usual: TestGateway; readonly impatient: TestGateway };
const startUsual = (): Promise<TestGateway> => TestGateway.start({ limits: { maxOpenRequests: 20 } });
beforeAll(async () => {
  const limits = { headersTimeoutMs: 200, keepAliveTimeoutMs: 200, timeoutCheckMs: 50 };
  gateways = { usual: await startUsual(), impatient: await TestGateway.start({ limits }) };
});
afterAll(() => Promise.all([gateways.usual, gateways.impatient].map((one) => one.stop())));

async function callAt(gateway: TestGateway): Promise<void> {
  test = gateway;
  await test.renew();
  caller = await newCaller(test.folder);
  test.registry.put('kata', caller.fingerprint);
  client = await RawClient.connect(test.port, caller);
}
beforeEach(() => callAt(gateways.usual));
afterEach(() => client.close());

async function beImpatient(): Promise<void> {
  await client.close();
  await callAt(gateways.impatient);
}
/** Of its own, for what is counted from its start and for what it does not survive. */
async function beAlone(): Promise<void> {
  await client.close();
  await gateways.usual.stop();
  gateways = { ...gateways, usual: await startUsual() };
  await callAt(gateways.usual);
}

const request = (line: string, ...headers: string[]): string =>
  `${[`${line} HTTP/1.1`, 'Host: x', ...headers].join('\r\n')}\r\n\r\n`;
const scan = (id: string): Buffer => {
  const body = multipartBody([
    { name: 'scanId', value: id },
    { name: 'content', filename: 'a', value: id },
  ]);
  const head = request(`POST ${base}/scans`, multipartHeader, `Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from(head), body]);
};

const manyHeaders = Array.from({ length: 100 }, (_, index) => `X-${index}: 1`);

describe('the HTTP edge', () => {
  it('answers pipelined requests in their order', async () => {
    client.send(
      Buffer.concat([scan('1'), scan('2'), Buffer.from(request(`GET ${base}/scans/filters`)), scan('3')]),
    );
    await client.until(() => client.statuses.length === 4 && client.received.endsWith('OK'));
    expect(client.statuses).toEqual([200, 200, 200, 200]);
    expect(client.received.indexOf('maxObjectSize')).toBeGreaterThan(client.received.indexOf('OK'));
    expect(test.ledger.scans.map(({ scanId }) => scanId).sort()).toEqual(['1', '2', '3']);
  });

  it('keeps a connection for the next request, and closes it when none comes', async () => {
    for (let count = 1; count <= 3; count += 1) {
      client.send(request(`GET ${base}/scans/filters`));
      await client.until(() => client.statuses.length === count);
    }
    await beImpatient();
    client.send(request(`GET ${base}/scans/filters`));
    await client.until(() => client.isClosed);
  });

  it('serves HTTP/1.0 and requests without Host', async () => {
    client.send(`GET ${base}/scans/filters HTTP/1.0\r\n\r\n`);
    await client.until(() => client.isClosed);
    expect(client.received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('takes targets in absolute form', async () => {
    client.send(request(`GET https://scanner.example${base}/scans/filters`));
    await client.until(() => client.statuses.length === 1);
    expect(client.statuses).toEqual([200]);
  });

  it('echoes a well-formed X-Request-Id and makes one otherwise', async () => {
    const url = test.url('kata', '/scans/filters');
    expect((await curl(caller, ['-H', 'X-Request-Id: a.b-C_1', url])).headers).toMatch(
      /x-request-id: a\.b-C_1\r\n/i,
    );
    const made = (await curl(caller, ['-H', 'X-Request-Id: a b', url])).headers;
    expect(made).toMatch(/x-request-id: [0-9a-f-]{36}\r\n/i);
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a header without a colon', `GET ${base}/scans/filters HTTP/1.1\r\nnonsense\r\n\r\n`, 400],
    ['two lengths', `POST ${base}/scans HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n`, 400],
    [
      'a length and chunks',
      `POST ${base}/scans HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      400,
    ],
    [
      'a broken chunk',
      `POST ${base}/scans HTTP/1.1\r\n${multipartHeader}\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n`,
      400,
    ],
    ['headers over 16 KiB', `GET ${base}/scans HTTP/1.1\r\nX-A: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['half a header', 'GET / HT', 408],
    ['nothing', '', 408],
    ['an unknown expectation', request(`POST ${base}/scans`, 'Expect: coffee', 'Content-Length: 5'), 417],
    ['another path', request('GET /'), 404],
    ['more than 100 headers', request(`GET ${base}/scans/filters`, ...manyHeaders), 431],
    ['HTTP/0.9', `GET ${base}/scans/filters\r\n\r\n`, 400],
    ['CONNECT', 'CONNECT elsewhere:443 HTTP/1.1\r\n\r\n', 404],
    [
      'a transfer encoding besides chunked',
      `${request(`POST ${base}/scans`, multipartHeader, 'Transfer-Encoding: gzip, chunked')}0\r\n\r\n`,
      400,
    ],
  ])('answers %s in JSON', async (_, bytes, status) => {
    if (status === 408) await beImpatient();
    client.send(bytes);
    await client.until(() => client.received.includes('}'));
    expect(client.statuses).toEqual([status]);
    expect(client.received).toMatch(/content-type: application\/json\r\n/i);
    expect(client.received).toMatch(/x-request-id: \S+\r\n/i);
    expect(JSON.parse(client.received.slice(client.received.indexOf('{')))).toEqual({
      error: expect.any(String),
      message: expect.any(String),
    });
  });

  it('never answers garbage in the place of a request before it', async () => {
    let isAccepting = false;
    test.ledger.accept = () => {
      isAccepting = true;
      return new Promise(() => undefined); // its answer is still to come
    };
    client.send(scan('1'));
    await eventually(() => isAccepting);
    client.send('garbage\r\n\r\n');
    await client.until(() => client.isClosed);
    expect(client.statuses).toEqual([]);
  });

  it('answers once, also when the rest of a refused request is broken', async () => {
    test.registry.put('kata', caller.fingerprint, { state: 'rejected' });
    client.send(`POST ${base}/scans HTTP/1.1\r\n${multipartHeader}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    await client.until(() => client.received.includes('}'));
    client.send('no chunk\r\n');
    await client.until(() => client.isClosed);
    expect(client.statuses).toEqual([401]);
  });

  it.each([
    ['Connection: close', request(`GET ${base}/scans/filters`, 'Connection: close'), 200],
    ['too many headers', request(`GET ${base}/scans/filters`, ...manyHeaders), 431],
    [
      'another transfer encoding',
      `${request(`POST ${base}/scans`, 'Transfer-Encoding: xchunked, chunked')}0\r\n\r\n`,
      400,
    ],
  ])('takes nothing behind a request with %s for a request', async (_, last, status) => {
    const deletions: unknown[] = [];
    test.ledger.deleteAllScans = async (message) => void deletions.push(message);
    client.send(last + request(`DELETE ${base}/scans`));
    await client.until(() => client.isClosed);
    expect(client.statuses).toEqual([status]);
    expect(deletions).toEqual([]);
  });

  it('ends a connection with more requests on their way than anybody pipelines', async () => {
    let asked = 0;
    test.ledger.states = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    client.send(request(`GET ${base}/scans/state`).repeat(3000));
    await client.until(() => client.isClosed);
    expect(asked).toBe(20);
  });

  it.each([1, 15])(
    'ends a connection with its tenth answer 401, asked for %i at a time: more of them take handshakes',
    async (atOnce) => {
      test.registry.put('kata', caller.fingerprint, { state: 'pending' });
      const ask = request(`GET ${base}/scans/filters`).repeat(atOnce);
      while (!client.isClosed) {
        const answered = client.statuses.length;
        client.send(ask);
        await client.until(() => client.isClosed || client.statuses.length > answered);
      }
      expect(client.statuses).toEqual(Array.from({ length: 10 }, () => 401));
      expect(client.received.match(/Connection: close/g)).toHaveLength(1);
    },
  );

  it('finishes requests with Connection: close when it stops, and takes no new connections', async () => {
    const accepting: ((outcome: { outcome: 'exists' }) => void)[] = [];
    test.ledger.accept = () => new Promise((resolve) => accepting.push(resolve));
    client.send(scan('1'));
    await eventually(() => accepting.length === 1);
    const stopped = test.gateway.stop(10_000);
    try {
      await expect(RawClient.connect(test.port, caller)).rejects.toThrow('ECONNREFUSED');
      accepting[0]?.({ outcome: 'exists' });
      await stopped;
      await client.until(() => client.isClosed);
      expect(client.received).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n/i);
    } finally {
      await beAlone();
    }
  });

  it('counts requests by route and code', async () => {
    await beAlone();
    await curl(caller, [test.url('kata', '/scans/filters')]);
    await curl(caller, [test.url('other', '/scans/filters')]);
    const text = await test.metrics.metrics();
    expect(text).toContain('sluice_gateway_requests_total{route="filters",code="200"} 1');
    expect(text).toContain('sluice_gateway_requests_total{route="refused",code="401"} 1');
    expect(text).not.toContain(caller.fingerprint);
  });
});

describe('a caller that takes no answers', () => {
  it('is let go when nothing moves any more', async () => {
    const gateway = await TestGateway.start({ limits: { silenceTimeoutMs: 300 } });
    gateway.registry.put('kata', caller.fingerprint);
    const deaf = await RawClient.connect(gateway.port, caller);
    deaf.socket.pause();
    let isAsked = false;
    gateway.ledger.report = async () => {
      isAsked = true;
      // More than two sockets' buffers hold.
      return { state: 'detect', reason: 'x'.repeat(16 * 1024 ** 2) } as Report;
    };
    deaf.send(request(`GET ${base}/scans/1`));
    await eventually(() => isAsked);
    await eventually(() => gateway.gateway.server.connections === 0);
    await deaf.close();
    await gateway.stop();
  });
});
