import { describe, expect, it } from 'vitest';
import { eventually, RawClient } from '../testing/raw-client.js';
import { useResults } from '../testing/use-results.js';

const on = useResults();
const { addScans, get } = on;

describe('wait', () => {
  it('holds an empty answer until something ends', async () => {
    addScans(['1', 'processing']);
    const answered = get('/scans/state?state=detect&wait=60');
    await eventually(() => on.test.ledger.asked.length >= 2);
    on.test.ledger.finish('1', 'detect');
    on.test.gateway.wake({ registrationIds: [on.registrationId] });
    expect((await answered).body).toBe('{"scans":[{"scanId":"1","state":"detect"}]}');
  });

  it('looks again by itself when no hint comes', async () => {
    addScans(['1', 'processing']);
    const answered = get('/scans/1?wait=60');
    await eventually(() => on.test.ledger.asked.length >= 2);
    on.test.ledger.finish('1', 'not detected');
    expect(JSON.parse((await answered).body)).toMatchObject({ scanId: '1', state: 'not detected' });
  });

  it('answers what is when the time is up', async () => {
    addScans(['1', 'processing']);
    expect(JSON.parse((await get('/scans/1?wait=1')).body)).toMatchObject({ state: 'processing' });
    expect((await get('/scans/state?state=detect&wait=1')).body).toBe('{"scans":[]}');
  });

  it('is for a bounded number of requests of one system', async () => {
    addScans(['1', 'processing']);
    const clients = await Promise.all([1, 2].map(() => RawClient.connect(on.test.port, on.caller)));
    for (const client of clients)
      client.send('GET /kata/scanner/v1/sensors/kata/scans/1?wait=60 HTTP/1.1\r\nHost: x\r\n\r\n');
    const held = async (): Promise<number> =>
      (await on.test.metrics.getSingleMetric('sluice_gateway_held_requests')?.get())?.values[0]?.value ?? 0;
    await eventually(async () => (await held()) === 2);
    expect((await get('/scans/1?wait=60')).status).toBe(429);
    expect((await get('/scans/1')).status).toBe(200);
    await Promise.all(clients.map((client) => client.close()));
    await eventually(async () => (await held()) === 0);
  });

  it('ends with what is when the gateway stops', async () => {
    addScans(['1', 'processing']);
    const answered = get('/scans/1?wait=60');
    await eventually(() => on.test.ledger.asked.length >= 2);
    await on.test.gateway.stop(5000);
    const answer = await answered;
    expect(JSON.parse(answer.body)).toMatchObject({ state: 'processing' });
    expect(answer.headers).toMatch(/connection: close/i);
    await on.test.stop();
    await on.start();
  });
});
