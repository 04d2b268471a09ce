import {
  alertDispositions,
  alertStates,
  cleanName,
  cleanText,
  importances,
  mostAlertsAtOnce,
  systemTypes,
  technologies,
} from '@sluice/contracts';
import { z } from 'zod';
import { alertGroupings } from '../alerts.js';
import { listQuery, numericIdSchema, timeRange } from './lists.js';

export const alertOrders = ['newest', 'oldest', 'importance'] as const;

export const rescannedStates = ['detect', 'not detected'] as const;

const alertFilters = {
  ...timeRange,
  importance: z.enum(importances).optional(),
  technology: z.enum(technologies).optional(),
  source: z.enum(systemTypes).optional().meta({ description: 'mail sensors, or the other systems' }),
  state: z.enum(alertStates).optional(),
  disposition: z.enum(alertDispositions).optional(),
  rescanned: z
    .enum(rescannedStates)
    .optional()
    .meta({ description: 'what newer signatures said last, when that was another word than before' }),
  assignee: z.string().max(128).optional(),
  sensorId: z.string().max(128).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .toLowerCase()
    .optional(),
  part: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .toLowerCase()
    .optional()
    .meta({ description: 'SHA-256 of a part inside the object that was detected' }),
  registrationId: z.uuid().optional(),
  scan: z.uuid().optional().meta({ description: 'id of the scan that made the alert' }),
  detection: z.string().max(1024).optional().meta({ description: 'the whole name of a detection' }),
  sender: z.string().max(1024).optional().meta({ description: 'the envelope sender of a mail, exactly' }),
  q: z
    .string()
    .max(128)
    .optional()
    .meta({
      description:
        'at least 3 characters, in subject, sender, recipients, names of the object and inside it, detections, scanId, ' +
        'ID and name of the system; a whole MD5, SHA-1 or SHA-256 (of a detected part, too), or 8 and more digits a SHA-256 begins with. ' +
        'GET /api/alert-search says what it leaves out',
    }),
};

const filtersSchema = z.strictObject(alertFilters);
export type AlertFilters = z.infer<typeof filtersSchema>;

export const alertsQuerySchema = z.object({
  ...listQuery,
  ...alertFilters,
  sort: z.enum(alertOrders).default('newest'),
});
/** The file holds everything that fits, in one go. */
export const alertExportSchema = z.object({ ...alertFilters, sort: z.enum(alertOrders).default('newest') });
/** What a group has in common; the filters say which alerts. */
export const alertGroupsSchema = z.object({ ...alertFilters, by: z.enum(alertGroupings).default('hash') });
export type AlertGroupsRequest = z.infer<typeof alertGroupsSchema>;
export type AlertExport = z.infer<typeof alertExportSchema>;
export type AlertsQuery = z.infer<typeof alertsQuerySchema>;

const changes = {
  state: z.enum(alertStates).optional(),
  assignee: z
    .string()
    .max(128)
    .transform((text) => cleanText(text, 128))
    .nullable()
    .optional(),
  disposition: z
    .enum(alertDispositions)
    .nullable()
    .optional()
    .meta({ description: 'of closed alerts; opening one again takes it away' }),
  comment: z
    .string()
    .min(1)
    .max(4096)
    .transform((text) => cleanText(text, 4096))
    .optional(),
};
/** No change by itself. */
const conditions = {
  ifState: z.enum(alertStates).optional().meta({
    description: 'the state that was seen: an alert that is in another one by now is left as it is',
  }),
};
const hasChange = (body: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(changes).some((key) => body[key] !== undefined);

export const alertChangeSchema = z
  .strictObject({ ...changes, ...conditions })
  .refine(hasChange, 'nothing to change');
export type AlertChange = z.infer<typeof alertChangeSchema>;

const alertIdSchema = z.int().min(1);

const aboutThroughId = {
  description: 'the newest alert the operator knows of; what arrived later is left alone',
};
export const alertCountSchema = z.object({
  ...alertFilters,
  throughId: numericIdSchema.optional().meta(aboutThroughId),
});
export type AlertCount = z.infer<typeof alertCountSchema>;

/**
 * Either alerts by name, or what fits a filter, a part of it at a time. A filter has to be there even when it is
 * empty: all alerts are meant only by who says so, and only those there were when it was said.
 */
export const alertBulkChangeSchema = z
  .strictObject({
    ...changes,
    ...conditions,
    ids: z.array(alertIdSchema).min(1).max(mostAlertsAtOnce).optional(),
    filter: filtersSchema.optional(),
    throughId: alertIdSchema.optional().meta(aboutThroughId),
    cursor: z.string().max(512).optional(),
  })
  .refine(hasChange, 'nothing to change')
  .refine((body) => (body.ids === undefined) !== (body.filter === undefined), 'either ids or a filter')
  .refine((body) => body.filter === undefined || body.throughId !== undefined, {
    message: 'a filter needs it; GET /api/alert-count tells the newest id',
    path: ['throughId'],
  });
export type AlertBulkChange = z.infer<typeof alertBulkChangeSchema>;

export const newAlertViewSchema = z.strictObject({
  name: z.string().min(1).max(256).transform(cleanName).pipe(z.string().min(1)),
  query: z
    .string()
    .max(2048)
    .regex(/^[\x21-\x7e]*$/, 'as it stands in an address, without the question mark'),
  isShared: z.boolean().default(false),
});
