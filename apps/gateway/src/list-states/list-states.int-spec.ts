import { describe, expect, it } from 'vitest';
import type { ScanState } from '@sluice/contracts';
import { useResults } from '../testing/use-results.js';

const on = useResults();
const { addScans, get, register } = on;

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
    expect(on.test.ledger.asked.filter((what) => what === 'states')).toHaveLength(6);
  });

  it('breaks the connection when the list cannot be finished, so that half of it is never taken for all', async () => {
    addScans(...Array.from({ length: 1500 }, (_, n) => [String(n), 'detect'] as [string, ScanState]));
    const { states } = on.test.ledger;
    on.test.ledger.states = async (request) => {
      if (request.after !== null) on.test.ledger.isConnected = false;
      return states.call(on.test.ledger, request);
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
    register({ answerFormat: 'documented' });
    expect(await get('/scans/state')).toMatchObject({ status: 204, body: '' });
    addScans(['1', 'detect'], ['01', 'not detected'], ['a', 'error'], ['1234567890123456', 'timeout']);
    expect((await get('/scans/state')).body).toBe(
      '[{"scanId":1,"state":["detect"]},{"scanId":"01","state":["not detected"]},' +
        '{"scanId":"a","state":["error"]},{"scanId":"1234567890123456","state":["timeout"]}]',
    );
    on.test.ledger.isConnected = false;
    expect((await get('/scans/state')).status).toBe(500);
  });

  it('answers 503 with Retry-After while the ledger is away', async () => {
    on.test.ledger.isConnected = false;
    const answer = await get('/scans/state');
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatch(/retry-after: \d+/i);
  });
});
