import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openObjectStore, type ObjectStore } from '@sluice/object-store';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
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
    app = await ConsoleUnderTest.start({ OBJECT_STORE_URL: `file://${folder}` });
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

  it('is 404 when it is no longer kept, or when there is no such alert', async () => {
    expect((await download(await insertAlert(app, { sha256 }))).status).toBe(404);
    expect((await download(999_999)).status).toBe(404);
  });

  it('is refused to auditors', async () => {
    expect((await download(1, await app.token('auditor'))).status).toBe(403);
  });
});
