import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc } from '@sluice/contracts';
import { Database } from '@sluice/database';
import { requestOf } from '@sluice/rpc';
import { queryRegistryChanges } from './registry-changes.query.js';

/** Same answer for both; two patterns, so that the broker decides per service who may ask. */
@Controller()
export class ServeRegistryController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @MessagePattern(ledgerRpc.gatewayRegistryChanges.pattern)
  forGateway(
    @Payload(requestOf(ledgerRpc.gatewayRegistryChanges)) request: { since: number; limit: number },
  ) {
    return queryRegistryChanges(this.database.query, request);
  }

  @MessagePattern(ledgerRpc.scannerRegistryChanges.pattern)
  forScanner(
    @Payload(requestOf(ledgerRpc.scannerRegistryChanges)) request: { since: number; limit: number },
  ) {
    return queryRegistryChanges(this.database.query, request);
  }
}
