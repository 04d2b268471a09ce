import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc } from '@sluice/contracts';
import { requestOf } from '@sluice/rpc';
import { CountBegins } from './count-begins.service.js';

@Controller()
export class CountBeginsController {
  constructor(@Inject(CountBegins) private readonly begins: CountBegins) {}

  @MessagePattern(ledgerRpc.begin.pattern)
  begin(@Payload(requestOf(ledgerRpc.begin)) request: { submissionId: string }) {
    return this.begins.begin(request.submissionId);
  }
}
