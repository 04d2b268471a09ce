import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { FirstAdministratorService } from './first-administrator.service.js';
import { FirstPasswordFile } from './first-password-file.js';
import { LocalTokenService } from './local-token.service.js';
import { OperatorService } from './operator.service.js';
import { OperatorStore } from './operator.store.js';
import { OperatorsController } from './operators.controller.js';
import { TokenStore } from './token.store.js';
import { TokensController } from './tokens.controller.js';
import { OperatorEntity } from './operator.entity.js';
import { SecondFactorEntity } from './second-factor.entity.js';
import { SessionEntity } from './session.entity.js';
import { TokenEntity } from './token.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([OperatorEntity, SecondFactorEntity, SessionEntity, TokenEntity]),
    AuditModule,
  ],
  controllers: [OperatorsController, TokensController],
  providers: [
    OperatorStore,
    OperatorService,
    TokenStore,
    LocalTokenService,
    FirstPasswordFile,
    FirstAdministratorService,
  ],
  exports: [OperatorStore, OperatorService, TokenStore, LocalTokenService, FirstAdministratorService],
})
export class OperatorsModule {}
