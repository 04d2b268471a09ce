import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { InstancesModule } from '../instances/instances.module.js';
import { RegistryModule } from '../registry/registry.module.js';
import { SettingsController } from './settings.controller.js';
import { SettingsService } from './settings.service.js';
import { SettingEntity } from './setting.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([SettingEntity]), AuditModule, RegistryModule, InstancesModule],
  controllers: [SettingsController],
  providers: [SettingsService],
  exports: [SettingsService],
})
export class SettingsModule {}
