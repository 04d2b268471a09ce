import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { groupKeyOf } from '@sluice/contracts';
import { openObjectStore } from '@sluice/object-store';

type OpenedStore = Awaited<ReturnType<typeof openObjectStore>>;

/** An object store in a folder of its own, with means to look at all of it. */
export class ObjectFolder {
  private constructor(
    readonly folder: string,
    readonly store: OpenedStore,
  ) {}

  static async create(): Promise<ObjectFolder> {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-stored-'));
    return new ObjectFolder(folder, await openObjectStore(`file://${folder}/objects`));
  }

  /** Its key. */
  async put(content: string): Promise<string> {
    const writer = await this.store.create();
    await writer.write(Buffer.from(content));
    await writer.commit();
    return writer.key;
  }

  /** Two or more, in one file; their keys. */
  async putTogether(...contents: readonly string[]): Promise<string[]> {
    // The first goes at once, and what comes while it is flushed goes together.
    const [alone, ...keys] = await Promise.all(
      ['alone', ...contents].map((content) => this.store.createShared(Buffer.from(content))),
    );
    await this.store.delete(alone ?? '');
    if (new Set(keys.map(groupKeyOf)).size !== 1 || groupKeyOf(keys[0] ?? '') === null)
      throw new Error(`not in one file: ${keys.join(' ')}`);
    return keys;
  }

  async groups(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.store.listGroups()) keys.push(key);
    return keys.sort();
  }

  /** Keys, sorted. */
  async stored(): Promise<{ plain: string[]; sealed: string[] }> {
    const [plain, sealed]: [string[], string[]] = [[], []];
    for await (const { key } of this.store.list()) plain.push(key);
    for await (const { key } of this.store.listSealed()) sealed.push(key);
    return { plain: plain.sort(), sealed: sealed.sort() };
  }

  async clear(): Promise<void> {
    const { plain, sealed } = await this.stored();
    for (const key of plain) await this.store.delete(key);
    for (const key of sealed) await this.store.deleteSealed(key);
    for (const key of await this.groups()) await this.store.deleteGroup(key);
    for await (const { key } of this.store.listSidecars()) await this.store.deleteSidecar(key);
  }

  async remove(): Promise<void> {
    await this.store.close();
    await rm(this.folder, { recursive: true });
  }
}
