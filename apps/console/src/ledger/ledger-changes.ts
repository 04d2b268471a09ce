import { Inject, Injectable } from '@nestjs/common';
import type { changeAnswerSchema, RpcDefinition } from '@sluice/contracts';
import { RpcError, type RpcClient } from '@sluice/rpc';
import type { z } from 'zod';
import { conflict, notFound } from '../api/api.errors.js';
import { rpcToken } from '../connections/connection-tokens.js';
import type { Caller } from '../api/caller.js';
import { actorOf, AuditStore } from '../audit/audit.store.js';

type ChangeAnswer = z.infer<typeof changeAnswerSchema>;

interface AuditedAsking<Request, Answer> {
  readonly definition: RpcDefinition<Request, Answer>;
  readonly request: Request;
  readonly action: string;
  /** What it is about, for the audit log and for a 404: `alert 12`. */
  readonly target: string;
  readonly before?: unknown;
}

export interface LedgerChange<Request> extends AuditedAsking<Request, ChangeAnswer> {
  readonly after?: () => Promise<unknown>;
}

/** A change to many things at once; which of them are there is the ledger's to find out. */
export interface LedgerBulkChange<Request, Answer> extends AuditedAsking<Request, Answer> {
  readonly after: (answer: Answer) => unknown;
}

/** Changes to what the ledger owns: asked of `results`, noted in the audit log here. */
@Injectable()
export class LedgerChanges {
  constructor(
    @Inject(rpcToken) private readonly rpc: Pick<RpcClient, 'ask'>,
    private readonly audit: AuditStore,
  ) {}

  /** The change and its audit entry can't be one transaction, so one whose end is unknown is noted as such. */
  async carryOut<Request>(caller: Caller, change: LedgerChange<Request>): Promise<void> {
    const { outcome } = await this.ask(caller, change);
    if (outcome === 'not-found') throw notFound(change.target);
    if (outcome === 'object-gone') throw conflict('the object is no longer kept');
    if (outcome === 'conflict') throw conflict('that is not possible in its present state; look at it again');
    await this.note(caller, change, (await change.after?.()) ?? null);
  }

  async carryOutMany<Request, Answer>(
    caller: Caller,
    change: LedgerBulkChange<Request, Answer>,
  ): Promise<Answer> {
    const answer = await this.ask(caller, change);
    await this.note(caller, change, change.after(answer));
    return answer;
  }

  private ask<Request, Answer>(caller: Caller, change: AuditedAsking<Request, Answer>): Promise<Answer> {
    return this.rpc.ask(change.definition, change.request).catch(async (error: unknown) => {
      if (mayHaveHappened(error)) await this.note(caller, change, { outcome: 'unknown' });
      throw error;
    });
  }

  private note(
    caller: Caller,
    change: Pick<AuditedAsking<unknown, unknown>, 'action' | 'target' | 'before'>,
    after: unknown,
  ): Promise<void> {
    const { action, target, before } = change;
    return this.audit.record(null, { actor: actorOf(caller), action, target, before, after });
  }
}

const mayHaveHappened = (error: unknown): boolean =>
  error instanceof RpcError && (error.code === 'timeout' || error.code === 'bad-answer');
