import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FolderObjectStore } from './folder-object-store.js';
import { keptDataKey, readKept, restoreKept, sealKept } from './kept-objects.js';
import { openObjectStore } from './open-object-store.js';
import { QuarantineKeys, addQuarantineKey, readSealingKey } from './quarantine-keys.js';

let folder: string;
let store: FolderObjectStore;
let [keysFile, publicFile] = ['', ''];
let pems = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-kept-'));
  store = await openObjectStore(`file://${folder}/objects`);
  [keysFile, publicFile] = [path.join(folder, 'keys'), path.join(folder, 'public')];
  pems = '';
  await rotate();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function rotate(): Promise<string> {
  const added = addQuarantineKey(pems);
  pems = added.privatePems;
  await writeFile(keysFile, added.privatePems);
  await writeFile(publicFile, added.publicPem);
  return added.keyId;
}
async function put(text: string): Promise<string> {
  const writer = await store.create();
  await writer.write(Buffer.from(text));
  await writer.commit();
  return writer.key;
}
const seal = async (key: string) => sealKept(store, key, await readSealingKey(publicFile));
const sealedFile = (key: string) => path.join(folder, 'objects', key.slice(0, 2), `${key}.sealed`);
const read = async (key: string, keys: QuarantineKeys | null) =>
  (await buffer(await readKept(store, key, keys))).toString();
const listed = async () => {
  const found: string[] = [];
  for await (const one of store.listSealed()) found.push(one.key);
  return found;
};

describe('a kept object', () => {
  it('is read as it was, plain as well as sealed', async () => {
    const key = await put('a mail');
    const keys = await QuarantineKeys.read(keysFile);
    expect(await read(key, null)).toBe('a mail');
    expect(await keptDataKey(store, key, keys)).toBeNull();
    await seal(key);
    await store.delete(key);
    expect(await read(key, keys)).toBe('a mail');
    expect((await readFile(sealedFile(key))).includes('a mail')).toBe(false);
    expect((await stat(sealedFile(key))).mode & 0o777).toBe(0o600);
    expect(await listed()).toEqual([key]);
  });

  it('stays readable after the key changed, for who read the file before, too', async () => {
    const old = await put('old');
    await seal(old);
    const keys = await QuarantineKeys.read(keysFile);
    await rotate();
    const young = await put('young');
    await seal(young);
    expect([await read(old, keys), await read(young, keys)]).toEqual(['old', 'young']);
  });

  it('says which key it is sealed for to who does not have it', async () => {
    const key = await put('a mail');
    await seal(key);
    const keyId = (await readFile(sealedFile(key))).toString('hex', 4, 12);
    await writeFile(keysFile, addQuarantineKey().privatePems);
    await expect(read(key, await QuarantineKeys.read(keysFile))).rejects.toMatchObject({
      code: 'unknown-key',
      message: expect.stringContaining(keyId),
    });
    await expect(read(key, null)).rejects.toThrow('QUARANTINE_KEYS_FILE is not set');
    await rm(keysFile);
    await expect(read(key, QuarantineKeys.of(keysFile))).rejects.toMatchObject({
      code: 'unknown-key',
      message: expect.stringContaining(`${keysFile} cannot be read`),
    });
  });

  it('is sealed for a key that has the name which the guide has openssl print', async () => {
    const { privatePems, keyId } = addQuarantineKey();
    await writeFile(keysFile, privatePems);
    const text = await readFile(path.resolve(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
    const [, command = ''] = /\(`(openssl pkey -in KEY [^`]*)` begins with its name\)/.exec(text) ?? [];
    const printed = execFileSync('sh', ['-c', command.replace('KEY', `'${keysFile}'`)], { encoding: 'utf8' });
    expect(printed.slice(0, 16)).toBe(keyId);
  });

  it('is put back by who has its own key alone, whole or not at all', async () => {
    const [key, other] = [await put('a mail'), await put('another')];
    for (const one of [key, other]) {
      await seal(one);
      await store.delete(one);
    }
    const keys = await QuarantineKeys.read(keysFile);
    const dataKey = (await keptDataKey(store, key, keys))!;
    await expect(restoreKept(store, other, dataKey)).rejects.toMatchObject({ code: 'altered' });
    await expect(store.read(other)).rejects.toMatchObject({ code: 'missing' });
    await restoreKept(store, key, dataKey);
    await restoreKept(store, key, dataKey);
    expect((await buffer(await store.read(key))).toString()).toBe('a mail');
    expect(await store.removeLeftovers(0)).toBe(0);
  });

  it('that was altered ends its reader instead of giving other bytes', async () => {
    const key = await put('a mail');
    await seal(key);
    const bytes = await readFile(sealedFile(key));
    await writeFile(sealedFile(key), bytes.subarray(0, bytes.length - 1));
    await expect(read(key, await QuarantineKeys.read(keysFile))).rejects.toMatchObject({ code: 'altered' });
  });

  it('that exists in no form is missing, and its sealed form goes by itself', async () => {
    const key = await put('a mail');
    await seal(key);
    await store.delete(key);
    await store.deleteSealed(key);
    await store.deleteSealed(key);
    await expect(read(key, null)).rejects.toMatchObject({ code: 'missing' });
    await expect(sealKept(store, key, await readSealingKey(publicFile))).rejects.toMatchObject({
      code: 'missing',
    });
    expect(await store.removeLeftovers(0)).toBe(0);
  });
});

describe('key files', () => {
  it('that hold something else are refused', async () => {
    await writeFile(keysFile, 'no key');
    await expect(QuarantineKeys.read(keysFile)).rejects.toThrow('holds no X25519 private key');
    await writeFile(publicFile, pems);
    await expect(readSealingKey(publicFile)).rejects.toThrow('holds no X25519 public key');
    expect(createPrivateKey(pems).asymmetricKeyType).toBe('x25519');
  });
});
