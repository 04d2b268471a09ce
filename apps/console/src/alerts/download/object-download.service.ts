import { Inject, Injectable } from '@nestjs/common';
import { readRow, type Database } from '@sluice/database';
import { SealedObjectError } from '@sluice/object-store';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { conflict, notFound } from '../../api/api.errors.js';
import { databaseToken } from '../../connections/connection-tokens.js';
import type { Caller } from '../../api/caller.js';
import { KeptObjectsStore } from '../../ledger/kept-objects.store.js';
import { actorOf, AuditStore } from '../../audit/audit.store.js';
import { encryptedZip, largestEntryBytes, zipBytes } from './encrypted-zip.js';
import { checksum } from './zip-cipher.js';

/** Known to everybody who handles such files; it is no secret. */
const password = 'infected';
const notTheOne = 'the stored object is not the one that was scanned';

const keptObjectSchema = z.object({
  objectKey: z.string(),
  sha256: z.string(),
  isKept: z.boolean(),
});
type KeptObject = z.infer<typeof keptObjectSchema>;

export interface Download {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly content: AsyncGenerator<Buffer>;
}

@Injectable()
export class ObjectDownloadService {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly kept: KeptObjectsStore,
    private readonly audit: AuditStore,
  ) {}

  /** `<sha256>.zip` with the one entry `<sha256>.bin`. Recorded before the first byte leaves. */
  async open(caller: Caller, alertId: number): Promise<Download> {
    const object = await this.find(alertId);
    const { crc, sizeBytes } = await this.examine(object);
    const entry = { name: `${object.sha256}.bin`, sizeBytes, crc, password };
    const content = await this.kept.read(object.objectKey);
    await this.audit.record(null, {
      actor: actorOf(caller),
      action: 'alert.download-object',
      target: `alert ${alertId}`,
      after: { sha256: object.sha256 },
    });
    return {
      fileName: `${object.sha256}.zip`,
      sizeBytes: zipBytes(entry),
      content: encryptedZip(entry, content),
    };
  }

  private async find(alertId: number): Promise<KeptObject> {
    const answer = await this.database.query(
      `SELECT object_key AS "objectKey", sha256, has_object AS "isKept" FROM ledger.alert_list WHERE id = $1`,
      [alertId],
    );
    const object = readRow(keptObjectSchema, answer.rows);
    if (object === null) throw notFound('alert');
    if (!object.isKept) throw notFound('object any more; its retention is over');
    return object;
  }

  /** Read once before it is sent: the header needs the checksum, and bytes that were altered are not handed out as these. */
  private async examine(object: KeptObject): Promise<{ crc: number; sizeBytes: number }> {
    const hash = createHash('sha256');
    let [crc, sizeBytes] = [0, 0];
    try {
      for await (const chunk of (await this.kept.read(object.objectKey)) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        crc = checksum(chunk, crc);
        sizeBytes += chunk.length;
      }
    } catch (error) {
      if (error instanceof SealedObjectError) throw conflict(notTheOne);
      throw error;
    }
    if (hash.digest('hex') !== object.sha256) throw conflict(notTheOne);
    if (sizeBytes > largestEntryBytes) throw conflict('the object is too large for such an archive');
    return { crc, sizeBytes };
  }
}
