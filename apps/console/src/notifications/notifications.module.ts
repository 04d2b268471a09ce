import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { ChannelTestService } from './channels/channel-test.service.js';
import { ChannelService } from './channels/channel.service.js';
import { ChannelStore } from './channels/channel.store.js';
import { NotificationChannelsController } from './channels/channels.controller.js';
import { NotificationDeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveryQuery } from './deliveries/delivery.query.js';
import { ReplayService } from './deliveries/replay.service.js';
import { RulePreviewService } from './rules/rule-preview.service.js';
import { RuleService } from './rules/rule.service.js';
import { RuleStore } from './rules/rule.store.js';
import { NotificationRulesController } from './rules/rules.controller.js';
import { ChannelEntity } from './channels/channel.entity.js';
import { ChannelSecretEntity } from './channels/channel-secret.entity.js';
import { RuleEntity } from './rules/rule.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([ChannelEntity, ChannelSecretEntity, RuleEntity]), AuditModule],
  controllers: [
    NotificationChannelsController,
    NotificationRulesController,
    NotificationDeliveriesController,
  ],
  providers: [
    ChannelStore,
    ChannelService,
    ChannelTestService,
    RuleStore,
    RuleService,
    RulePreviewService,
    DeliveryQuery,
    ReplayService,
  ],
  exports: [ChannelStore],
})
export class NotificationsModule {}
