import { Inject, Injectable } from '@nestjs/common';
import { tooManyRequests, unauthorized } from '../answer-errors/api.errors.js';
import { OperatorStore } from '../manage-operators/operator.store.js';
import { AuditStore } from '../record-audit/audit.store.js';
import { verifyPassword } from './hash-password.js';
import { PasswordQueue } from './password-queue.js';
import { SessionStore } from './session.store.js';
import { ThrottleStore } from './throttle.store.js';

@Injectable()
export class SignInService {
  constructor(
    private readonly operators: OperatorStore,
    private readonly sessions: SessionStore,
    private readonly throttle: ThrottleStore,
    private readonly audit: AuditStore,
    @Inject(PasswordQueue) private readonly queue: PasswordQueue,
  ) {}

  /** The cookie's value. A wrong password, an account that doesn't exist and a disabled one are answered alike. */
  async signIn(username: string, password: string, address: string): Promise<string> {
    const waitSeconds = await this.throttle.begin(username, address);
    if (waitSeconds > 0)
      throw tooManyRequests('too many wrong passwords; wait before the next attempt', waitSeconds);
    const operator = await this.operators.findForSignIn(username);
    const isRight = await this.queue.run(() => verifyPassword(password, operator?.passwordHash ?? null));
    if (!isRight || operator === null) throw unauthorized('wrong user name or password');
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
}
