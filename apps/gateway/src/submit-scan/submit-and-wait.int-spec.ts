import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { curl } from '../testing/curl.js';
import { multipartBody, multipartHeader } from '../testing/multipart-body.js';
import { eventually } from '../testing/raw-client.js';
import { newCaller, TestGateway } from '../testing/start-test-gateway.js';
import type { TestCaller } from '../testing/start-test-gateway.js';

let test: TestGateway;
let caller: TestCaller;
beforeAll(async () => {
  test = await TestGateway.start({
    // Only hints wake: nothing here is found by looking again.
    limits: { hold: { maxSeconds: 60, maxPerSystem: 2, maxPerMailSensor: 2, recheckMs: 60_000 } },
  });
});
beforeEach(async () => {
  await test.renew();
  caller = await newCaller(test.folder);
  register('mail');
});
afterAll(() => test.stop());

let registrationId: string;
const register = (type: 'mail' | 'other'): void => {
  registrationId = test.registry.put('sensor', caller.fingerprint, { type }).registrationId ?? '';
};
const post = async (query: string, scanId?: string, value = scanId ?? 'x') => {
  const answer = await curl(
    caller,
    ['-H', multipartHeader, '--data-binary', '@-', test.url('sensor', `/scans${query}`)],
    {
      input: multipartBody([
        ...(scanId === undefined ? [] : [{ name: 'scanId', value: scanId }]),
        { name: 'content', filename: 'a.eml', value },
      ]),
    },
  );
  const isJson = /content-type: application\/json/i.test(answer.headers);
  return { ...answer, json: isJson ? (JSON.parse(answer.body) as Record<string, unknown>) : null };
};
const held = async (): Promise<number> =>
  (await test.metrics.getSingleMetric('sluice_gateway_held_requests')?.get())?.values[0]?.value ?? 0;
const holding = (count: number): Promise<void> => eventually(async () => (await held()) === count);
const end = (scanId: string): void => {
  test.ledger.finish(scanId, 'detect');
  test.gateway.wake({ registrationIds: [registrationId], scans: [{ registrationId, scanId }] });
};

describe('POST /scans?wait=N', () => {
  it('answers the report when the scan ends in time', async () => {
    const answered = post('?wait=60', '1');
    await holding(1);
    end('1');
    expect(await answered).toMatchObject({ status: 200, json: { scanId: '1', state: 'detect' } });
  });

  it('answers 202 and the scanId when it does not, one it made where the caller gave none', async () => {
    expect(await post('?wait=1', '1')).toMatchObject({ status: 202, json: { scanId: '1' } });
    const { status, json } = await post('?wait=1');
    expect(status).toBe(202);
    expect(test.ledger.scans.at(-1)?.scanId).toBe(json?.['scanId']);
  });

  it.each(['', '?wait=0', '?wait='])('answers OK at once to %j, and makes no scanId', async (query) => {
    expect(await post(query)).toMatchObject({ status: 200, body: 'OK' });
    expect(test.ledger.scans.at(-1)?.scanId).toBeNull();
  });

  it('refuses what is no number before it reads the object', async () => {
    expect((await post('?wait=soon')).status).toBe(400);
    expect(test.ledger.scans).toEqual([]);
  });

  it('refuses as without it', async () => {
    test.ledger.forcedOutcome = { outcome: 'limit', scope: 'all' };
    expect((await post('?wait=60')).status).toBe(429);
    test.ledger.isConnected = false;
    expect((await post('?wait=60')).status).toBe(503);
  });

  it('answers a repeat with the verdict that stands', async () => {
    await post('', '1');
    test.ledger.finish('1', 'not detected');
    expect(await post('?wait=60', '1')).toMatchObject({ status: 200, json: { state: 'not detected' } });
  });

  it('answers what is known of the bytes at once', async () => {
    test.ledger.knownState = 'detect';
    expect(await post('?wait=60', '1')).toMatchObject({ status: 200, json: { state: 'detect' } });
    expect(await held()).toBe(0);
  });

  it('wakes the one that ended and no other', async () => {
    const first = post('?wait=60', '1');
    const second = post('?wait=60', '2');
    await holding(2);
    const looks = test.ledger.asked.filter((what) => what === 'report').length;
    end('2');
    expect((await second).json).toMatchObject({ scanId: '2' });
    expect(test.ledger.asked.filter((what) => what === 'report')).toHaveLength(looks + 1);
    test.ledger.finish('1', 'detect');
    // As `results` of the release before says it.
    test.gateway.wake({ registrationIds: [registrationId] });
    expect((await first).json).toMatchObject({ scanId: '1', state: 'detect' });
  });

  it.each(['mail', 'other'] as const)('never fails because a %s system holds too many', async (type) => {
    register(type);
    const holds = [post('?wait=60', '1'), post('?wait=60', '2')];
    await holding(2);
    expect(await post('?wait=60', '3')).toMatchObject({ status: 202, json: { scanId: '3' } });
    const asked = await curl(caller, [test.url('sensor', '/scans/3?wait=60')]);
    expect(asked.status).toBe(type === 'mail' ? 200 : 429);
    for (const scanId of ['1', '2']) end(scanId);
    for (const answer of await Promise.all(holds)) expect(answer.status).toBe(200);
  });

  it('goes on waiting while the ledger cannot be asked', async () => {
    const answered = post('?wait=60', '1');
    await holding(1);
    test.ledger.isConnected = false;
    test.gateway.wake({ registrationIds: [registrationId] });
    await eventually(() => test.ledger.asked.filter((what) => what === 'report').length >= 3);
    test.ledger.isConnected = true;
    end('1');
    expect((await answered).status).toBe(200);
  });
});
