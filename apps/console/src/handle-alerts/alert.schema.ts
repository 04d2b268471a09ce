import { alertStates, cleanText, importances, systemTypes, technologies } from '@sluice/contracts';
import { z } from 'zod';
import { listQuery } from '../page-lists/list-page.js';

const time = z.iso.datetime({ offset: true });

export const alertOrders = ['newest', 'oldest', 'importance'] as const;

const alertFilters = {
  from: time.optional(),
  until: time.optional(),
  importance: z.enum(importances).optional(),
  technology: z.enum(technologies).optional(),
  source: z.enum(systemTypes).optional().meta({ description: 'mail sensors, or the other systems' }),
  state: z.enum(alertStates).optional(),
  assignee: z.string().max(128).optional(),
  sensorId: z.string().max(128).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .toLowerCase()
    .optional(),
  sender: z.string().max(1024).optional().meta({ description: 'the envelope sender of a mail, exactly' }),
  q: z.string().max(128).optional().meta({ description: 'in object name, detection names, ID or SHA-256' }),
};

export const alertsQuerySchema = z.object({
  ...listQuery,
  ...alertFilters,
  sort: z.enum(alertOrders).default('newest'),
});
/** The file holds everything that fits, in one go. */
export const alertExportSchema = z.object({ ...alertFilters, sort: z.enum(alertOrders).default('newest') });
export type AlertExport = z.infer<typeof alertExportSchema>;
export type AlertsQuery = z.infer<typeof alertsQuerySchema>;

export const alertChangeSchema = z
  .strictObject({
    state: z.enum(alertStates).optional(),
    assignee: z
      .string()
      .max(128)
      .transform((text) => cleanText(text, 128))
      .nullable()
      .optional(),
    comment: z
      .string()
      .min(1)
      .max(4096)
      .transform((text) => cleanText(text, 4096))
      .optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'nothing to change');
export type AlertChange = z.infer<typeof alertChangeSchema>;

export const numericIdSchema = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
