import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
  }

  async remove(): Promise<void> {
    await this.store.close();
    await rm(this.folder, { recursive: true });
  }
}
