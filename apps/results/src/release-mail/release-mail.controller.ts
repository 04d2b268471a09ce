import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc } from '@sluice/contracts';
import { requestOf } from '@sluice/rpc';
import { ReleaseMail, type DeleteKeptRequest, type ReleaseMailRequest } from './release-mail.service.js';

@Controller()
export class ReleaseMailController {
  constructor(@Inject(ReleaseMail) private readonly releases: ReleaseMail) {}

  @MessagePattern(ledgerRpc.releaseMail.pattern)
  async release(@Payload(requestOf(ledgerRpc.releaseMail)) request: ReleaseMailRequest) {
    return { outcomes: await this.releases.release(request) };
  }

  @MessagePattern(ledgerRpc.deleteKept.pattern)
  async delete(@Payload(requestOf(ledgerRpc.deleteKept)) request: DeleteKeptRequest) {
    return { outcomes: await this.releases.delete(request) };
  }
}
