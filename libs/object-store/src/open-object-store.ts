import { fileURLToPath } from 'node:url';
import { FolderObjectStore } from './folder-object-store.js';
import { ObjectStoreError } from './object-store.errors.js';

/** Opens the store an address names: `file:///folder`. Rejects with ObjectStoreError. */
export async function openObjectStore(
  url: string,
  options: { isReadOnly?: boolean } = {},
): Promise<FolderObjectStore> {
  if (!url.startsWith('file:///'))
    throw new ObjectStoreError('unavailable', 'OBJECT_STORE_URL has to be file:///path/of/a/folder');
  return FolderObjectStore.open(fileURLToPath(url), options);
}
