import { z } from 'zod';
import {
  apiTokenSchema,
  auditEntrySchema,
  auditVerificationSchema,
  enrolmentSchema,
  newTokenAnswerSchema,
  operatorSchema,
  serverSchema,
  sessionSchema,
  settingDescriptionsSchema,
} from './access.js';
import {
  alertBulkAnswerSchema,
  alertCardSchema,
  alertCountAnswerSchema,
  alertGroupsAnswerSchema,
  alertRowSchema,
  alertSearchSchema,
  alertViewSchema,
} from './alerts.js';
import { externalSystemSchema, systemStatisticsSchema } from './external-systems.js';
import { healthSchema, pastCauseSchema } from './health.js';
import {
  channelSchema,
  channelTestAnswerSchema,
  newChannelAnswerSchema,
  deliverySchema,
  rulePreviewSchema,
  storedRuleSchema,
} from './notifications.js';
import {
  mailPreviewSchema,
  quarantineChangeSchema,
  quarantinedSchema,
  scanCardSchema,
} from './quarantine.js';
import { failedJobSchema, forgottenVerdictsSchema, scanSchema } from './scans.js';
import { loadStatisticsSchema, statisticsSchema, topSystemsSchema } from './statistics.js';
import { routeOf } from './route-of.js';
import { listOf } from './values.js';

/** What was begun goes on by itself; the id is the one that was asked for. */
const begunSchema = z.strictObject({ id: z.union([z.uuid(), z.int()]) });

/** What each request is answered with when it succeeds; `null`: nothing. Paths as OpenAPI writes them. */
export const apiAnswers = {
  'POST /api/session': sessionSchema,
  'GET /api/session': sessionSchema,
  'DELETE /api/session': null,
  'PUT /api/session/password': null,
  'POST /api/session/second-factor': enrolmentSchema,
  'PUT /api/session/second-factor': null,
  'DELETE /api/session/second-factor': null,
  'GET /api/server': serverSchema,
  'GET /api/external-systems': listOf(externalSystemSchema),
  'POST /api/external-systems': externalSystemSchema,
  'GET /api/external-systems/{id}': externalSystemSchema,
  'PATCH /api/external-systems/{id}': externalSystemSchema,
  'DELETE /api/external-systems/{id}': null,
  'GET /api/external-systems/{id}/statistics': systemStatisticsSchema,
  'POST /api/external-systems/{id}/accept': externalSystemSchema,
  'POST /api/external-systems/{id}/reject': externalSystemSchema,
  'GET /api/settings': settingDescriptionsSchema,
  'PATCH /api/settings': settingDescriptionsSchema,
  'GET /api/alerts': listOf(alertRowSchema),
  'PATCH /api/alerts': alertBulkAnswerSchema,
  'GET /api/alerts/{id}': alertCardSchema,
  'PATCH /api/alerts/{id}': alertCardSchema,
  'GET /api/alert-count': alertCountAnswerSchema,
  'GET /api/alert-groups': alertGroupsAnswerSchema,
  'GET /api/alert-search': alertSearchSchema,
  'GET /api/alert-views': listOf(alertViewSchema),
  'POST /api/alert-views': alertViewSchema,
  'DELETE /api/alert-views/{id}': null,
  'GET /api/scans': listOf(scanSchema),
  'GET /api/scans/{id}': scanCardSchema,
  'POST /api/scans/{id}/rescan': begunSchema,
  'POST /api/scans/forget-verdicts': forgottenVerdictsSchema,
  'GET /api/quarantine': listOf(quarantinedSchema),
  'POST /api/quarantine/release': quarantineChangeSchema,
  'POST /api/quarantine/refuse': quarantineChangeSchema,
  'POST /api/quarantine/delete': quarantineChangeSchema,
  'POST /api/quarantine/{id}/preview': mailPreviewSchema,
  'GET /api/failed-jobs': listOf(failedJobSchema),
  'GET /api/failed-jobs/{id}': failedJobSchema,
  'POST /api/failed-jobs/{id}/retry': begunSchema,
  'DELETE /api/failed-jobs/{id}': null,
  'GET /api/health': healthSchema,
  'GET /api/health/history': listOf(pastCauseSchema),
  'GET /api/statistics': statisticsSchema,
  'GET /api/statistics/load': loadStatisticsSchema,
  'GET /api/statistics/systems': topSystemsSchema,
  'GET /api/notification-channels': listOf(channelSchema),
  'POST /api/notification-channels': newChannelAnswerSchema,
  'GET /api/notification-channels/{id}': channelSchema,
  'PATCH /api/notification-channels/{id}': channelSchema,
  'DELETE /api/notification-channels/{id}': null,
  'POST /api/notification-channels/{id}/test': channelTestAnswerSchema,
  'GET /api/notification-rules': listOf(storedRuleSchema),
  'POST /api/notification-rules': storedRuleSchema,
  'GET /api/notification-rules/{id}': storedRuleSchema,
  'PATCH /api/notification-rules/{id}': storedRuleSchema,
  'DELETE /api/notification-rules/{id}': null,
  'POST /api/notification-rules/preview': rulePreviewSchema,
  'GET /api/notification-deliveries': listOf(deliverySchema),
  'GET /api/notification-deliveries/{id}': deliverySchema,
  'POST /api/notification-deliveries/{id}/replay': begunSchema,
  'GET /api/operators': listOf(operatorSchema),
  'POST /api/operators': operatorSchema,
  'PATCH /api/operators/{id}': operatorSchema,
  'DELETE /api/operators/{id}': null,
  'GET /api/tokens': listOf(apiTokenSchema),
  'POST /api/tokens': newTokenAnswerSchema,
  'DELETE /api/tokens/{id}': null,
  'GET /api/audit': listOf(auditEntrySchema),
  'GET /api/audit/verification': auditVerificationSchema,
} as const satisfies Record<string, z.ZodType | null>;

export type ApiRoute = keyof typeof apiAnswers;

type AnswerOf<Schema> = Schema extends z.ZodType ? z.infer<Schema> : undefined;
/** What a request of this route is answered with; undefined: nothing. */
export type ApiAnswer<Route extends ApiRoute> = AnswerOf<(typeof apiAnswers)[Route]>;

/** The route that answers this request; null when it has no schema. */
export const apiRouteOf = (method: string, path: string): ApiRoute | null =>
  routeOf(Object.keys(apiAnswers) as ApiRoute[], method, path);

/** What is wrong with an answer, a line each; empty when it is as described, or when nothing is described. */
export function answerFaults(method: string, path: string, body: unknown): string[] {
  const route = apiRouteOf(method, path);
  if (route === null) return [];
  const schema: z.ZodType | null = apiAnswers[route];
  if (schema === null) return body === undefined || body === '' ? [] : [`${route}: answers nothing`];
  const parsed = schema.safeParse(body);
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => `${route}: ${issue.path.join('.')}: ${issue.message}`);
}
