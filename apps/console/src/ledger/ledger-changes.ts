import { Inject, Injectable } from '@nestjs/common';
import type { changeAnswerSchema, ChangeDefinition } from '@sluice/contracts';
import type { RpcClient } from '@sluice/rpc';
import type { z } from 'zod';
import { conflict, notFound } from '../api/api.errors.js';
import { actorOf, AuditStore } from '../audit/audit.store.js';
import { rpcToken } from '../connections/connection-tokens.js';
import type { Caller } from '../api/caller.js';

type ChangeAnswer = z.infer<typeof changeAnswerSchema>;

/** The id is put in here: nothing the ledger owns is changed without an announcement. */
interface Asking<Request, Answer> {
  readonly definition: ChangeDefinition<Request, Answer>;
  readonly request: Omit<Request, 'changeId'>;
  /** Where `results` has more to do than to write rows. */
  readonly timeoutMs?: number;
}

export interface LedgerChange<Request> extends Asking<Request, ChangeAnswer> {
  /** What it is about, for a 404: `alert 12`. */
  readonly target: string;
}

/**
 * Changes to what the ledger owns are asked of `results`, which writes the audit entry in the transaction that makes the
 * change: there is none without the other, also when the answer is lost on the way here. In whose name it writes is not
 * for `results` to say: that is announced in the database before.
 */
@Injectable()
export class LedgerChanges {
  constructor(
    @Inject(rpcToken) private readonly rpc: Pick<RpcClient, 'ask'>,
    private readonly audit: AuditStore,
  ) {}

  async carryOut<Request extends { changeId: string }>(
    caller: Caller,
    change: LedgerChange<Request>,
  ): Promise<void> {
    const { outcome } = await this.ask(caller, change);
    if (outcome === 'not-found') throw notFound(change.target);
    if (outcome === 'object-gone') throw conflict('the object is no longer kept');
    if (outcome === 'object-altered') throw conflict('the stored object is not the one that was scanned');
    if (outcome === 'sealed')
      throw conflict(
        'the object is encrypted now, and its key was not found: try again; it stays so where the console cannot read QUARANTINE_KEYS_FILE and the object store',
      );
    if (outcome === 'conflict') throw conflict('that is not possible in its present state; look at it again');
  }

  /** To many things at once; which of them are there is the ledger's to find out. */
  async ask<Request extends { changeId: string }, Answer>(
    caller: Caller,
    { definition, request, timeoutMs }: Asking<Request, Answer>,
  ): Promise<Answer> {
    const changeId = await this.audit.announce(actorOf(caller), definition.action);
    const asked = { ...request, changeId } as Request;
    return this.rpc.ask(definition, asked, timeoutMs === undefined ? {} : { timeoutMs });
  }
}
