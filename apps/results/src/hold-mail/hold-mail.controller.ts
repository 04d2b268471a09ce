import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc, type HoldRequest } from '@sluice/contracts';
import { requestOf } from '@sluice/rpc';
import { HoldMail } from './hold-mail.service.js';
import { RefuseHeld, type RefuseHeldRequest } from './refuse-held.service.js';

@Controller()
export class HoldMailController {
  constructor(
    @Inject(HoldMail) private readonly holds: HoldMail,
    @Inject(RefuseHeld) private readonly refusals: RefuseHeld,
  ) {}

  @MessagePattern(ledgerRpc.hold.pattern)
  hold(@Payload(requestOf(ledgerRpc.hold)) request: HoldRequest) {
    return this.holds.hold(request);
  }

  @MessagePattern(ledgerRpc.refuseHeld.pattern)
  async refuse(@Payload(requestOf(ledgerRpc.refuseHeld)) request: RefuseHeldRequest) {
    return { outcomes: await this.refusals.refuse(request) };
  }
}
