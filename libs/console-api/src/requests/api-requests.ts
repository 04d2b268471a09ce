import type { z } from 'zod';
import {
  alertBulkChangeSchema,
  alertChangeSchema,
  alertCountSchema,
  alertExportSchema,
  alertGroupsSchema,
  alertsQuerySchema,
  newAlertViewSchema,
} from './alerts.js';
import { auditExportSchema, auditQuerySchema, verificationQuerySchema } from './audit.js';
import {
  acceptanceSchema,
  preRegistrationSchema,
  rejectionSchema,
  systemChangeSchema,
  systemsQuerySchema,
  systemStatisticsQuerySchema,
} from './external-systems.js';
import {
  eventsQuerySchema,
  historyQuerySchema,
  statisticsQuerySchema,
  statisticsRangeSchema,
} from './health.js';
import { listQuerySchema } from './lists.js';
import {
  channelChangeSchema,
  channelTestSchema,
  deliveriesQuerySchema,
  newChannelSchema,
  newRuleSchema,
  ruleChangeSchema,
  rulePreviewRequestSchema,
} from './notifications.js';
import { newOperatorSchema, operatorChangeSchema } from './operators.js';
import {
  mailPreviewRequestSchema,
  heldRefusalSchema,
  quarantineDeletionSchema,
  quarantineQuerySchema,
  releaseRequestSchema,
} from './quarantine.js';
import {
  failedJobExportSchema,
  failedJobsQuerySchema,
  forgetVerdictsRequestSchema,
  scanExportSchema,
  scansQuerySchema,
} from './scans.js';
import { codeSchema, credentialsSchema, ownPasswordSchema, passwordProofSchema } from './session.js';
import { settingsChangeSchema } from './settings.js';
import { newTokenSchema } from './tokens.js';

export interface ApiRequest {
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
}

/** What each request takes besides its path: the console checks it by these, and pages and command line are typed by them. */
export const apiRequests = {
  'POST /api/session': { body: credentialsSchema },
  'PUT /api/session/password': { body: ownPasswordSchema },
  'POST /api/session/second-factor': { body: passwordProofSchema },
  'PUT /api/session/second-factor': { body: codeSchema },
  'DELETE /api/session/second-factor': { body: passwordProofSchema },
  'GET /api/external-systems': { query: systemsQuerySchema },
  'GET /api/external-systems/{id}/statistics': { query: systemStatisticsQuerySchema },
  'POST /api/external-systems': { body: preRegistrationSchema },
  'PATCH /api/external-systems/{id}': { body: systemChangeSchema },
  'POST /api/external-systems/{id}/accept': { body: acceptanceSchema },
  'POST /api/external-systems/{id}/reject': { body: rejectionSchema },
  'PATCH /api/settings': { body: settingsChangeSchema },
  'GET /api/alerts': { query: alertsQuerySchema },
  'PATCH /api/alerts': { body: alertBulkChangeSchema },
  'PATCH /api/alerts/{id}': { body: alertChangeSchema },
  'GET /api/alert-count': { query: alertCountSchema },
  'GET /api/alert-groups': { query: alertGroupsSchema },
  'GET /api/alert-export': { query: alertExportSchema },
  'POST /api/alert-views': { body: newAlertViewSchema },
  'GET /api/scans': { query: scansQuerySchema },
  'GET /api/scan-export': { query: scanExportSchema },
  'POST /api/scans/forget-verdicts': { body: forgetVerdictsRequestSchema },
  'GET /api/quarantine': { query: quarantineQuerySchema },
  'POST /api/quarantine/release': { body: releaseRequestSchema },
  'POST /api/quarantine/refuse': { body: heldRefusalSchema },
  'POST /api/quarantine/delete': { body: quarantineDeletionSchema },
  'POST /api/quarantine/{id}/preview': { body: mailPreviewRequestSchema },
  'GET /api/failed-jobs': { query: failedJobsQuerySchema },
  'GET /api/failed-job-export': { query: failedJobExportSchema },
  'GET /api/health/history': { query: historyQuerySchema },
  'GET /api/statistics': { query: statisticsQuerySchema },
  'GET /api/statistics/load': { query: statisticsQuerySchema },
  'GET /api/statistics/systems': { query: statisticsRangeSchema },
  'GET /api/events': { query: eventsQuerySchema },
  'GET /api/notification-channels': { query: listQuerySchema },
  'POST /api/notification-channels': { body: newChannelSchema },
  'PATCH /api/notification-channels/{id}': { body: channelChangeSchema },
  'POST /api/notification-channels/{id}/test': { body: channelTestSchema },
  'GET /api/notification-rules': { query: listQuerySchema },
  'POST /api/notification-rules': { body: newRuleSchema },
  'POST /api/notification-rules/preview': { body: rulePreviewRequestSchema },
  'PATCH /api/notification-rules/{id}': { body: ruleChangeSchema },
  'GET /api/notification-deliveries': { query: deliveriesQuerySchema },
  'GET /api/operators': { query: listQuerySchema },
  'POST /api/operators': { body: newOperatorSchema },
  'PATCH /api/operators/{id}': { body: operatorChangeSchema },
  'GET /api/tokens': { query: listQuerySchema },
  'POST /api/tokens': { body: newTokenSchema },
  'GET /api/audit': { query: auditQuerySchema },
  'GET /api/audit-export': { query: auditExportSchema },
  'GET /api/audit/verification': { query: verificationQuerySchema },
} as const satisfies Record<string, ApiRequest>;

export type RequestRoute = keyof typeof apiRequests;

/** What a caller may send as body: what has a default may be left out. */
export type RequestBody<Route extends RequestRoute> = (typeof apiRequests)[Route] extends {
  readonly body: infer Body extends z.ZodType;
}
  ? z.input<Body>
  : never;
