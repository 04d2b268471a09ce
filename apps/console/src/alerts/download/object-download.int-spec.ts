import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  addQuarantineKey,
  openObjectStore,
  readSealingKey,
  sealKept,
  type ObjectStore,
} from '@sluice/object-store';
import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConsoleUnderTest } from '../../testing/console-under-test.js';
import { insertAlert } from '../../testing/insert-alert.js';

describe('the object of an alert', () => {
  const content = Buffer.from('something that was found');
  const sha256 = createHash('sha256').update(content).digest('hex');
  let app: ConsoleUnderTest;
  let folder: string;
  let store: ObjectStore;
  let token: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-objects-'));
    store = await openObjectStore(`file://${folder}`);
    const QUARANTINE_KEYS_FILE = path.join(folder, 'keys');
    const { privatePems, publicPem } = addQuarantineKey();
    await writeFile(QUARANTINE_KEYS_FILE, privatePems);
    await writeFile(path.join(folder, 'public'), publicPem);
    app = await ConsoleUnderTest.start({ OBJECT_STORE_URL: `file://${folder}`, QUARANTINE_KEYS_FILE });
    token = await app.token('security-officer');
  });
  afterAll(async () => {
    await app.stop();
    await rm(folder, { recursive: true });
  });

  async function keep(bytes: Buffer): Promise<string> {
    const writer = await store.create();
    await writer.write(bytes);
    await writer.commit();
    await app.rows(`INSERT INTO ledger.kept_objects VALUES ($1, $2, now(), now() + interval '1 day')`, [
      writer.key,
      bytes.length,
    ]);
    return writer.key;
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

  it('is not handed out when its bytes are not those that were scanned', async () => {
    const id = await insertAlert(app, { sha256, objectKey: await keep(Buffer.from('something else')) });
    expect((await download(id)).status).toBe(409);
  });

  async function keepSealed(bytes: Buffer, publicFile = path.join(folder, 'public')): Promise<string> {
    const key = await keep(bytes);
    await sealKept(store, key, await readSealingKey(publicFile));
    await store.delete(key);
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
    await writeFile(path.join(folder, 'other'), publicPem);
    const objectKey = await keepSealed(content, path.join(folder, 'other'));
    expect(await download(await insertAlert(app, { sha256, objectKey }))).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining(keyId) },
    });
  });

  it('moved to another object’s place is not handed out', async () => {
    const [one, other] = [await keepSealed(content), await keepSealed(content)];
    const fileOf = (key: string) => path.join(folder, key.slice(0, 2), `${key}.sealed`);
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
