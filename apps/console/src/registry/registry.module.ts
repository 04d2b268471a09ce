import { Module } from '@nestjs/common';
import { ChangeAnnouncer } from './change-announcer.js';

@Module({
  providers: [ChangeAnnouncer],
  exports: [ChangeAnnouncer],
})
export class RegistryModule {}
