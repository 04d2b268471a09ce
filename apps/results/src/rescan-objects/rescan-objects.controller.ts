import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc } from '@sluice/contracts';
import { requestOf } from '@sluice/rpc';
import { RescanObjects } from './rescan-objects.service.js';

@Controller()
export class RescanObjectsController {
  constructor(@Inject(RescanObjects) private readonly rescans: RescanObjects) {}

  @MessagePattern(ledgerRpc.rescan.pattern)
  async rescan(
    @Payload(requestOf(ledgerRpc.rescan))
    request: { submissionId: string; changeId: string; dataKey?: string | undefined },
  ) {
    const { submissionId, changeId, dataKey } = request;
    return { outcome: await this.rescans.rescan(submissionId, changeId, dataKey) };
  }

  @MessagePattern(ledgerRpc.retryFailedJob.pattern)
  async retry(
    @Payload(requestOf(ledgerRpc.retryFailedJob))
    request: { failedJobId: number; changeId: string; dataKey?: string | undefined },
  ) {
    const { failedJobId, changeId, dataKey } = request;
    return { outcome: await this.rescans.retryFailedJob(failedJobId, changeId, dataKey) };
  }

  @MessagePattern(ledgerRpc.deleteFailedJob.pattern)
  async delete(
    @Payload(requestOf(ledgerRpc.deleteFailedJob))
    request: { failedJobId: number; changeId: string },
  ) {
    return { outcome: await this.rescans.deleteFailedJob(request.failedJobId, request.changeId) };
  }
}
