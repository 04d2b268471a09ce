import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { curl } from '../testing/curl.js';
import { boundary, multipartBody, multipartHeader } from '../testing/multipart-body.js';
import type { Field } from '../testing/multipart-body.js';
import { eventually, RawClient } from '../testing/raw-client.js';
import { newCaller, TestGateway, testSeal } from '../testing/start-test-gateway.js';
import type { TestCaller } from '../testing/start-test-gateway.js';

// Real clients and sockets on machines that may be busy; conditions have deadlines of their own.
jest.setTimeout(30_000);

let test: TestGateway;
let caller: TestCaller;
let url: string;
beforeEach(async () => {
  test = await TestGateway.start({
    limits: {
      stall: { idleMs: 300, windowMs: 1000, minBytesPerSecond: 10_240, tickMs: 50 },
      drain: { maxBytes: 1024 ** 2, maxMs: 1500, refusedContinueMs: 100 },
    },
  });
  caller = await newCaller(test.folder);
  test.registry.put('kata', caller.fingerprint);
  url = test.url('kata', '/scans');
});
afterEach(() => test.stop());

const file = async (content: Buffer | string, name = 'object.bin'): Promise<string> => {
  const target = path.join(test.folder, name);
  await writeFile(target, content);
  return target;
};
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const last = () => test.ledger.scans.at(-1);
const post = (fields: readonly Field[], ...args: string[]) =>
  curl(caller, ['-H', multipartHeader, '--data-binary', '@-', ...args, url], {
    input: multipartBody(fields),
  });
const content = (value: string | Buffer = 'the object', filename = 'a.txt'): Field => ({
  name: 'content',
  filename,
  value,
});

describe('POST /scans', () => {
  it('takes the documented curl line: OK, a stored object, a recorded scan, a job', async () => {
    const bytes = randomBytes(100_000);
    const answer = await curl(caller, [
      ...['-F', 'scanId=1', '-F', 'objectType=file'],
      ...['-F', `content=@${await file(bytes, 'отчёт.pdf')}`, '-X', 'POST', url],
    ]);
    expect(answer).toMatchObject({ status: 200, body: 'OK' });
    expect(answer.headers).toMatch(/content-type: text\/plain\r\n/i);
    expect(last()).toMatchObject({
      scanId: '1',
      instance: '',
      objectType: 'file',
      objectName: 'отчёт.pdf',
      sizeBytes: bytes.length,
      sha256: sha256(bytes),
      sourceAddress: '127.0.0.1',
    });
    expect(await readFile(test.objectPath(last()?.objectKey ?? ''))).toEqual(bytes);
    expect(test.jobs).toMatchObject([
      {
        routingKey: 'light',
        priority: 1,
        job: { submissionId: last()?.submissionId, sizeBytes: bytes.length },
      },
    ]);
  });

  describe('with passwords', () => {
    const password = (value: string | Buffer): Field => ({ name: 'password', value });
    const sidecar = (key: string): Promise<Buffer> =>
      readFile(path.join(test.folder, 'objects', 'sidecars', key));
    const sidecars = () => readdir(path.join(test.folder, 'objects', 'sidecars')).catch(() => []);

    it('stores them sealed beside the object, and gives them to no one', async () => {
      const secrets = ['canary one', 'pässwörd'];
      const fields = [password(secrets[0] ?? ''), content(), password(secrets[1] ?? '')];
      expect(await post([...fields, { name: 'scanId', value: 'p1' }])).toMatchObject({ status: 200 });
      const { objectKey = '', passwordsMark } = last() ?? {};
      const sealed = await sidecar(objectKey);
      expect(testSeal.open(objectKey, sealed)).toEqual(secrets);
      expect(passwordsMark).toBe(testSeal.mark(secrets));
      for (const seen of [sealed.toString('latin1'), JSON.stringify([test.jobs, test.ledger.scans])])
        for (const secret of secrets) expect(seen).not.toContain(secret);
    });

    it('removes them with an object that was not recorded', async () => {
      test.ledger.maxUnfinished = 0;
      expect((await post([content(), password('x')])).status).toBe(429);
      await eventually(async () => (await sidecars()).length === 0);
      expect(await test.storedObjects()).toEqual([]);
    });

    it.each([
      ['too many', Array.from({ length: 21 }, (_, index) => `p${index}`), 'at most 20 passwords'],
      ['a long one', ['x'.repeat(257)], '1 to 256 bytes'],
      ['an empty one', [''], '1 to 256 bytes'],
      ['one that is not UTF-8', [Buffer.from([0xff, 0xfe])], 'UTF-8'],
    ])('refuses %s, and keeps nothing', async (_title, passwords, message) => {
      const answer = await post([content(), ...passwords.map(password)]);
      expect(answer.status).toBe(400);
      expect(answer.body).toContain(message);
      expect([...(await test.storedObjects()), ...(await sidecars())]).toEqual([]);
    });

    it('takes twenty, also of the greatest length, and equal ones as one', async () => {
      const passwords = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(256, 'é').slice(0, 128));
      const all = [...passwords, ...passwords];
      expect((await post([content(), ...all.map(password)])).status).toBe(200);
      expect(testSeal.open(last()?.objectKey ?? '', await sidecar(last()?.objectKey ?? ''))).toEqual(
        passwords,
      );
    });

    it('says that it takes none without a key', async () => {
      const without = await TestGateway.start({ hasPasswordsKey: false });
      without.registry.put('kata', caller.fingerprint);
      try {
        const answer = await curl(
          caller,
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

  it('takes a chunked upload without a length', async () => {
    const answer = await post(
      [{ name: 'scanId', value: '2' }, content()],
      '-H',
      'Transfer-Encoding: chunked',
    );
    expect(answer).toMatchObject({ status: 200, body: 'OK' });
    expect(last()).toMatchObject({ scanId: '2', sha256: sha256('the object') });
  });

  it('asks for the limit before it lets an expecting caller send', async () => {
    const bytes = await file(randomBytes(2_000_000));
    const args = ['-v', '-H', 'Expect: 100-continue', '-F', 'scanId=3', '-F', `content=@${bytes}`, url];
    const answer = await curl(caller, args);
    expect(answer.status).toBe(200);
    expect(answer.trace).toContain('100 Continue');
    expect(test.ledger.asked).toEqual(['admit', 'accept']);
    test.ledger.maxUnfinished = 1;
    const refused = await curl(caller, args);
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatch(/retry-after: \d+/i);
    expect(refused.trace).not.toContain('100 Continue');
    expect(test.ledger.asked).toEqual(['admit', 'accept', 'admit']);
  });

  it('does not let an expecting caller send what is too large, or when it is not accepted', async () => {
    test.registry.settings.maxObjectSize = 1000;
    const big = await file(randomBytes(3_000_000));
    const args = ['-v', '-H', 'Expect: 100-continue', '-F', `content=@${big}`, url];
    const tooLarge = await curl(caller, args);
    expect(tooLarge.status).toBe(413);
    expect(tooLarge.trace).not.toContain('100 Continue');
    test.registry.delete('kata', caller.fingerprint);
    const refused = await curl(caller, args);
    expect(refused.status).toBe(401);
    expect(refused.trace).not.toContain('100 Continue');
  });

  const id: Field = { name: 'scanId', value: 'x1' };
  const type: Field = { name: 'objectType', value: 'email' };
  it.each([
    [[id, type, content()]],
    [[id, content(), type]],
    [[content(), id, type]],
    [[content(), type, id]],
    [[type, content(), id]],
    [[type, id, content()]],
  ])('takes parts in any order (%#)', async (fields) => {
    expect((await post(fields)).body).toBe('OK');
    expect(last()).toMatchObject({ scanId: 'x1', objectType: 'email', sha256: sha256('the object') });
  });

  it('reads scanID too, ignores unknown parts, and does without an id', async () => {
    await post([{ name: 'scanID', value: '7' }, { name: 'comment', value: 'x'.repeat(10_000) }, content()]);
    expect(last()).toMatchObject({ scanId: '7', objectType: 'file' });
    expect((await post([content('another')])).body).toBe('OK');
    expect(last()).toMatchObject({ scanId: null, sha256: sha256('another') });
  });

  it.each<[string, Field[], string]>([
    ['the first content with a filename', [content('one'), content('two', 'b.txt')], 'one'],
    ['one with a filename after one without', [{ name: 'content', value: 'field' }, content('file')], 'file'],
    [
      'one with a filename before one without',
      [content('file'), { name: 'content', value: 'field' }],
      'file',
    ],
    ['the only one without a filename', [{ name: 'content', value: 'field' }], 'field'],
    ['an empty one', [content('')], ''],
  ])('scans %s', async (_, fields, expected) => {
    expect((await post(fields)).status).toBe(200);
    expect(last()).toMatchObject({ sha256: sha256(expected), sizeBytes: expected.length });
    expect(await test.storedObjects()).toEqual([last()?.objectKey]);
  });

  const twice = (name: string): Field[] => [
    { name, value: 'a' },
    { name, value: 'b' },
  ];
  it.each<[string, Field[]]>([
    ['no content', [id]],
    ['two contents without filename', [...twice('content')]],
    ['an empty scanId', [{ name: 'scanId', value: '' }, content()]],
    ['a scanId with a slash', [{ name: 'scanId', value: 'a/b' }, content()]],
    ['a scanId that begins with a dot', [{ name: 'scanId', value: '.a' }, content()]],
    ['a reserved scanId', [{ name: 'scanId', value: 'state' }, content()]],
    ['scanId and scanID that differ', [id, { name: 'scanID', value: 'other' }, content()]],
    ['an unknown objectType', [{ name: 'objectType', value: 'url' }, content()]],
    ['an empty objectType', [{ name: 'objectType', value: '' }, content()]],
    ['a bad sensorInstanceId', [{ name: 'sensorInstanceId', value: 'a b' }, content()]],
    ['a field over 4 KiB', [{ name: 'scanId', value: 'x'.repeat(4097) }, content()]],
    [
      'files inside a part',
      [
        {
          name: 'content',
          value: '--x\r\n\r\na\r\n--x--',
          headers: ['Content-Type: multipart/mixed; boundary=x'],
        },
      ],
    ],
    ['base64 content', [{ ...content(), headers: ['Content-Transfer-Encoding: base64'] }]],
  ])('answers 400 to %s and keeps nothing', async (_, fields) => {
    const answer = await post(fields);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'BadRequest', message: expect.any(String) });
    expect(test.ledger.asked).toEqual([]);
    await eventually(async () => (await test.storedObjects()).length === 0);
  });

  it('answers 400 to broken multipart, another content type, and no boundary', async () => {
    const whole = multipartBody([content()]);
    const send = (input: Buffer, header = multipartHeader) =>
      curl(caller, ['-H', header, '--data-binary', '@-', url], { input });
    expect((await send(whole.subarray(0, whole.length - 6))).status).toBe(400);
    expect((await send(whole, 'Content-Type: application/json')).status).toBe(400);
    expect((await send(whole, 'Content-Type: multipart/form-data')).status).toBe(400);
    expect((await send(Buffer.alloc(0))).status).toBe(400);
    await eventually(async () => (await test.storedObjects()).length === 0);
  });

  it('takes the instance from the query before the form, and the envelope from mail sensors only', async () => {
    const fields: Field[] = [
      { name: 'sensorInstanceId', value: 'form' },
      { name: 'mailFrom', value: 'a@example.org' },
      { name: 'rcptTo', value: 'b@example.org' },
      { name: 'rcptTo', value: 'c@example.org\u0000' },
      { name: 'clientAddress', value: '198.51.100.7' },
      { name: 'queueId', value: 'ABC\r\n123' },
      { name: 'helo', value: '' },
      content(),
    ];
    await post(fields);
    expect(last()).toMatchObject({ instance: 'form', mailFrom: null, rcptTo: [], mailOrigin: null });
    test.registry.put('kata', caller.fingerprint, { type: 'mail' });
    url = test.url('kata', '/scans?sensorInstanceId=query');
    await post(fields);
    expect(last()).toMatchObject({
      instance: 'query',
      mailFrom: 'a@example.org',
      rcptTo: ['b@example.org', 'c@example.org'],
      mailOrigin: {
        clientAddress: '198.51.100.7',
        clientName: null,
        helo: null,
        authenticatedUser: null,
        queueId: 'ABC  123',
        messageId: null,
      },
    });
  });

  it('names the object of a mail sensor by what stays when mail servers pass it on, and no other’s', async () => {
    const mail = 'From: a@example.org\r\nSubject: x\r\n\r\ntext\r\n';
    await post([content(mail)]);
    expect(last()).not.toHaveProperty('mailDigest');
    test.registry.put('kata', caller.fingerprint, { type: 'mail' });
    const digests = [];
    for (const text of [mail, `Received: by b\r\n${mail}`, `${mail}.`]) {
      await post([content(text), { name: 'objectType', value: 'email' }]);
      digests.push(last()?.mailDigest);
    }
    const [digest, passedOn, other] = digests;
    expect(digest).toBe(sha256(mail));
    expect([passedOn === digest, other === digest]).toEqual([true, false]);
  });

  it('takes an object of exactly the maximum, refuses one byte more, and keeps nothing of it', async () => {
    test.registry.settings.maxObjectSize = 300_000;
    expect((await post([content(randomBytes(300_000))])).status).toBe(200);
    const refused = await post([content(randomBytes(300_001))]);
    expect(refused.status).toBe(413);
    expect(refused.headers).toMatch(/connection: close/i);
    await eventually(async () => (await test.storedObjects()).length === 1);
  });

  it('bounds the whole body, also a chunked one of ignored parts', async () => {
    test.registry.settings.maxObjectSize = 1024;
    const padding: Field = { name: 'ignored', value: Buffer.alloc(1_200_000) };
    expect((await post([padding, content()])).status).toBe(413);
    expect((await post([padding, content()], '-H', 'Transfer-Encoding: chunked')).status).toBe(413);
  });

  it('stores 100 MiB as they came', async () => {
    const bytes = randomBytes(100 * 1024 ** 2);
    const answer = await curl(caller, ['-F', `content=@${await file(bytes)}`, url]);
    expect(answer.status).toBe(200);
    expect(last()).toMatchObject({ sizeBytes: bytes.length, sha256: sha256(bytes) });
  }, 60_000);

  it('lets 40 callers of 60 MB hear the early 413', async () => {
    test.registry.settings.maxObjectSize = 1_000_000;
    const big = await file(Buffer.alloc(60_000_000));
    for (let round = 0; round < 40; round += 1) {
      const answer = await curl(caller, ['-H', 'Expect:', '-F', 'scanId=1', '-F', `content=@${big}`, url]);
      expect(answer.status).toBe(413);
      expect(JSON.parse(answer.body)).toMatchObject({ error: 'ObjectTooLarge' });
    }
    expect(await test.storedObjects()).toEqual([]);
  }, 120_000);

  it('keeps the answer within reach of a caller that sends everything before it looks', async () => {
    test.registry.delete('kata', caller.fingerprint);
    const client = await RawClient.connect(test.port, caller);
    const body = Buffer.alloc(900_000);
    client.send(`POST ${new URL(url).pathname} HTTP/1.1\r\n${multipartHeader}\r\n`);
    client.send(`Content-Length: ${body.length}\r\n\r\n`).send(body);
    await client.until(() => client.isClosed);
    expect(client.statuses).toEqual([401]);
  });
});

describe('a body that does not come', () => {
  const head = (length: number): string =>
    `POST ${new URL(url).pathname} HTTP/1.1\r\nHost: x\r\n${multipartHeader}\r\nContent-Length: ${length}\r\n\r\n`;

  it('is answered 408 when it hangs half-way', async () => {
    const client = await RawClient.connect(test.port, caller);
    client.send(head(100_000)).send(multipartBody([content()]).subarray(0, 100));
    await client.until(() => client.received.includes('\r\n\r\n'));
    expect(client.statuses).toEqual([408]);
    expect(client.received).toMatch(/connection: close/i);
    await client.close();
    await eventually(async () => (await test.storedObjects()).length === 0);
  });

  it('is answered 408 when it trickles', async () => {
    const client = await RawClient.connect(test.port, caller);
    client.send(head(100_000)).send(`--${boundary}\r\n`);
    const timer = setInterval(() => client.send('x'), 20);
    await client.until(() => client.statuses.length > 0);
    clearInterval(timer);
    expect(client.statuses).toEqual([408]);
    await client.close();
  });

  it('is not scanned when the caller leaves before its Content-Length', async () => {
    const client = await RawClient.connect(test.port, caller);
    client.send(head(100_000)).send(multipartBody([content('x'.repeat(50_000))]));
    await eventually(async () => (await test.storedObjects()).length === 1);
    await client.close();
    await eventually(async () => (await test.storedObjects()).length === 0);
    expect(test.ledger.asked).toEqual([]);
  });

  it('is answered 400 when the caller ends its side before its Content-Length', async () => {
    const client = await RawClient.connect(test.port, caller);
    client.send(head(100_000)).send(multipartBody([content()]));
    client.socket.end();
    await client.until(() => client.isClosed);
    expect(client.statuses).toEqual([400]);
    expect(test.ledger.asked).toEqual([]);
  });
});

describe('when a scan cannot be promised', () => {
  it.each<[string, () => void]>([
    ['the ledger is away', () => (test.ledger.isConnected = false)],
    ['the ledger does not answer in time', () => (test.ledger.isSilent = true)],
    ['the broker is away', () => (test.isBrokerConnected = false)],
    ['the registry is not current', () => (test.registry.isCurrent = false)],
  ])('answers 503 while %s', async (_, breakIt) => {
    breakIt();
    const answer = await post([content()]);
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatch(/retry-after: \d+/i);
    expect(test.jobs).toEqual([]);
  });

  it('keeps the object only when the row may exist', async () => {
    test.ledger.isSilent = true;
    await post([content()]);
    expect(await test.storedObjects()).toHaveLength(1);
  });

  it.each([
    ['limit', 429],
    ['not-accepted', 401],
    ['invalid', 400],
    ['exists', 200],
  ] as const)('removes the object when the ledger says %s and answers %i', async (outcome, status) => {
    test.ledger.forcedOutcome = outcome === 'limit' ? { outcome, scope: 'all' } : { outcome };
    const answer = await post([content()]);
    expect(answer.status).toBe(status);
    if (status === 429) expect(answer.headers).toMatch(/retry-after: \d+/i);
    expect(test.jobs).toEqual([]);
    await eventually(async () => (await test.storedObjects()).length === 0);
  });

  it('publishes no job for what has its verdict already, and leaves the object to the ledger', async () => {
    test.ledger.knownState = 'detect';
    expect((await post([content()])).body).toBe('OK');
    expect(test.jobs).toEqual([]);
    expect(await test.storedObjects()).toHaveLength(1);
  });

  it('still says OK when the job is not confirmed: the row is the promise', async () => {
    test.failPublish = new Error('nacked');
    expect((await post([content()])).body).toBe('OK');
  });

  it('answers 401 when the caller is deleted during the upload', async () => {
    const client = await RawClient.connect(test.port, caller);
    const body = multipartBody([content('x'.repeat(5000))]);
    client.send(`POST ${new URL(url).pathname} HTTP/1.1\r\n${multipartHeader}\r\n`);
    client.send(`Content-Length: ${body.length}\r\n\r\n`).send(body.subarray(0, 1000));
    await eventually(async () => (await test.storedObjects()).length === 1);
    test.registry.put('kata', caller.fingerprint); // another registration took its place
    client.send(body.subarray(1000));
    await client.until(() => client.statuses.length > 0);
    expect(client.statuses).toEqual([401]);
    expect(test.ledger.asked).toEqual([]);
    await client.close();
    await eventually(async () => (await test.storedObjects()).length === 0);
  });

  it('is true of a store with less than its reserve free', async () => {
    await test.stop();
    test = await TestGateway.start({ reserveBytes: Number.MAX_SAFE_INTEGER });
    caller = await newCaller(test.folder);
    test.registry.put('kata', caller.fingerprint);
    url = test.url('kata', '/scans');
    expect((await post([content()])).status).toBe(503);
    // Neither database nor broker nor disk heard of it.
    expect([test.ledger.asked, await test.storedObjects()]).toEqual([[], []]);
    await expect(test.gateway.assertStoreReady()).rejects.toThrow('reserve');
  });

  it('is told as 500 to clients of the documented shape', async () => {
    test.registry.put('kata', caller.fingerprint, { answerFormat: 'documented' });
    test.ledger.isConnected = false;
    expect((await post([content()])).status).toBe(500);
  });
});
