import { Inject, Injectable } from '@nestjs/common';
import { badRequest, forbidden, tooManyRequests } from '../api/api.errors.js';
import type { Caller } from '../api/caller.js';
import { OperatorService } from '../operators/operator.service.js';
import { OperatorStore } from '../operators/operator.store.js';
import { verifyPassword } from '../operators/hash-password.js';
import { PasswordQueue } from './password-queue.js';
import { ThrottleStore } from './throttle.store.js';

@Injectable()
export class OwnPasswordService {
  constructor(
    private readonly operators: OperatorStore,
    private readonly service: OperatorService,
    private readonly throttle: ThrottleStore,
    @Inject(PasswordQueue) private readonly queue: PasswordQueue,
  ) {}

  async change(caller: Caller, body: { currentPassword: string; newPassword: string }): Promise<void> {
    await this.verify(caller, body.currentPassword, 'currentPassword');
    // Else whoever gave it would go on knowing it.
    if (body.newPassword.normalize('NFC') === body.currentPassword.normalize('NFC'))
      throw badRequest('the new password is the one there was', { newPassword: 'the one there was' });
    await this.service.change(caller, caller.id, { password: body.newPassword });
  }

  /** Guessing it here is as slow as guessing it at the sign-in. `field`: where the form had it. */
  async verify(caller: Caller, password: string, field: string): Promise<void> {
    if (caller.kind !== 'operator') throw forbidden('a token has no password');
    const waitSeconds = await this.throttle.begin(caller.name, caller.address);
    if (waitSeconds > 0)
      throw tooManyRequests('too many wrong passwords; wait before the next attempt', waitSeconds);
    const operator = await this.operators.findForSignIn(caller.name);
    const isRight = await this.queue.run(() => verifyPassword(password, operator?.passwordHash ?? null));
    if (!isRight) throw badRequest('the current password is wrong', { [field]: 'wrong' });
    await this.throttle.succeeded(caller.name, caller.address);
  }
}
