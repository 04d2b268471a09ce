import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc, type DetectsRequest } from '@sluice/contracts';
import { Database } from '@sluice/database';
import { requestOf } from '@sluice/rpc';
import { queryDetects } from './detects.query.js';

@Controller()
export class DetectsController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @MessagePattern(ledgerRpc.detects.pattern)
  detects(@Payload(requestOf(ledgerRpc.detects)) request: DetectsRequest) {
    return queryDetects(this.database.query, request);
  }
}
