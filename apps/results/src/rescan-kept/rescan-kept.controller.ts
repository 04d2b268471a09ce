import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc, type RescanKeptRequest } from '@sluice/contracts';
import { requestOf } from '@sluice/rpc';
import { RescanKept } from './rescan-kept.service.js';

@Controller()
export class RescanKeptController {
  constructor(@Inject(RescanKept) private readonly waves: RescanKept) {}

  @MessagePattern(ledgerRpc.rescanKept.pattern)
  async rescan(@Payload(requestOf(ledgerRpc.rescanKept)) request: RescanKeptRequest) {
    return { outcome: await this.waves.rescan(request) };
  }
}
