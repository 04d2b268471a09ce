import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ledgerRpc } from '@sluice/contracts';
import { readRows, type Database } from '@sluice/database';
import type { RpcClient } from '@sluice/rpc';
import { z } from 'zod';
import { ApiError } from '../../api/api.errors.js';
import { databaseToken, rpcToken } from '../../connections/connection-tokens.js';
import { KeptObjectsStore, restoringTimeoutMs } from '../../ledger/kept-objects.store.js';

const dueRowSchema = z.object({ wave: z.int(), object_key: z.string() });

/** While there is something to do, how long a turn goes on and how often it looks. */
const turnMs = 5000;
const lookEveryMs = 150;

/**
 * Has kept objects of the wave that runs scanned again. Which, how many and whether now is the ledger's to say; this process
 * alone has the keys, so it opens the header of each and sends the key of that one object along, as for a scan that an
 * operator asks for. Nothing is remembered here: a console that stops leaves nothing behind, several do no harm.
 */
@Injectable()
export class RescanKeptService {
  constructor(
    @Inject(databaseToken) private readonly database: Pick<Database, 'query'>,
    @Inject(rpcToken) private readonly rpc: Pick<RpcClient, 'ask'>,
    private readonly kept: KeptObjectsStore,
  ) {}

  /** One turn. Rejects when keys, store or `results` cannot be reached: the wave waits. */
  async run(): Promise<void> {
    for (const end = Date.now() + turnMs; Date.now() < end;) {
      const due = await this.due();
      if (due.length === 0) return;
      for (const one of due) await this.rescan(one);
      await setTimeout(lookEveryMs);
    }
  }

  private async due(): Promise<z.infer<typeof dueRowSchema>[]> {
    const { rows } = await this.database.query('SELECT wave, object_key FROM ledger.rescan_due');
    return readRows(dueRowSchema, rows);
  }

  private async rescan({ wave, object_key: objectKey }: z.infer<typeof dueRowSchema>): Promise<void> {
    const dataKey = await this.keyOf(objectKey);
    await this.rpc.ask(
      ledgerRpc.rescanKept,
      { objectKey, wave, ...(dataKey === undefined ? {} : { dataKey }) },
      { timeoutMs: restoringTimeoutMs },
    );
  }

  /** What is gone, altered or sealed for a key that is not here any more: `results` says so and passes it over. */
  private async keyOf(objectKey: string): Promise<string | undefined> {
    try {
      return await this.kept.dataKeyOfObject(objectKey);
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) return undefined;
      throw error;
    }
  }
}
