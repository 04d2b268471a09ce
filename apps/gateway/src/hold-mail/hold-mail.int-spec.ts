import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { curl } from '../testing/curl.js';
import { multipartBody, multipartHeader } from '../testing/multipart-body.js';
import { newCaller, TestGateway } from '../testing/start-test-gateway.js';
import type { TestCaller } from '../testing/start-test-gateway.js';

const held = '00000000-0000-4000-8000-000000000001';

describe('POST /scans/{scanId}/hold', () => {
  let test: TestGateway;
  let caller: TestCaller;
  beforeEach(async () => {
    test = await TestGateway.start();
    caller = await newCaller(test.folder);
    test.registry.put('sensor', caller.fingerprint, { type: 'mail' });
    const body = multipartBody([
      { name: 'scanId', value: 'mail-1' },
      { name: 'content', filename: 'a.eml', value: 'x' },
    ]);
    await curl(caller, ['-H', multipartHeader, '--data-binary', '@-', test.url('sensor', '/scans')], {
      input: body,
    });
  });
  afterEach(() => test.stop());

  const hold = async (scanId: string) => {
    const { status, body } = await curl(caller, ['-X', 'POST', test.url('sensor', `/scans/${scanId}/hold`)]);
    return [status, JSON.parse(body) as unknown];
  };

  it('says held only when the ledger does, with its id', async () => {
    test.ledger.holdAnswer = { outcome: 'held', held };
    expect(await hold('mail-1')).toEqual([200, { held, reason: null }]);
    test.ledger.holdAnswer = { outcome: 'full' };
    expect(await hold('mail-1')).toEqual([200, { held: null, reason: 'full' }]);
    expect(await hold('mail-2')).toMatchObject([404, { error: 'NotFound' }]);
    expect(await hold('.mail')).toMatchObject([404, { error: 'NotFound' }]);
  });
  it('says 503 when the ledger does not answer, and 400 to who sends no mail', async () => {
    test.ledger.isSilent = true;
    expect(await hold('mail-1')).toMatchObject([503, { error: 'Unavailable' }]);
    test.ledger.isSilent = false;
    test.ledger.holdAnswer = { outcome: 'held', held };
    test.registry.put('sensor', caller.fingerprint, { type: 'other' });
    expect(await hold('mail-1')).toMatchObject([400, { error: 'BadRequest' }]);
  });
});
