import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { APP_GUARD } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { AccessGuard } from './access-guard.js';
import { OwnPasswordService } from './own-password.service.js';
import { PasswordQueue } from './password-queue.js';
import { RefusedSignIns } from './refused-sign-ins.js';
import { SecondFactorController } from './second-factor/second-factor.controller.js';
import { SecondFactorService } from './second-factor/second-factor.service.js';
import { SecondFactorStore } from './second-factor/second-factor.store.js';
import { SessionCookie } from './session-cookie.js';
import { SessionController } from './session.controller.js';
import { SessionStore } from './session.store.js';
import { SignInService } from './sign-in.service.js';
import { ThrottleStore } from './throttle.store.js';
import { SecondFactorEntity } from '../operators/second-factor.entity.js';
import { SessionEntity } from '../operators/session.entity.js';

/** Who is signed in, and the guard that every request passes. */
@Module({
  imports: [TypeOrmModule.forFeature([SecondFactorEntity, SessionEntity]), AuditModule, OperatorsModule],
  controllers: [SessionController, SecondFactorController],
  providers: [
    SessionCookie,
    SessionStore,
    ThrottleStore,
    SignInService,
    RefusedSignIns,
    OwnPasswordService,
    SecondFactorStore,
    SecondFactorService,
    { provide: PasswordQueue, useFactory: () => new PasswordQueue() },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [SessionStore, ThrottleStore],
})
export class SessionModule {}
