import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ScanState } from '@sluice/contracts';
import { curl } from '../testing/curl.js';
import type { CurlAnswer } from '../testing/curl.js';
import { eventually, RawClient } from '../testing/raw-client.js';
import { newCaller, TestGateway } from '../testing/start-test-gateway.js';
import type { TestCaller } from '../testing/start-test-gateway.js';

let test: TestGateway;
let caller: TestCaller;
let registrationId: string;
const start = (): Promise<TestGateway> =>
  TestGateway.start({
    limits: { hold: { maxSeconds: 60, maxPerSystem: 2, maxPerMailSensor: 2, recheckMs: 50 } },
  });
beforeAll(async () => {
  test = await start();
});
beforeEach(async () => {
  await test.renew();
  caller = await newCaller(test.folder);
  registrationId = test.registry.put('kata', caller.fingerprint).registrationId ?? '';
});
afterAll(() => test.stop());

const get = (path: string, ...args: string[]): Promise<CurlAnswer> =>
  curl(caller, [...args, test.url('kata', path)]);
const asDocumented = (): void => {
  registrationId =
    test.registry.put('kata', caller.fingerprint, { answerFormat: 'documented' }).registrationId ?? '';
};

function addScans(...scans: [scanId: string | null, state: ScanState, instance?: string][]): void {
  for (const [scanId, state, instance = ''] of scans)
    test.ledger.scans.push({
      submissionId: crypto.randomUUID(),
      sensorId: 'kata',
      fingerprint: caller.fingerprint,
      registrationId,
      scanId,
      instance,
      objectKey: '0'.repeat(32),
      sizeBytes: 1,
      sha256: '0'.repeat(64),
      objectType: 'file',
      objectName: null,
      mailFrom: null,
      rcptTo: [],
      mailOrigin: null,
      sourceAddress: '127.0.0.1',
      hasMailQueue: true,
      takesDone: true,
      onlyIfKnown: false,
      state,
      acceptedAtMs: 0,
    });
}

describe('GET /scans/state', () => {
  it('lists what there is, oldest first, and an empty list when there is nothing', async () => {
    const empty = await get('/scans/state');
    expect(empty).toMatchObject({ status: 200, body: '{"scans":[]}' });
    expect(empty.headers).toMatch(/content-type: application\/json\r\n/i);
    addScans(['1', 'detect'], ['b', 'processing'], [null, 'detect']);
    expect((await get('/scans/state')).body).toBe(
      '{"scans":[{"scanId":"1","state":"detect"},{"scanId":"b","state":"processing"}]}',
    );
  });

  it.each([
    ['state=detect', ['d']],
    ['state=detect,not%20detected', ['d', 'n']],
    ['state=detect%2Cnot+detected', ['d', 'n']],
    ['state=detect%20%2C%20%20processing', ['p', 'd']],
    ['state=detect&state=error', ['d', 'e']],
    ['state=', ['p', 'd', 'n', 't', 'e']],
    ['state=timeout,error,', ['t', 'e']],
    ['', ['p', 'd', 'n', 't', 'e']],
  ])('filters by %j', async (query, expected) => {
    addScans(['p', 'processing'], ['d', 'detect'], ['n', 'not detected'], ['t', 'timeout'], ['e', 'error']);
    const { body } = await get(`/scans/state?${query}`);
    expect((JSON.parse(body) as { scans: { scanId: string }[] }).scans.map((scan) => scan.scanId)).toEqual(
      expected,
    );
  });

  it('filters by instance; an empty one means every instance', async () => {
    addScans(['1', 'detect'], ['2', 'detect', 'a'], ['3', 'detect', 'b']);
    expect((await get('/scans/state?sensorInstanceId=a')).body).toBe(
      '{"scans":[{"scanId":"2","state":"detect"}]}',
    );
    const { scans } = JSON.parse((await get('/scans/state?sensorInstanceId=')).body) as { scans: unknown[] };
    expect(scans).toHaveLength(3);
  });

  it.each([
    'state=clean',
    'state=Detect',
    'limit=0',
    'limit=10001',
    'limit=x',
    'wait=-1',
    'wait=1.5',
    'sensorInstanceId=.a',
  ])('answers 400 to %s', async (query) => {
    expect((await get(`/scans/state?${query}`)).status).toBe(400);
  });

  it('streams a long list whole, also over HTTP/1.0', async () => {
    addScans(...Array.from({ length: 2500 }, (_, n) => [String(n), 'detect'] as [string, ScanState]));
    for (const version of ['--http1.1', '--http1.0']) {
      const answer = await get('/scans/state', version);
      expect((JSON.parse(answer.body) as { scans: unknown[] }).scans).toHaveLength(2500);
      expect(answer.exitCode).toBe(0);
    }
    expect(test.ledger.asked.filter((what) => what === 'states')).toHaveLength(6);
  });

  it('breaks the connection when the list cannot be finished, so that half of it is never taken for all', async () => {
    addScans(...Array.from({ length: 1500 }, (_, n) => [String(n), 'detect'] as [string, ScanState]));
    const { states } = test.ledger;
    test.ledger.states = async (request) => {
      if (request.after !== null) test.ledger.isConnected = false;
      return states.call(test.ledger, request);
    };
    expect((await get('/scans/state')).exitCode).not.toBe(0);
  });

  it('pages', async () => {
    addScans(...Array.from({ length: 2500 }, (_, n) => [String(n), 'detect'] as [string, ScanState]));
    const ids: string[] = [];
    let after = '';
    for (let page = 0; page < 3; page += 1) {
      const answer = await get(`/scans/state?limit=1200&after=${after}`);
      const body = JSON.parse(answer.body) as { scans: { scanId: string }[]; next?: string };
      ids.push(...body.scans.map((scan) => scan.scanId));
      after = /x-next-after: (\S+)/i.exec(answer.headers)?.[1] ?? '';
      expect(body.next ?? '').toBe(after);
    }
    expect(ids).toEqual(Array.from({ length: 2500 }, (_, n) => String(n)));
    expect(after).toBe('');
  });

  it('has the documented shape for a registration set to it', async () => {
    asDocumented();
    expect(await get('/scans/state')).toMatchObject({ status: 204, body: '' });
    addScans(['1', 'detect'], ['01', 'not detected'], ['a', 'error'], ['1234567890123456', 'timeout']);
    expect((await get('/scans/state')).body).toBe(
      '[{"scanId":1,"state":["detect"]},{"scanId":"01","state":["not detected"]},' +
        '{"scanId":"a","state":["error"]},{"scanId":"1234567890123456","state":["timeout"]}]',
    );
    test.ledger.isConnected = false;
    expect((await get('/scans/state')).status).toBe(500);
  });

  it('answers 503 with Retry-After while the ledger is away', async () => {
    test.ledger.isConnected = false;
    const answer = await get('/scans/state');
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatch(/retry-after: \d+/i);
  });
});

describe('wait', () => {
  it('holds an empty answer until something ends', async () => {
    addScans(['1', 'processing']);
    const answered = get('/scans/state?state=detect&wait=60');
    await eventually(() => test.ledger.asked.length >= 2);
    test.ledger.finish('1', 'detect');
    test.gateway.wake({ registrationIds: [registrationId] });
    expect((await answered).body).toBe('{"scans":[{"scanId":"1","state":"detect"}]}');
  });

  it('looks again by itself when no hint comes', async () => {
    addScans(['1', 'processing']);
    const answered = get('/scans/1?wait=60');
    await eventually(() => test.ledger.asked.length >= 2);
    test.ledger.finish('1', 'not detected');
    expect(JSON.parse((await answered).body)).toMatchObject({ scanId: '1', state: 'not detected' });
  });

  it('answers what is when the time is up', async () => {
    addScans(['1', 'processing']);
    expect(JSON.parse((await get('/scans/1?wait=1')).body)).toMatchObject({ state: 'processing' });
    expect((await get('/scans/state?state=detect&wait=1')).body).toBe('{"scans":[]}');
  });

  it('is for a bounded number of requests of one system', async () => {
    addScans(['1', 'processing']);
    const clients = await Promise.all([1, 2].map(() => RawClient.connect(test.port, caller)));
    for (const client of clients)
      client.send('GET /kata/scanner/v1/sensors/kata/scans/1?wait=60 HTTP/1.1\r\nHost: x\r\n\r\n');
    const held = async (): Promise<number> =>
      (await test.metrics.getSingleMetric('sluice_gateway_held_requests')?.get())?.values[0]?.value ?? 0;
    await eventually(async () => (await held()) === 2);
    expect((await get('/scans/1?wait=60')).status).toBe(429);
    expect((await get('/scans/1')).status).toBe(200);
    await Promise.all(clients.map((client) => client.close()));
    await eventually(async () => (await held()) === 0);
  });

  it('ends with what is when the gateway stops', async () => {
    addScans(['1', 'processing']);
    const answered = get('/scans/1?wait=60');
    await eventually(() => test.ledger.asked.length >= 2);
    await test.gateway.stop(5000);
    const answer = await answered;
    expect(JSON.parse(answer.body)).toMatchObject({ state: 'processing' });
    expect(answer.headers).toMatch(/connection: close/i);
    await test.stop();
    test = await start();
  });
});

describe('GET /scans/{scanId}, /scans/filters and DELETE', () => {
  it('tells the report of a scan, 404 for an unknown one', async () => {
    addScans(['1', 'detect']);
    expect(JSON.parse((await get('/scans/1')).body)).toMatchObject({
      scanId: '1',
      object: { size: 1 },
      detections: [],
    });
    expect((await get('/scans/2')).status).toBe(404);
    expect((await get('/scans/.2')).status).toBe(404);
    expect((await get('/scans/2?wait=5')).status).toBe(404);
  });

  it('tells the limits, as they are now', async () => {
    test.registry.settings.maxObjectSize = 12345;
    expect(JSON.parse((await get('/scans/filters')).body)).toEqual({
      maxObjectSize: 12345,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });

  it('tells a sensor what an administrator chose for it', async () => {
    const mailPolicy = { version: 3, policy: { whenAway: 'tag' } };
    const clamdPolicy = { version: 4, policy: { whenAway: 'error' } };
    test.registry.put('kata', caller.fingerprint, { type: 'mail', mailPolicy, clamdPolicy });
    expect(JSON.parse((await get('/scans/filters')).body)).toMatchObject({ mailPolicy, clamdPolicy });
  });

  it('deletes one, and says 404 the second time', async () => {
    addScans(['1', 'detect'], ['2', 'processing']);
    expect(await get('/scans/2', '-X', 'DELETE')).toMatchObject({ status: 200, body: 'OK' });
    expect((await get('/scans/2', '-X', 'DELETE')).status).toBe(404);
    expect((await get('/scans/state')).body).toContain('"1"');
  });

  it('deletes all at the exact path only, also when there is nothing', async () => {
    addScans(['1', 'detect'], ['2', 'detect', 'a']);
    expect((await get('/scans/', '-X', 'DELETE')).status).toBe(404);
    expect((await get('/scans?sensorInstanceId=a', '-X', 'DELETE')).body).toBe('OK');
    expect((await get('/scans/state')).body).toBe('{"scans":[{"scanId":"1","state":"detect"}]}');
    expect((await get('/scans', '-X', 'DELETE')).body).toBe('OK');
    expect((await get('/scans', '-X', 'DELETE')).body).toBe('OK');
    expect((await get('/scans/state')).body).toBe('{"scans":[]}');
  });

  it.each([
    ['GET', '/scans'],
    ['PUT', '/scans/1'],
    ['DELETE', '/scans/state'],
    ['DELETE', '/scans/filters'],
    ['POST', '/scans/state'],
    ['GET', ''],
    ['GET', '/'],
    ['GET', '/scans/1/2'],
    ['GET', '/scans/%2e%2e'],
  ])('answers 404 to %s %j', async (method, path) => {
    const answer = await get(path, '-X', method, '--path-as-is');
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'NotFound' });
  });
});

describe('GET /detects', () => {
  const alerts = (count: number): Record<string, unknown>[] =>
    Array.from({ length: count }, (_, n) => ({ alertID: n + 1, technology: 'am' }));
  const read = async (query: string) => JSON.parse((await get(`/detects?${query}`)).body) as Feed;
  interface Feed {
    detects: { alertID: number }[];
    token: string;
  }

  it('goes on where the token says, and skips or repeats nothing', async () => {
    test.ledger.alerts = alerts(2500);
    const first = await read('limit=1800');
    expect(first.detects).toHaveLength(1800);
    const second = await read(`limit=1800&token=${first.token}`);
    expect(second.detects.map(({ alertID }) => alertID)).toEqual(
      Array.from({ length: 700 }, (_, n) => n + 1801),
    );
    expect((await read(`token=${second.token}`)).detects).toEqual([]);
    test.ledger.alerts.push({ alertID: 2501 });
    expect((await read(`token=${second.token}`)).detects).toEqual([{ alertID: 2501 }]);
  });

  it('starts from nothing with the token public clients have hard-coded', async () => {
    test.ledger.alerts = alerts(3);
    expect((await read('token=7b226f6666736574223a20307d')).detects).toHaveLength(3);
    expect(await read('limit=1')).toEqual({
      detects: [{ alertID: 1, technology: 'am' }],
      token: '7b226f6666736574223a20317d',
    });
  });

  it('has 1000 unless told otherwise', async () => {
    test.ledger.alerts = alerts(1001);
    expect((await read('')).detects).toHaveLength(1000);
  });

  it.each([
    'limit=0',
    'limit=10001',
    'limit=',
    'detect_type=av',
    'token=xyz',
    'token=7B7D',
    'token=7b7d',
    'token=5b5d',
  ])('answers 400 to %s', async (query) => {
    expect((await get(`/detects?${query}`)).status).toBe(400);
  });
});
