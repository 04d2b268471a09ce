import { z } from 'zod';
import {
  apiTokenSchema,
  auditEntrySchema,
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
import { externalSystemSchema } from './external-systems.js';
import { healthSchema, pastCauseSchema } from './health.js';
import {
  channelSchema,
  channelTestAnswerSchema,
  deliverySchema,
  rulePreviewSchema,
  storedRuleSchema,
} from './notifications.js';
import { failedJobSchema, scanSchema } from './scans.js';
import { statisticsSchema } from './statistics.js';
import { listOf } from './values.js';

const newTokenSchema = z.looseObject({ token: z.string() });
const changeAnswerSchema = z.looseObject({});

/** What each request is answered with when it succeeds; `null`: nothing. Paths as OpenAPI writes them. */
export const apiAnswers = {
  'POST /api/session': sessionSchema,
  'GET /api/session': sessionSchema,
  'DELETE /api/session': null,
  'PUT /api/session/password': null,
  'GET /api/server': serverSchema,
  'GET /api/external-systems': listOf(externalSystemSchema),
  'POST /api/external-systems': externalSystemSchema,
  'GET /api/external-systems/{id}': externalSystemSchema,
  'PATCH /api/external-systems/{id}': externalSystemSchema,
  'DELETE /api/external-systems/{id}': null,
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
  'GET /api/scans/{id}': scanSchema,
  'POST /api/scans/{id}/rescan': changeAnswerSchema,
  'GET /api/failed-jobs': listOf(failedJobSchema),
  'GET /api/failed-jobs/{id}': failedJobSchema,
  'GET /api/health': healthSchema,
  'GET /api/health/history': listOf(pastCauseSchema),
  'GET /api/statistics': statisticsSchema,
  'GET /api/notification-channels': listOf(channelSchema),
  'GET /api/notification-channels/{id}': channelSchema,
  'POST /api/notification-channels/{id}/test': channelTestAnswerSchema,
  'GET /api/notification-rules': listOf(storedRuleSchema),
  'GET /api/notification-rules/{id}': storedRuleSchema,
  'POST /api/notification-rules/preview': rulePreviewSchema,
  'GET /api/notification-deliveries': listOf(deliverySchema),
  'GET /api/notification-deliveries/{id}': deliverySchema,
  'GET /api/operators': listOf(operatorSchema),
  'GET /api/tokens': listOf(apiTokenSchema),
  'POST /api/tokens': newTokenSchema,
  'GET /api/audit': listOf(auditEntrySchema),
} as const satisfies Record<string, z.ZodType | null>;

export type ApiRoute = keyof typeof apiAnswers;

/** The route that answers this request; null when it has no schema. */
export function apiRouteOf(method: string, path: string): ApiRoute | null {
  const parts = (path.split('?')[0] ?? '').split('/');
  const fits = (route: string): boolean => {
    const wanted = route.split('/');
    return (
      wanted.length === parts.length && wanted.every((part, at) => part === '{id}' || part === parts[at])
    );
  };
  const found = Object.keys(apiAnswers)
    .filter((route) => route.startsWith(`${method} `) && fits(route.slice(method.length + 1)))
    // `/preview` before `/{id}`.
    .sort((one, other) => Number(one.includes('{id}')) - Number(other.includes('{id}')));
  return (found[0] as ApiRoute | undefined) ?? null;
}

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
