import { Inject, Injectable } from '@nestjs/common';
import { tooManyRequests, unauthorized } from '../api/api.errors.js';
import { OperatorStore } from '../operators/operator.store.js';
import { AuditStore } from '../audit/audit.store.js';
import { SecondFactorService } from './second-factor/second-factor.service.js';
import { verifyPassword } from '../operators/hash-password.js';
import { PasswordQueue } from './password-queue.js';
import { SessionStore } from './session.store.js';
import { ThrottleStore } from './throttle.store.js';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Of the second factor, for accounts that have one. */
  readonly code?: string | undefined;
}

@Injectable()
export class SignInService {
  constructor(
    private readonly operators: OperatorStore,
    private readonly sessions: SessionStore,
    private readonly throttle: ThrottleStore,
    private readonly audit: AuditStore,
    private readonly secondFactor: SecondFactorService,
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
    if (!isRight || operator === null) throw unauthorized('wrong user name or password');
    await this.askForCode(operator.id, credentials.code);
    await this.throttle.succeeded(username, address);
    const secret = await this.sessions.open(operator.id, address);
    await this.operators.noteSignIn(operator.id);
    await this.audit.record(null, {
      actor: { kind: 'operator', name: operator.username, address },
      action: 'session.open',
      target: operator.username,
    });
    return secret;
  }
  /** Only who has the password learns that there is a second factor. A wrong code counts like a wrong password. */
  private async askForCode(operatorId: string, code: string | undefined): Promise<void> {
    const answer = await this.secondFactor.check(operatorId, code);
    if (answer === 'missing') throw unauthorized('enter the code of your second factor', { code: 'needed' });
    if (answer === 'wrong') throw unauthorized('this code is wrong or was used before', { code: 'wrong' });
  }
}
