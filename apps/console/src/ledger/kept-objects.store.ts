import { Inject, Injectable } from '@nestjs/common';
import { readRow, type Database } from '@sluice/database';
import {
  keptDataKey,
  ObjectStoreError,
  openObjectStore,
  QuarantineKeys,
  readKept,
  SealedObjectError,
  type ObjectStore,
} from '@sluice/object-store';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { conflict, notFound, unavailable } from '../api/api.errors.js';
import { configToken, databaseToken } from '../connections/connection-tokens.js';
import type { ConsoleConfig } from '../console.config.js';

const objectKeyRowSchema = z.object({ object_key: z.string() });

/** A large object is put back before it is scanned again. */
export const restoringTimeoutMs = 60_000;

/** What is kept for quarantine, sealed or as it came. Rejects with the API's errors. */
@Injectable()
export class KeptObjectsStore {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    @Inject(configToken)
    private readonly config: Pick<ConsoleConfig, 'OBJECT_STORE_URL' | 'QUARANTINE_KEYS_FILE'>,
  ) {}

  /** What was altered further behind ends the stream with an error. */
  async read(objectKey: string): Promise<Readable> {
    return this.answered(async () => readKept(await this.openStore(), objectKey, await this.readKeys()));
  }

  /** For `results`, which has a scan's object scanned again and cannot open it. Undefined: it is not sealed, or not here. */
  async dataKeyOf(submissionId: string): Promise<string | undefined> {
    if (this.config.OBJECT_STORE_URL === undefined) return undefined;
    const answer = await this.database.query(
      'SELECT object_key FROM ledger.scan_list WHERE submission_id = $1',
      [submissionId],
    );
    const objectKey = readRow(objectKeyRowSchema, answer.rows)?.object_key;
    return objectKey === undefined ? undefined : this.dataKeyOfObject(objectKey);
  }

  /** Undefined: it is not sealed, or not here. */
  async dataKeyOfObject(objectKey: string): Promise<string | undefined> {
    if (this.config.OBJECT_STORE_URL === undefined) return undefined;
    const key = await this.answered(async () =>
      keptDataKey(await this.openStore(), objectKey, await this.readKeys()),
    );
    return key?.toString('base64url');
  }

  /** Each time: such requests are rare, and a store that is away must not keep the console from starting. */
  private async openStore(): Promise<ObjectStore> {
    const url = this.config.OBJECT_STORE_URL;
    if (url === undefined) throw unavailable('this console was given no access to the object store');
    return openObjectStore(url, { isReadOnly: true });
  }

  private async readKeys(): Promise<QuarantineKeys | null> {
    const file = this.config.QUARANTINE_KEYS_FILE;
    if (file === undefined) return null;
    return QuarantineKeys.read(file).catch((error: Error) => {
      throw unavailable(`QUARANTINE_KEYS_FILE cannot be read: ${error.message}`);
    });
  }

  private async answered<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SealedObjectError)
        throw conflict(
          error.code === 'altered' ? 'the stored object is not the one that was scanned' : error.message,
        );
      if (!(error instanceof ObjectStoreError)) throw error;
      if (error.code === 'missing') throw notFound('object any more; its retention is over');
      throw unavailable('the object store does not answer now; try again');
    }
  }
}
