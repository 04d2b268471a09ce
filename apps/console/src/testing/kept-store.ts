import { groupKeyOf } from '@sluice/contracts';
import { addQuarantineKey, openObjectStore, readSealingKey, sealKept } from '@sluice/object-store';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

type OpenedStore = Awaited<ReturnType<typeof openObjectStore>>;

/** The object store of a console under test, with the key that opens what is sealed in it. */
export class KeptStore {
  private constructor(
    readonly folder: string,
    readonly store: OpenedStore,
  ) {}

  static async create(): Promise<KeptStore> {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-objects-'));
    const { privatePems, publicPem } = addQuarantineKey();
    await writeFile(path.join(folder, 'keys'), privatePems);
    await writeFile(path.join(folder, 'public'), publicPem);
    return new KeptStore(folder, await openObjectStore(`file://${folder}`));
  }

  /** What the console is told of it. */
  get environment(): { OBJECT_STORE_URL: string; QUARANTINE_KEYS_FILE: string } {
    return {
      OBJECT_STORE_URL: `file://${this.folder}`,
      QUARANTINE_KEYS_FILE: path.join(this.folder, 'keys'),
    };
  }

  /** Its key. */
  async put(bytes: Buffer): Promise<string> {
    const writer = await this.store.create();
    await writer.write(bytes);
    await writer.commit();
    return writer.key;
  }

  /** Its key; it shares a file with another. */
  async putShared(bytes: Buffer): Promise<string> {
    // The first goes at once, and what comes while it is flushed goes together.
    const [, key] = await Promise.all(
      [Buffer.from('alone'), bytes, Buffer.from('another')].map((one) => this.store.createShared(one)),
    );
    if (key === undefined || groupKeyOf(key) === null) throw new Error('it has a file of its own');
    return key;
  }

  /** As `results` seals it: the plain form is gone after. */
  async seal(key: string, publicKeyFile = path.join(this.folder, 'public')): Promise<void> {
    await sealKept(this.store, key, await readSealingKey(publicKeyFile));
    await this.store.delete(key);
  }

  async remove(): Promise<void> {
    await this.store.close();
    await rm(this.folder, { recursive: true });
  }
}
