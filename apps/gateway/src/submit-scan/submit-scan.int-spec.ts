import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { curl } from '../testing/curl.js';
import { multipartBody, multipartHeader, type Field } from '../testing/multipart-body.js';
import { eventually, RawClient } from '../testing/raw-client.js';
import { content, sha256, Submitting } from '../testing/submitting.js';

let on: Submitting;
beforeAll(async () => {
  on = await Submitting.start();
});
beforeEach(() => on.renew());
afterAll(() => on.stop());

const file = async (bytes: Buffer | string, name = 'object.bin'): Promise<string> => {
  const target = path.join(on.test.folder, name);
  await writeFile(target, bytes);
  return target;
};

describe('POST /scans', () => {
  it('takes the documented curl line: OK, a stored object, a recorded scan, a job', async () => {
    const bytes = randomBytes(100_000);
    const answer = await curl(on.caller, [
      ...['-F', 'scanId=1', '-F', 'objectType=file'],
      ...['-F', `content=@${await file(bytes, 'отчёт.pdf')}`, '-X', 'POST', on.url],
    ]);
    expect(answer).toMatchObject({ status: 200, body: 'OK' });
    expect(answer.headers).toMatch(/content-type: text\/plain\r\n/i);
    expect(on.last()).toMatchObject({
      scanId: '1',
      instance: '',
      objectType: 'file',
      objectName: 'отчёт.pdf',
      sizeBytes: bytes.length,
      sha256: sha256(bytes),
      sourceAddress: '127.0.0.1',
    });
    expect(await readFile(on.test.objectPath(on.last()?.objectKey ?? ''))).toEqual(bytes);
    expect(on.test.jobs).toMatchObject([
      {
        routingKey: 'light',
        priority: 1,
        job: { submissionId: on.last()?.submissionId, sizeBytes: bytes.length },
      },
    ]);
  });

  it('takes a chunked upload without a length', async () => {
    const answer = await on.post(
      [{ name: 'scanId', value: '2' }, content()],
      '-H',
      'Transfer-Encoding: chunked',
    );
    expect(answer).toMatchObject({ status: 200, body: 'OK' });
    expect(on.last()).toMatchObject({ scanId: '2', sha256: sha256('the object') });
  });

  it('asks for the limit before it lets an expecting caller send', async () => {
    const bytes = await file(randomBytes(2_000_000));
    const args = ['-v', '-H', 'Expect: 100-continue', '-F', 'scanId=3', '-F', `content=@${bytes}`, on.url];
    const answer = await curl(on.caller, args);
    expect(answer.status).toBe(200);
    expect(answer.trace).toContain('100 Continue');
    expect(on.test.ledger.asked).toEqual(['admit', 'accept']);
    on.test.ledger.maxUnfinished = 1;
    const refused = await curl(on.caller, args);
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatch(/retry-after: \d+/i);
    expect(refused.trace).not.toContain('100 Continue');
    expect(on.test.ledger.asked).toEqual(['admit', 'accept', 'admit']);
  });

  it('does not let an expecting caller send what is too large, or when it is not accepted', async () => {
    on.test.registry.settings.maxObjectSize = 1000;
    const big = await file(randomBytes(3_000_000));
    const args = ['-v', '-H', 'Expect: 100-continue', '-F', `content=@${big}`, on.url];
    const tooLarge = await curl(on.caller, args);
    expect(tooLarge.status).toBe(413);
    expect(tooLarge.trace).not.toContain('100 Continue');
    on.test.registry.delete('kata', on.caller.fingerprint);
    const refused = await curl(on.caller, args);
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
    expect((await on.post(fields)).body).toBe('OK');
    expect(on.last()).toMatchObject({ scanId: 'x1', objectType: 'email', sha256: sha256('the object') });
  });

  it('reads scanID too, ignores unknown parts, and does without an id', async () => {
    await on.post([
      { name: 'scanID', value: '7' },
      { name: 'comment', value: 'x'.repeat(10_000) },
      content(),
    ]);
    expect(on.last()).toMatchObject({ scanId: '7', objectType: 'file' });
    expect((await on.post([content('another')])).body).toBe('OK');
    expect(on.last()).toMatchObject({ scanId: null, sha256: sha256('another') });
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
    expect((await on.post(fields)).status).toBe(200);
    expect(on.last()).toMatchObject({ sha256: sha256(expected), sizeBytes: expected.length });
    expect(await on.test.storedObjects()).toEqual([on.last()?.objectKey]);
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
    const answer = await on.post(fields);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'BadRequest', message: expect.any(String) });
    expect(on.test.ledger.asked).toEqual([]);
    await eventually(async () => (await on.test.storedObjects()).length === 0);
  });

  it('answers 400 to broken multipart, another content type, and no boundary', async () => {
    const whole = multipartBody([content()]);
    const send = (input: Buffer, header = multipartHeader) =>
      curl(on.caller, ['-H', header, '--data-binary', '@-', on.url], { input });
    expect((await send(whole.subarray(0, whole.length - 6))).status).toBe(400);
    expect((await send(whole, 'Content-Type: application/json')).status).toBe(400);
    expect((await send(whole, 'Content-Type: multipart/form-data')).status).toBe(400);
    expect((await send(Buffer.alloc(0))).status).toBe(400);
    await eventually(async () => (await on.test.storedObjects()).length === 0);
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
    await on.post(fields);
    expect(on.last()).toMatchObject({ instance: 'form', mailFrom: null, rcptTo: [], mailOrigin: null });
    on.test.registry.put('kata', on.caller.fingerprint, { type: 'mail' });
    on.url = on.test.url('kata', '/scans?sensorInstanceId=query');
    await on.post(fields);
    expect(on.last()).toMatchObject({
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
    await on.post([content(mail)]);
    expect(on.last()).not.toHaveProperty('mailDigest');
    on.test.registry.put('kata', on.caller.fingerprint, { type: 'mail' });
    const digests = [];
    for (const text of [mail, `Received: by b\r\n${mail}`, `${mail}.`]) {
      await on.post([content(text), { name: 'objectType', value: 'email' }]);
      digests.push(on.last()?.mailDigest);
    }
    const [digest, passedOn, other] = digests;
    expect(digest).toBe(sha256(mail));
    expect([passedOn === digest, other === digest]).toEqual([true, false]);
  });

  it('takes an object of exactly the maximum, refuses one byte more, and keeps nothing of it', async () => {
    on.test.registry.settings.maxObjectSize = 300_000;
    expect((await on.post([content(randomBytes(300_000))])).status).toBe(200);
    const refused = await on.post([content(randomBytes(300_001))]);
    expect(refused.status).toBe(413);
    expect(refused.headers).toMatch(/connection: close/i);
    await eventually(async () => (await on.test.storedObjects()).length === 1);
  });

  it('bounds the whole body, also a chunked one of ignored parts', async () => {
    on.test.registry.settings.maxObjectSize = 1024;
    const padding: Field = { name: 'ignored', value: Buffer.alloc(1_200_000) };
    expect((await on.post([padding, content()])).status).toBe(413);
    expect((await on.post([padding, content()], '-H', 'Transfer-Encoding: chunked')).status).toBe(413);
  });

  it('stores 100 MiB as they came', async () => {
    const bytes = randomBytes(100 * 1024 ** 2);
    const answer = await curl(on.caller, ['-F', `content=@${await file(bytes)}`, on.url]);
    expect(answer.status).toBe(200);
    expect(on.last()).toMatchObject({ sizeBytes: bytes.length, sha256: sha256(bytes) });
  });

  it('lets 40 callers of 60 MB hear the early 413', async () => {
    on.test.registry.settings.maxObjectSize = 1_000_000;
    const big = await file(Buffer.alloc(60_000_000));
    for (let round = 0; round < 40; round += 1) {
      const answer = await curl(on.caller, [
        '-H',
        'Expect:',
        '-F',
        'scanId=1',
        '-F',
        `content=@${big}`,
        on.url,
      ]);
      expect(answer.status).toBe(413);
      expect(JSON.parse(answer.body)).toMatchObject({ error: 'ObjectTooLarge' });
    }
    await eventually(async () => (await on.test.storedObjects()).length === 0);
  });

  it('keeps the answer within reach of a caller that sends everything before it looks', async () => {
    on.test.registry.delete('kata', on.caller.fingerprint);
    const client = await RawClient.connect(on.test.port, on.caller);
    const body = Buffer.alloc(900_000);
    client.send(`POST ${new URL(on.url).pathname} HTTP/1.1\r\n${multipartHeader}\r\n`);
    client.send(`Content-Length: ${body.length}\r\n\r\n`).send(body);
    await client.until(() => client.isClosed);
    expect(client.statuses).toEqual([401]);
  });
});
