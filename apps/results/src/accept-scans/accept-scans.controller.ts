import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc, type AcceptRequest } from '@sluice/contracts';
import { requestOf } from '@sluice/rpc';
import { SharesFiles } from '../sweep-groups/shares-files.service.js';
import { AcceptScans } from './accept-scans.service.js';

@Controller()
export class AcceptScansController {
  constructor(
    @Inject(AcceptScans) private readonly accepts: AcceptScans,
    @Inject(SharesFiles) private readonly shares: Pick<SharesFiles, 'now'>,
  ) {}

  @MessagePattern(ledgerRpc.accept.pattern)
  async accept(@Payload(requestOf(ledgerRpc.accept)) request: AcceptRequest) {
    return { outcomes: await this.accepts.accept(request.items), sharesFiles: this.shares.now };
  }

  @MessagePattern(ledgerRpc.admit.pattern)
  async admit(@Payload(requestOf(ledgerRpc.admit)) request: { registrationId: string; isMail: boolean }) {
    const scope = await this.accepts.limitFor(request.registrationId, request.isMail);
    return { isAdmitted: scope === null, scope };
  }
}
