import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { QuarantineModule } from '../quarantine/quarantine.module.js';
import { AlertBulkChangeService } from './alert-bulk-change.service.js';
import { AlertExportController } from './alert-export.controller.js';
import { AlertViewStore } from './alert-view.store.js';
import { AlertViewsController } from './alert-views.controller.js';
import { AlertQuery } from './alert.query.js';
import { AlertGroupsQuery } from './alert-groups.query.js';
import { AlertSearchQuery } from './alert-search.query.js';
import {
  AlertCountController,
  AlertGroupsController,
  AlertsController,
  AlertSearchController,
} from './alerts.controller.js';
import { ObjectDownloadController } from './download/object-download.controller.js';
import { ObjectDownloadService } from './download/object-download.service.js';
import { AlertViewEntity } from './alert-view.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([AlertViewEntity]), AuditModule, LedgerModule, QuarantineModule],
  controllers: [
    AlertsController,
    AlertCountController,
    AlertGroupsController,
    AlertSearchController,
    AlertExportController,
    AlertViewsController,
    ObjectDownloadController,
  ],
  providers: [
    AlertQuery,
    AlertSearchQuery,
    AlertGroupsQuery,
    AlertBulkChangeService,
    AlertViewStore,
    ObjectDownloadService,
  ],
})
export class AlertsModule {}
