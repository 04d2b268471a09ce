import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addQuarantineKey } from '@sluice/object-store';
import { createHash, randomUUID } from 'node:crypto';
import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConsoleUnderTest } from '../../testing/console-under-test.js';
import { insertAlert } from '../../testing/insert-alert.js';
import { KeptStore } from '../../testing/kept-store.js';

describe('the object of an alert', () => {
  const content = Buffer.from('something that was found');
  const sha256 = createHash('sha256').update(content).digest('hex');
  let app: ConsoleUnderTest;
  let objects: KeptStore;
  let token: string;

  beforeAll(async () => {
    objects = await KeptStore.create();
    app = await ConsoleUnderTest.start(objects.environment);
    token = await app.token('security-officer');
  });
  afterAll(async () => {
    await app.stop();
    await objects.remove();
  });

  async function keep(bytes: Buffer, key?: string): Promise<string> {
    key ??= await objects.put(bytes);
    await app.rows(`INSERT INTO ledger.kept_objects VALUES ($1, $2, now(), now() + interval '1 day')`, [
      key,
      bytes.length,
    ]);
    return key;
  }

  const download = (id: number, by = token) => app.call('GET', `/api/alerts/${id}/object`, { token: by });

  it('comes as an archive named by its hash, and the audit log says who took it', async () => {
    const id = await insertAlert(app, { sha256, objectKey: await keep(content) });
    const { status, headers } = await download(id);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/zip');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${sha256}.zip"`);
    const [entry] = await app.rows(
      `SELECT actor, target FROM registry.audit WHERE action = 'alert.download-object'`,
    );
    expect(entry).toEqual({ actor: 'test security-officer', target: `alert ${id}` });
  });

  it('comes the same, and alone, while it shares a file with others', async () => {
    const objectKey = await keep(content, await objects.putShared(content));
    const [plain, one] = [
      await download(await insertAlert(app, { sha256, objectKey: await keep(content) })),
      await download(await insertAlert(app, { sha256, objectKey })),
    ];
    expect(one.status).toBe(200);
    expect(one.headers.get('content-length')).toBe(plain.headers.get('content-length'));
    // The same file, a place further on: part of this one and part of another's.
    const [group = '', offset = ''] = objectKey.split('.');
    const beside = await keep(content, `${group}.${Number(offset) + 1}.${content.length}`);
    expect((await download(await insertAlert(app, { sha256, objectKey: beside }))).status).toBe(409);
  });

  it('is not handed out when its bytes are not those that were scanned', async () => {
    const id = await insertAlert(app, { sha256, objectKey: await keep(Buffer.from('something else')) });
    expect((await download(id)).status).toBe(409);
  });

  async function keepSealed(bytes: Buffer, publicKeyFile?: string): Promise<string> {
    const key = await keep(bytes);
    await objects.seal(key, publicKeyFile);
    return key;
  }
  it('comes the same when it is encrypted', async () => {
    const plain = await download(await insertAlert(app, { sha256, objectKey: await keep(content) }));
    const sealed = await download(await insertAlert(app, { sha256, objectKey: await keepSealed(content) }));
    expect(sealed.status).toBe(200);
    expect(sealed.headers.get('content-length')).toBe(plain.headers.get('content-length'));
  });

  it('encrypted for a key that is not here is not handed out, and the answer says which', async () => {
    const { publicPem, keyId } = addQuarantineKey();
    const other = path.join(objects.folder, 'other');
    await writeFile(other, publicPem);
    const objectKey = await keepSealed(content, other);
    expect(await download(await insertAlert(app, { sha256, objectKey }))).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining(keyId) },
    });
  });

  it('moved to another object’s place is not handed out', async () => {
    const [one, other] = [await keepSealed(content), await keepSealed(content)];
    const fileOf = (key: string) => path.join(objects.folder, key.slice(0, 2), `${key}.sealed`);
    await copyFile(fileOf(one), fileOf(other));
    const answer = await download(await insertAlert(app, { sha256, objectKey: other }));
    expect(answer).toMatchObject({ status: 409, body: { message: expect.stringContaining('not the one') } });
  });

  it('goes with its own key to who has it scanned again', async () => {
    const objectKey = await keepSealed(content);
    const submissionId = randomUUID();
    await app.rows(
      `INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, is_shown, shown_state, state,
         object_key, sha256, size_bytes, object_type, rcpt_to, source_address, queue, priority, accepted_at, published_at,
         finished_at)
       VALUES ($1, gen_random_uuid(), 's', false, '', true, 'detect', 'detect', $2, $3, 1, 'file', '[]', '127.0.0.1', 'light',
         1, now(), now(), now())`,
      [submissionId, objectKey, sha256],
    );
    app.answerRpc = () => ({ outcome: 'done' });
    await app.call('POST', `/api/scans/${submissionId}/rescan`, { token: await app.token('administrator') });
    expect(app.asked.at(-1)?.request).toMatchObject({
      submissionId,
      dataKey: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('is 404 when it is no longer kept, or when there is no such alert', async () => {
    expect((await download(await insertAlert(app, { sha256 }))).status).toBe(404);
    expect((await download(999_999)).status).toBe(404);
  });

  it('is refused to auditors', async () => {
    expect((await download(1, await app.token('auditor'))).status).toBe(403);
  });
});
