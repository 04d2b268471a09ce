import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc, type ScanRequest } from '@sluice/contracts';
import { requestOf } from '@sluice/rpc';
import { DeleteScans } from './delete-scans.service.js';

@Controller()
export class DeleteScansController {
  constructor(@Inject(DeleteScans) private readonly deletes: DeleteScans) {}

  @MessagePattern(ledgerRpc.deleteScans.pattern)
  async delete(@Payload(requestOf(ledgerRpc.deleteScans)) request: { items: ScanRequest[] }) {
    return { deleted: await this.deletes.delete(request.items) };
  }

  @MessagePattern(ledgerRpc.deleteAllScans.pattern)
  async deleteAll(
    @Payload(requestOf(ledgerRpc.deleteAllScans))
    request: { registrationId: string; instance: string | null },
  ) {
    await this.deletes.deleteAll(request.registrationId, request.instance);
    return { ok: true };
  }
}
