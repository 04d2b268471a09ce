import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { settingKeys, settingsSchema, type Settings } from '@sluice/contracts';
import { z } from 'zod';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../api/caller.js';
import { SettingsService } from './settings.service.js';

/** Each key as in the contracts, but without its default: what is not sent stays as it is. */
export const settingsChangeSchema = z
  .strictObject(
    Object.fromEntries(settingKeys.map((key) => [key, settingsSchema.shape[key].unwrap().optional()])),
  )
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'nothing to change');

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
  change(@CurrentCaller() caller: Caller, @Body({ schema: settingsChangeSchema }) body: Partial<Settings>) {
    return this.settings.change(caller, body);
  }
}
