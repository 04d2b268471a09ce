import { Inject, Injectable } from '@nestjs/common';
import type { NewOperator, OperatorChangeBody } from '@sluice/console-api/requests';
import { DataSource } from 'typeorm';
import { conflict, notFound } from '../api/api.errors.js';
import type { Caller } from '../api/caller.js';
import { FirstPasswordFile } from './first-password-file.js';
import { actorOf, AuditStore } from '../audit/audit.store.js';
import { passwordCostToken } from '../connections/connection-tokens.js';
import type { PasswordCost } from '../connections/password-cost.js';
import { hashPassword } from './hash-password.js';
import { inTransaction, type Transaction } from '../registry/registry-transaction.js';
import { TokenStore } from './token.store.js';
import { OperatorStore, type Operator } from './operator.store.js';

@Injectable()
export class OperatorService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly operators: OperatorStore,
    private readonly tokens: TokenStore,
    private readonly audit: AuditStore,
    private readonly firstPassword: FirstPasswordFile,
    @Inject(passwordCostToken) private readonly cost: PasswordCost,
  ) {}

  async add(caller: Caller, body: NewOperator): Promise<Operator> {
    const passwordHash = await hashPassword(body.password, this.cost);
    return inTransaction(this.dataSource, async (tx) => {
      const operator = await this.operators.add(tx, {
        username: body.username,
        role: body.role,
        passwordHash,
        isFirstPassword: false,
      });
      if (operator === null) throw conflict('an operator of this name exists', { username: 'taken' });
      await this.note(tx, caller, { action: 'operator.add', target: operator.username, after: operator });
      return operator;
    });
  }

  /**
   * A new password, a new role or being disabled ends the operator's sessions; the caller keeps the one in use. Tokens end when
   * their operator is disabled, or may no longer do what they may. A password that someone else chose, a token too, has to be
   * changed at the next sign-in.
   */
  async change(caller: Caller, id: string, body: OperatorChangeBody): Promise<Operator> {
    const passwordHash =
      body.password === undefined ? undefined : await hashPassword(body.password, this.cost);
    const { before, after } = await inTransaction(this.dataSource, async (tx) => {
      await this.operators.lockAll(tx);
      const before = await this.operators.lock(tx, id);
      if (body.hasSecondFactor === false) await this.operators.removeSecondFactor(tx, id);
      const isGivenPassword = caller.kind !== 'operator' || caller.id !== id;
      const after = await this.operators.change(tx, id, { ...body, passwordHash, isGivenPassword });
      if (before === null || after === null) throw notFound('operator');
      if (body.role !== undefined || body.isDisabled !== undefined) await this.keepAnAdministrator(tx);
      await this.operators.endSessions(tx, id, caller.sessionHash);
      const endedTokens = await this.tokens.revokeOf(tx, id, after.isDisabled ? null : after.role);
      const what = passwordHash === undefined ? {} : { password: 'changed' };
      await this.note(tx, caller, {
        action: 'operator.change',
        target: after.username,
        before,
        after: { ...after, ...what, ...(endedTokens.length === 0 ? {} : { endedTokens }) },
      });
      return { before, after };
    });
    if (before.hasFirstPassword && !after.hasFirstPassword) await this.firstPassword.remove();
    return after;
  }

  async remove(caller: Caller, id: string): Promise<void> {
    const before = await inTransaction(this.dataSource, async (tx) => {
      await this.operators.lockAll(tx);
      const before = await this.operators.lock(tx, id);
      if (before === null) throw notFound('operator');
      const endedTokens = await this.tokens.revokeOf(tx, id, null);
      await this.operators.removeSecondFactor(tx, id);
      // Before the row goes: who deletes their own account is signed in until then.
      await this.note(tx, caller, {
        action: 'operator.delete',
        target: before.username,
        before,
        after: { endedTokens },
      });
      await this.operators.remove(tx, id);
      await this.keepAnAdministrator(tx);
      return before;
    });
    if (before.hasFirstPassword) await this.firstPassword.remove();
  }

  private async keepAnAdministrator(tx: Transaction): Promise<void> {
    if ((await this.operators.countActiveAdministrators(tx)) === 0)
      throw conflict('this would leave no administrator who can sign in');
  }

  private note(
    tx: Transaction,
    caller: Caller,
    entry: { action: string; target: string; before?: Operator; after?: object },
  ): Promise<void> {
    return this.audit.record(tx, { actor: actorOf(caller), ...entry });
  }
}
