import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc, type ForgetVerdictsRequest } from '@sluice/contracts';
import { Database } from '@sluice/database';
import { requestOf } from '@sluice/rpc';
import { forgetVerdicts } from './forget-verdicts.query.js';

@Controller()
export class ForgetVerdictsController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @MessagePattern(ledgerRpc.forgetVerdicts.pattern)
  async forget(@Payload(requestOf(ledgerRpc.forgetVerdicts)) request: ForgetVerdictsRequest) {
    return { forgotten: await forgetVerdicts(this.database, request) };
  }
}
