import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { MailPreviewService } from './preview/mail-preview.service.js';
import { PreviewSandbox } from './preview/preview-sandbox.js';
import { QuarantineController } from './quarantine.controller.js';
import { QuarantineQuery } from './quarantine.query.js';
import { ReleaseService } from './release.service.js';
import { RescanKeptService } from './rescans/rescan-kept.service.js';

@Module({
  imports: [AuditModule, LedgerModule],
  controllers: [QuarantineController],
  providers: [QuarantineQuery, ReleaseService, MailPreviewService, PreviewSandbox, RescanKeptService],
  exports: [QuarantineQuery, RescanKeptService],
})
export class QuarantineModule {}
