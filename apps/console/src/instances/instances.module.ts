import { Module } from '@nestjs/common';
import { InstanceQuery } from './instance.query.js';

@Module({
  providers: [InstanceQuery],
  exports: [InstanceQuery],
})
export class InstancesModule {}
