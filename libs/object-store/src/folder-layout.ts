import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { type ParsedObjectKey, parseObjectKey } from '@sluice/contracts';
import { ObjectStoreError } from './object-store.errors.js';

/** Where objects are while they are being written. */
const incoming = 'incoming';
/** Where sidecars are, in one folder: there are few, and it is looked through often. */
const sidecars = 'sidecars';
export const sealedSuffix = '.sealed';
/** Releases before know no such names and leave them alone. */
export const groupSuffix = '.group';
export const shards = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));
/** All there is in the root: whoever makes them beforehand decides who may write there. */
export const objectFolders: readonly string[] = [incoming, sidecars, ...shards];

/** Which file is where. Every key is checked on its way into a path. */
export class FolderLayout {
  readonly incoming: string;
  readonly sidecars: string;

  constructor(readonly root: string) {
    this.incoming = path.join(root, incoming);
    this.sidecars = path.join(root, sidecars);
  }

  object(key: string): string {
    return path.join(this.root, ownKey(key).slice(0, 2), key);
  }

  sealed(key: string): string {
    return `${this.object(key)}${sealedSuffix}`;
  }

  sidecar(key: string): string {
    return path.join(this.sidecars, ownKey(key));
  }

  group(groupKey: string): string {
    return `${this.object(groupKey)}${groupSuffix}`;
  }

  unfinished(name: string): string {
    return path.join(this.incoming, name);
  }
}

export function parsedKey(key: string): ParsedObjectKey {
  const parsed = parseObjectKey(key);
  if (parsed === null) throw new ObjectStoreError('missing', 'not an object key');
  return parsed;
}

export const isShared = (key: string): boolean => parsedKey(key).kind === 'shared';

function ownKey(key: string): string {
  // A bug of whoever asks: what lies beside an object goes when its file goes, and no one would know of it here.
  if (isShared(key))
    throw new ObjectStoreError('unavailable', 'an object that shares a file has nothing beside it');
  return key;
}

const keyBytes = 16;
let supply = Buffer.alloc(0);
/** From a supply: random bytes cost a system call, however many they are. */
export function randomKey(): string {
  if (supply.length === 0) supply = randomBytes(256 * keyBytes);
  const key = supply.toString('hex', 0, keyBytes);
  supply = supply.subarray(keyBytes);
  return key;
}

export const isWritableByGroup = async (folder: string): Promise<boolean> =>
  ((await stat(folder)).mode & 0o020) !== 0;

/** Whoever makes it opens it to the group, if it has one; the group is that of the root. */
export async function makeFolder(folder: string, isGroupsToo: boolean): Promise<boolean> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined && isGroupsToo) await chmod(folder, 0o2770);
  return made !== undefined;
}

export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
