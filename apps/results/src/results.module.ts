import { Module, type DynamicModule } from '@nestjs/common';
import { Database } from '@sluice/database';
import { ReadinessModule } from '@sluice/runtime';
import { AcceptScansController } from './accept-scans/accept-scans.controller.js';
import { AcceptScans } from './accept-scans/accept-scans.service.js';
import { ChangeAlertsController } from './change-alerts/change-alerts.controller.js';
import { CountBeginsController } from './count-begins/count-begins.controller.js';
import { CountBegins } from './count-begins/count-begins.service.js';
import { DeleteScansController } from './delete-scans/delete-scans.controller.js';
import { DeleteScans } from './delete-scans/delete-scans.service.js';
import { DetectsController } from './feed-alerts/detects.controller.js';
import { HoldMailController } from './hold-mail/hold-mail.controller.js';
import { HoldMail } from './hold-mail/hold-mail.service.js';
import { RefuseHeld } from './hold-mail/refuse-held.service.js';
import { StatesController } from './query-states/states.controller.js';
import { ReleaseMailController } from './release-mail/release-mail.controller.js';
import { ReleaseMail } from './release-mail/release-mail.service.js';
import { ForgetVerdictsController } from './forget-verdicts/forget-verdicts.controller.js';
import { ReportController } from './report-scans/report.controller.js';
import { RescanKeptController } from './rescan-kept/rescan-kept.controller.js';
import { RescanKept } from './rescan-kept/rescan-kept.service.js';
import { RescanObjectsController } from './rescan-objects/rescan-objects.controller.js';
import { RescanObjects } from './rescan-objects/rescan-objects.service.js';
import { ServeRegistryController } from './serve-registry/serve-registry.controller.js';
import { SharesFiles } from './sweep-groups/shares-files.service.js';

/** What the request handlers use; made in start-results.ts. */
export interface ResultsServices {
  readonly database: Database;
  readonly accepts: AcceptScans;
  readonly shares: SharesFiles;
  readonly deletes: DeleteScans;
  readonly begins: CountBegins;
  readonly rescans: RescanObjects;
  readonly waves: RescanKept;
  readonly releases: ReleaseMail;
  readonly holds: HoldMail;
  readonly refusals: RefuseHeld;
}

@Module({})
export class ResultsModule {
  static with(services: ResultsServices): DynamicModule {
    return {
      module: ResultsModule,
      imports: [ReadinessModule],
      controllers: [
        AcceptScansController,
        StatesController,
        ReportController,
        DetectsController,
        DeleteScansController,
        ServeRegistryController,
        CountBeginsController,
        ChangeAlertsController,
        RescanObjectsController,
        RescanKeptController,
        ForgetVerdictsController,
        ReleaseMailController,
        HoldMailController,
      ],
      providers: [
        { provide: Database, useValue: services.database },
        { provide: AcceptScans, useValue: services.accepts },
        { provide: SharesFiles, useValue: services.shares },
        { provide: DeleteScans, useValue: services.deletes },
        { provide: CountBegins, useValue: services.begins },
        { provide: RescanObjects, useValue: services.rescans },
        { provide: RescanKept, useValue: services.waves },
        { provide: ReleaseMail, useValue: services.releases },
        { provide: HoldMail, useValue: services.holds },
        { provide: RefuseHeld, useValue: services.refusals },
      ],
    };
  }
}
