import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { settingsChangeSchema, type SettingsChange } from '@sluice/console-api/requests';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../api/caller.js';
import { SettingsService } from './settings.service.js';

@ApiTags('settings')
@Controller('api/settings')
export class SettingsController {
  constructor(private readonly settings: SettingsService) {}

  @Get()
  @AllowReading()
  show() {
    return this.settings.show();
  }

  @Patch()
  @AllowRoles('administrator')
  change(@CurrentCaller() caller: Caller, @Body({ schema: settingsChangeSchema }) body: SettingsChange) {
    return this.settings.change(caller, body);
  }
}
