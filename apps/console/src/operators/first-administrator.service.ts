import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { passwordCostToken } from '../connections/connection-tokens.js';
import type { PasswordCost } from '../connections/password-cost.js';
import { OperatorStore } from './operator.store.js';
import { AuditStore, systemActor } from '../audit/audit.store.js';
import { hashPassword } from './hash-password.js';
import { FirstPasswordFile } from './first-password-file.js';
import { inTransaction } from '../registry/registry-transaction.js';

/** Without `I`, `l`, `O`, `0`, `1`: it is read off a terminal. 24 of 32 letters are 120 bits. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789A';

@Injectable()
export class FirstAdministratorService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly operators: OperatorStore,
    private readonly audit: AuditStore,
    private readonly file: FirstPasswordFile,
    @Inject(passwordCostToken) private readonly cost: PasswordCost,
  ) {}

  /** While no one can sign in, makes `admin`. Several consoles may start at once: one of them does it. */
  async ensure(): Promise<void> {
    await inTransaction(this.dataSource, async (tx) => {
      await this.operators.lockAll(tx);
      if (await this.operators.hasAny(tx)) return;
      const passwordHash = await hashPassword(await this.file.readOr(makePassword), this.cost);
      await this.operators.add(tx, {
        username: 'admin',
        role: 'administrator',
        passwordHash,
        isFirstPassword: true,
      });
      await this.audit.record(tx, { actor: systemActor, action: 'operator.add', target: 'admin' });
    });
  }
}

const makePassword = (): string =>
  [...randomBytes(24)]
    .map((byte) => letters[byte % letters.length] ?? '')
    .join('')
    .replace(/(.{6})(?=.)/g, '$1-');
