import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc, type StatesRequest } from '@sluice/contracts';
import { Database } from '@sluice/database';
import { requestOf } from '@sluice/rpc';
import { queryStates } from './states.query.js';

@Controller()
export class StatesController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @MessagePattern(ledgerRpc.states.pattern)
  states(@Payload(requestOf(ledgerRpc.states)) request: StatesRequest) {
    return queryStates(this.database.query, request);
  }
}
