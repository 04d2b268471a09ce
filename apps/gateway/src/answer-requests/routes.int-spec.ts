import { describe, expect, it } from 'vitest';
import { useResults } from '../testing/use-results.js';

const on = useResults();
const { addScans, get } = on;

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
    on.test.registry.settings.maxObjectSize = 12345;
    expect(JSON.parse((await get('/scans/filters')).body)).toEqual({
      maxObjectSize: 12345,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });

  it('tells a sensor what an administrator chose for it', async () => {
    const mailPolicy = { version: 3, policy: { whenAway: 'tag' } };
    const clamdPolicy = { version: 4, policy: { whenAway: 'error' } };
    on.test.registry.put('kata', on.caller.fingerprint, { type: 'mail', mailPolicy, clamdPolicy });
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
