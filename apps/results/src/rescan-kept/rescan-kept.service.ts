import { randomUUID } from 'node:crypto';
import type { RescanKeptRequest } from '@sluice/contracts';
import { readRow, type Database } from '@sluice/database';
import type { ObjectStore } from '@sluice/object-store';
import { z } from 'zod';
import { admissionDefaults, priorities } from '../accept-scans/accept-scans.query.js';
import { RestorePlain, type RestoreFault } from '../rescan-objects/restore-plain.js';

const beginRowSchema = z.object({ outcome: z.enum(['done', 'conflict', 'object-gone', 'sealed']) });
export type RescanKeptOutcome = z.infer<typeof beginRowSchema>['outcome'] | RestoreFault;

/**
 * Scans one kept object of a wave again. The console asks, because it alone can open what is sealed; whether there is room,
 * and whether the object is still the wave's, is decided here, behind the ledger's lock: several consoles do no harm.
 */
export class RescanKept {
  private readonly plain: RestorePlain;

  constructor(
    private readonly database: Pick<Database, 'query'>,
    store: Pick<ObjectStore, 'readSealed' | 'createAgain'>,
    private readonly onDue: () => void,
  ) {
    this.plain = new RestorePlain(database, store);
  }

  async rescan({ objectKey, wave, dataKey }: RescanKeptRequest): Promise<RescanKeptOutcome> {
    const outcome = await this.plain.around({ objectKey, dataKey }, (isRestored) =>
      this.begin(objectKey, wave, isRestored),
    );
    if (outcome === 'done') this.onDue();
    // What no one can open, or is not there, must not hold up the wave.
    else if (outcome !== 'conflict')
      await this.database.query('SELECT ledger.pass_over_rescan($1, $2)', [objectKey, wave]);
    return outcome;
  }

  private async begin(objectKey: string, wave: number, isRestored: boolean) {
    const { rows } = await this.database.query(
      'SELECT ledger.begin_rescan($1, $2, $3, $4, $5, $6) AS outcome',
      [objectKey, wave, randomUUID(), admissionDefaults, priorities, isRestored],
    );
    return readRow(beginRowSchema, rows)?.outcome ?? 'conflict';
  }
}
