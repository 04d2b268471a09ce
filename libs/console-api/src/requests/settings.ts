import { settingKeys, settingsSchema, type Settings } from '@sluice/contracts';
import { z } from 'zod';
import { saysSomething } from './lists.js';

/** Each key as in the contracts, but without its default: what is not sent stays as it is. */
export const settingsChangeSchema = z
  .strictObject(
    Object.fromEntries(settingKeys.map((key) => [key, settingsSchema.shape[key].unwrap().optional()])),
  )
  .refine(saysSomething, 'nothing to change');
export type SettingsChange = Partial<Settings>;
