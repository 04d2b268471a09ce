import { Inject, Injectable } from '@nestjs/common';
import type { Credentials } from '@sluice/console-api/requests';
import { DataSource } from 'typeorm';
import { inTransaction } from '../registry/registry-transaction.js';
import { tooManyRequests, unauthorized } from '../api/api.errors.js';
import { OperatorStore } from '../operators/operator.store.js';
import { AuditStore } from '../audit/audit.store.js';
import { SecondFactorService } from './second-factor/second-factor.service.js';
import { verifyPassword } from '../operators/hash-password.js';
import { hashSecret } from '../operators/secret-value.js';
import { PasswordQueue } from './password-queue.js';
import { RefusedSignIns } from './refused-sign-ins.js';
import { SessionStore } from './session.store.js';
import { ThrottleStore } from './throttle.store.js';

@Injectable()
export class SignInService {
  constructor(
    private readonly operators: OperatorStore,
    private readonly sessions: SessionStore,
    private readonly throttle: ThrottleStore,
    private readonly audit: AuditStore,
    private readonly secondFactor: SecondFactorService,
    private readonly refused: RefusedSignIns,
    private readonly dataSource: DataSource,
    @Inject(PasswordQueue) private readonly queue: PasswordQueue,
  ) {}

  /** The cookie's value. A wrong password, an account that doesn't exist and a disabled one are answered alike. */
  async signIn(credentials: Credentials, address: string): Promise<string> {
    const { username, password } = credentials;
    const waitSeconds = await this.throttle.begin(username, address);
    if (waitSeconds > 0)
      throw tooManyRequests('too many wrong passwords; wait before the next attempt', waitSeconds);
    const operator = await this.operators.findForSignIn(username);
    const isRight = await this.queue.run(() => verifyPassword(password, operator?.passwordHash ?? null));
    if (!isRight || operator === null) {
      await this.refused.record({ username: operator?.username ?? null, address, reason: 'wrong-password' });
      throw unauthorized('wrong user name or password');
    }
    await this.askForCode(operator, credentials.code, address);
    await this.throttle.succeeded(username, address);
    return inTransaction(this.dataSource, async (tx) => {
      const secret = await this.sessions.open(tx, operator.id, address);
      await this.operators.noteSignIn(tx, operator.id);
      await this.audit.record(tx, {
        actor: { kind: 'operator', name: operator.username, proof: hashSecret(secret), address },
        action: 'session.open',
        target: operator.username,
      });
      return secret;
    });
  }

  /** Only who has the password learns that there is a second factor. A wrong code counts like a wrong password. */
  private async askForCode(
    { id, username }: { id: string; username: string },
    code: string | undefined,
    address: string,
  ): Promise<void> {
    if (code !== undefined && code !== '') await this.countCode(id);
    const answer = await this.secondFactor.check(id, code);
    if (answer === 'missing') throw unauthorized('enter the code of your second factor', { code: 'needed' });
    if (answer === 'wrong') {
      await this.refused.record({ username, address, reason: 'wrong-code' });
      throw unauthorized('this code is wrong or was used before', { code: 'wrong' });
    }
    await this.throttle.codeSucceeded(id);
  }

  private async countCode(operatorId: string): Promise<void> {
    const waitSeconds = await this.throttle.beginCode(operatorId);
    if (waitSeconds > 0)
      throw tooManyRequests('too many wrong codes for this account; wait before the next one', waitSeconds);
  }
}
