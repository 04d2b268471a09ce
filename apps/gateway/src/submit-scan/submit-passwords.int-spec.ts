import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { curl } from '../testing/curl.js';
import { multipartBody, multipartHeader, type Field } from '../testing/multipart-body.js';
import { eventually } from '../testing/raw-client.js';
import { TestGateway, testSeal } from '../testing/start-test-gateway.js';
import { content, Submitting } from '../testing/submitting.js';

let on: Submitting;
beforeAll(async () => {
  on = await Submitting.start();
});
beforeEach(() => on.renew());
afterAll(() => on.stop());

describe('POST /scans with passwords', () => {
  const password = (value: string | Buffer): Field => ({ name: 'password', value });
  const sidecar = (key: string): Promise<Buffer> =>
    readFile(path.join(on.test.folder, 'objects', 'sidecars', key));
  const sidecars = () => readdir(path.join(on.test.folder, 'objects', 'sidecars')).catch(() => []);

  it('stores them sealed beside the object, and gives them to no one', async () => {
    const secrets = ['canary one', 'pässwörd'];
    const fields = [password(secrets[0] ?? ''), content(), password(secrets[1] ?? '')];
    expect(await on.post([...fields, { name: 'scanId', value: 'p1' }])).toMatchObject({ status: 200 });
    const { objectKey = '', passwordsMark } = on.last() ?? {};
    const sealed = await sidecar(objectKey);
    expect(testSeal.open(objectKey, sealed)).toEqual(secrets);
    expect(passwordsMark).toBe(testSeal.mark(secrets));
    for (const seen of [sealed.toString('latin1'), JSON.stringify([on.test.jobs, on.test.ledger.scans])])
      for (const secret of secrets) expect(seen).not.toContain(secret);
  });

  it('removes them with an object that was not recorded', async () => {
    on.test.ledger.maxUnfinished = 0;
    expect((await on.post([content(), password('x')])).status).toBe(429);
    // The one is removed beside the other, and neither is waited for.
    await eventually(async () => [...(await sidecars()), ...(await on.test.storedObjects())].length === 0);
  });

  it.each([
    ['too many', Array.from({ length: 21 }, (_, index) => `p${index}`), 'at most 20 passwords'],
    ['a long one', ['x'.repeat(257)], '1 to 256 bytes'],
    ['an empty one', [''], '1 to 256 bytes'],
    ['one that is not UTF-8', [Buffer.from([0xff, 0xfe])], 'UTF-8'],
  ])('refuses %s, and keeps nothing', async (_title, passwords, message) => {
    const answer = await on.post([content(), ...passwords.map(password)]);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(message);
    expect([...(await on.test.storedObjects()), ...(await sidecars())]).toEqual([]);
  });

  it('takes twenty, also of the greatest length, and equal ones as one', async () => {
    const passwords = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(256, 'é').slice(0, 128));
    const all = [...passwords, ...passwords];
    expect((await on.post([content(), ...all.map(password)])).status).toBe(200);
    expect(testSeal.open(on.last()?.objectKey ?? '', await sidecar(on.last()?.objectKey ?? ''))).toEqual(
      passwords,
    );
  });

  it('says that it takes none without a key', async () => {
    const without = await TestGateway.start({ hasPasswordsKey: false });
    without.registry.put('kata', on.caller.fingerprint);
    try {
      const answer = await curl(
        on.caller,
        ['-H', multipartHeader, '--data-binary', '@-', without.url('kata', '/scans')],
        { input: multipartBody([content(), password('x')]) },
      );
      expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('PASSWORDS_KEY') });
      expect(await without.storedObjects()).toEqual([]);
    } finally {
      await without.stop();
    }
  });
});
