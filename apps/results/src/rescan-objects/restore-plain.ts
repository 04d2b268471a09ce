import { readRow, type Database } from '@sluice/database';
import { ObjectStoreError, restoreKept, SealedObjectError, type ObjectStore } from '@sluice/object-store';
import { z } from 'zod';

const objectKeyRowSchema = z.object({ object_key: z.string() });

/** No object takes as long to be put back; what is left of one that was not scanned after all goes then. */
const restoredFor = '1 hour';

export type RestoreFault = 'object-gone' | 'object-altered';

export interface Restoring {
  readonly objectKey: string | null;
  readonly dataKey: string | undefined;
}

/**
 * Puts a sealed object back in its plain form for one scan, with the key of that one object: scanners have no key, and
 * neither has this service. Its plain form goes again when the scan is over.
 */
export class RestorePlain {
  constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly store: Pick<ObjectStore, 'readSealed' | 'createAgain'>,
  ) {}

  /** `carryOut` is told whether the plain form was put there; when it answers anything but `done`, it goes again. */
  async around<Outcome extends string>(
    { objectKey, dataKey }: Restoring,
    carryOut: (isRestored: boolean) => Promise<Outcome>,
  ): Promise<Outcome | RestoreFault> {
    const restored = objectKey === null || dataKey === undefined ? null : await this.announce(objectKey);
    if (restored !== null && dataKey !== undefined) {
      const fault = await this.restore(restored, Buffer.from(dataKey, 'base64url'));
      if (fault !== null) return fault;
    }
    const outcome = await carryOut(restored !== null);
    if (outcome !== 'done' && restored !== null) await this.forget(restored);
    return outcome;
  }

  /** From here on the plain form is not removed, though no scan is there yet. Null: it is not sealed. */
  private async announce(objectKey: string): Promise<string | null> {
    const answer = await this.database.query(
      `UPDATE ledger.kept_objects k SET seal_at = clock_timestamp() + $2::interval
       WHERE k.object_key = $1 AND k.sealed_with IS NOT NULL RETURNING k.object_key`,
      [objectKey, restoredFor],
    );
    return readRow(objectKeyRowSchema, answer.rows)?.object_key ?? null;
  }

  private async restore(objectKey: string, dataKey: Buffer): Promise<RestoreFault | null> {
    try {
      await restoreKept(this.store, objectKey, dataKey);
      return null;
    } catch (error) {
      await this.forget(objectKey);
      if (error instanceof SealedObjectError) return 'object-altered';
      if (error instanceof ObjectStoreError && error.code === 'missing') return 'object-gone';
      throw error;
    }
  }

  private async forget(objectKey: string): Promise<void> {
    await this.database.query(
      'UPDATE ledger.kept_objects SET seal_at = clock_timestamp() WHERE object_key = $1',
      [objectKey],
    );
  }
}
