import { opendir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseObjectKey } from '@sluice/contracts';
import type { StoredObject } from './object-store.js';

/** Files in the folders of objects whose names are 32 digits and the suffix, under these digits. */
export async function* listFiles(root: string, suffix: string): AsyncGenerator<StoredObject> {
  for (const shard of await readdir(root))
    if (/^[0-9a-f]{2}$/.test(shard)) yield* listFolder(path.join(root, shard), suffix);
}

/** Those of one folder; none where there is no such folder. */
export async function* listFolder(folder: string, suffix: string): AsyncGenerator<StoredObject> {
  for await (const { name } of await openUnlessMissing(folder)) {
    const key = name.slice(0, name.length - suffix.length);
    const isNamedSo = name.endsWith(suffix) && parseObjectKey(key)?.kind === 'own';
    const found = isNamedSo ? await describeFile(folder, name) : null;
    if (found !== null) yield { ...found, key };
  }
}

async function openUnlessMissing(folder: string): Promise<AsyncIterable<{ readonly name: string }> | []> {
  try {
    return await opendir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}

export async function describeFile(folder: string, name: string): Promise<StoredObject | null> {
  try {
    const { size, mtimeMs } = await stat(path.join(folder, name));
    return { key: name, sizeBytes: size, modifiedAtMs: mtimeMs };
  } catch {
    return null; // deleted meanwhile
  }
}
