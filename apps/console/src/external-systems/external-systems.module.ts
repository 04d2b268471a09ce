import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { RegistryModule } from '../registry/registry.module.js';
import { AcceptanceController } from './acceptance.controller.js';
import { AcceptanceService } from './acceptance.service.js';
import { ExternalSystemQuery } from './external-system.query.js';
import { SystemStatisticsQuery } from './system-statistics.query.js';
import { ExternalSystemService } from './external-system.service.js';
import { ExternalSystemsController } from './external-systems.controller.js';
import { HostNameService } from './host-name.service.js';
import { SightingStore } from './sighting.store.js';
import { SightingsConsumer } from './sightings.consumer.js';
import { RegistrationEntity } from './registration.entity.js';
import { CertificateEntity } from './certificate.entity.js';
import { DeletedCertificateEntity } from './deleted-certificate.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([RegistrationEntity, CertificateEntity, DeletedCertificateEntity]),
    AuditModule,
    RegistryModule,
  ],
  controllers: [AcceptanceController, ExternalSystemsController],
  providers: [
    ExternalSystemQuery,
    ExternalSystemService,
    SystemStatisticsQuery,
    AcceptanceService,
    SightingStore,
    SightingsConsumer,
    HostNameService,
  ],
  exports: [SightingStore, SightingsConsumer, HostNameService],
})
export class ExternalSystemsModule {}
