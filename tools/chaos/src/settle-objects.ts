import { openObjectStore, type ObjectStore } from '@sluice/object-store';
import { until } from '@sluice/tool-acceptance';
import type { Arena } from './carry-out-fault.js';
import { ask } from './settle.js';

/** What the object store has when all is over. */
export interface StoredInTheEnd {
  /** Scans whose object shared a file with others: without any, a run says nothing about such files. */
  readonly sharedScans: number;
  /** Files of several objects that scans had: each is of use for some seconds. */
  readonly groupFiles: number;
  /** Unfinished scans and kept objects that have nothing in the store, by their keys. */
  readonly rowsWithoutBytes: readonly string[];
}

export const isTidy = ({ groupFiles, rowsWithoutBytes }: StoredInTheEnd): boolean =>
  groupFiles === 0 && rowsWithoutBytes.length === 0;

/** Looks until no group file is left and every row has its bytes, or the time is up. */
export async function settleObjects({ broken }: Arena, timeoutMs: number): Promise<StoredInTheEnd> {
  const { objectStoreUrl, ownerUrl } = broken.system.servers;
  const store = await openObjectStore(objectStoreUrl, { isReadOnly: true });
  let last: StoredInTheEnd | undefined;
  await until(async () => {
    const rows = await ask<{ key: string }>(
      ownerUrl,
      `SELECT object_key AS key FROM ledger.scans WHERE state = 'processing' UNION SELECT object_key FROM ledger.kept_objects`,
    );
    last = {
      sharedScans: await countShared(ownerUrl),
      groupFiles: await countGroups(store, ownerUrl),
      rowsWithoutBytes: await without(
        store,
        rows.map(({ key }) => key),
      ),
    };
    return isTidy(last);
  }, timeoutMs).catch(() => undefined);
  if (last === undefined) throw new Error('neither ledger nor object store could be looked at in the end');
  return last;
}

/** A kept object has a file of its own by then, and its scan that key. */
async function countShared(ownerUrl: string): Promise<number> {
  const [row] = await ask<{ count: number }>(
    ownerUrl,
    'SELECT count(*)::integer AS count FROM ledger.scans WHERE ledger.group_of(object_key) IS NOT NULL',
  );
  return row?.count ?? 0;
}

/** Those of no scan (their gateway was killed before it asked for one) have half an hour. */
async function countGroups(store: ObjectStore, ownerUrl: string): Promise<number> {
  const rows = await ask<{ key: string }>(
    ownerUrl,
    'SELECT DISTINCT ledger.group_of(object_key) AS key FROM ledger.scans WHERE ledger.group_of(object_key) IS NOT NULL',
  );
  const scanned = new Set(rows.map(({ key }) => key));
  let count = 0;
  for await (const { key } of store.listGroups()) count += Number(scanned.has(key));
  return count;
}

async function without(store: ObjectStore, keys: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const key of keys) if (!(await isThere(store, key))) missing.push(key);
  return missing;
}

/** Sealed or not: no key is needed to see that something is there. */
async function isThere(store: ObjectStore, key: string): Promise<boolean> {
  const found = await store.readSealed(key).catch(() => store.read(key).catch(() => null));
  found?.destroy();
  return found !== null;
}
