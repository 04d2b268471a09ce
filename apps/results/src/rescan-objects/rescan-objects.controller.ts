import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc, type AuditActor } from '@sluice/contracts';
import { requestOf } from '@sluice/rpc';
import { RescanObjects } from './rescan-objects.service.js';

@Controller()
export class RescanObjectsController {
  constructor(@Inject(RescanObjects) private readonly rescans: RescanObjects) {}

  @MessagePattern(ledgerRpc.rescan.pattern)
  async rescan(
    @Payload(requestOf(ledgerRpc.rescan)) request: { submissionId: string; actor?: AuditActor | undefined },
  ) {
    return { outcome: await this.rescans.rescan(request.submissionId, request.actor) };
  }

  @MessagePattern(ledgerRpc.retryFailedJob.pattern)
  async retry(
    @Payload(requestOf(ledgerRpc.retryFailedJob))
    request: {
      failedJobId: number;
      actor?: AuditActor | undefined;
    },
  ) {
    return { outcome: await this.rescans.retryFailedJob(request.failedJobId, request.actor) };
  }

  @MessagePattern(ledgerRpc.deleteFailedJob.pattern)
  async delete(
    @Payload(requestOf(ledgerRpc.deleteFailedJob))
    request: {
      failedJobId: number;
      actor?: AuditActor | undefined;
    },
  ) {
    return { outcome: await this.rescans.deleteFailedJob(request.failedJobId, request.actor) };
  }
}
