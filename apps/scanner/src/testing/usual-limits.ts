import { defaultSettings } from '@sluice/contracts';
import { walkLimitsSchema } from '../inspection/inspection.schema.js';

/** Bounds of what is opened while no one has changed a setting. */
export const usualLimits = walkLimitsSchema.parse(defaultSettings);
