import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { badRequest, conflict } from '../../api/api.errors.js';
import type { Caller } from '../../api/caller.js';
import { actorOf, AuditStore } from '../../audit/audit.store.js';
import { inTransaction } from '../../registry/registry-transaction.js';
import { findStep, makeCodeSecret } from './one-time-code.js';
import { SecondFactorStore } from './second-factor.store.js';

@Injectable()
export class SecondFactorService {
  constructor(
    private readonly store: SecondFactorStore,
    private readonly audit: AuditStore,
    private readonly dataSource: DataSource,
  ) {}

  /** The secret, shown this once. Nothing is asked for until a code has confirmed it. */
  async begin(caller: Caller): Promise<{ secret: string; uri: string }> {
    const secret = makeCodeSecret();
    if (!(await this.store.begin(caller.id, secret)))
      throw conflict('the second factor is on already; switch it off first');
    const label = encodeURIComponent(`Sluice:${caller.name}`);
    return { secret, uri: `otpauth://totp/${label}?secret=${secret}&issuer=Sluice` };
  }

  async confirm(caller: Caller, code: string): Promise<void> {
    const factor = await this.store.find(caller.id);
    if (factor === null || factor.isConfirmed) throw conflict('no second factor waits to be confirmed');
    const step = findStep(factor.secret, code, Date.now());
    if (step === null) throw badRequest('this is not the code the app shows now', { code: 'wrong' });
    await inTransaction(this.dataSource, async (tx) => {
      await this.store.takeStep(tx, caller.id, step);
      await this.store.confirm(tx, caller.id);
      await this.note(tx, caller, 'session.second-factor-on');
    });
  }

  async remove(caller: Caller): Promise<void> {
    await inTransaction(this.dataSource, async (tx) => {
      if (await this.store.remove(tx, caller.id)) await this.note(tx, caller, 'session.second-factor-off');
    });
  }

  /** `none`: the account has no second factor. A code works once. */
  async check(operatorId: string, code: string | undefined): Promise<'none' | 'right' | 'missing' | 'wrong'> {
    const factor = await this.store.find(operatorId);
    if (factor?.isConfirmed !== true) return 'none';
    if (code === undefined || code === '') return 'missing';
    const step = findStep(factor.secret, code, Date.now());
    return step !== null && (await this.store.takeStep(null, operatorId, step)) ? 'right' : 'wrong';
  }

  private note(tx: Parameters<AuditStore['record']>[0], caller: Caller, action: string): Promise<void> {
    return this.audit.record(tx, { actor: actorOf(caller), action, target: caller.name });
  }
}
