import { importances, systemTypes } from '@sluice/contracts';
import { channelSettingsSchemas, ruleSchema } from '@sluice/notifications';
import { z } from 'zod';
import { count, maybeText, maybeTime, time } from './values.js';

const channelFacts = {
  id: z.uuid(),
  name: z.string(),
  /** Names of the secrets it has. */
  secrets: z.array(z.string()),
  /** `away`: attempts fail one after the other; `pausedUntil` says when the next is made. */
  state: z.enum(['unused', 'working', 'failing', 'away']),
  failures: count,
  /** When the failures in a row began; null when the last attempt succeeded. */
  failingSince: maybeTime,
  pausedUntil: maybeTime,
  lastAnswer: maybeText,
  lastSuccessAt: maybeTime,
  lastFailureAt: maybeTime,
  /** Messages that wait for it. */
  waiting: count,
  rules: count,
  createdAt: time,
  updatedAt: time,
};
/** Settings are those of the kind, without its secrets. */
const smtpChannel = z.strictObject({
  ...channelFacts,
  kind: z.literal('smtp'),
  settings: channelSettingsSchemas.smtp.omit({ password: true }),
});
const syslogChannel = z.strictObject({
  ...channelFacts,
  kind: z.literal('syslog'),
  settings: channelSettingsSchemas.syslog.omit({ clientKey: true }),
});
const webhookChannel = z.strictObject({
  ...channelFacts,
  kind: z.literal('webhook'),
  settings: channelSettingsSchemas.webhook.omit({ secret: true, clientKey: true }),
});

export const channelSchema = z.discriminatedUnion('kind', [smtpChannel, syslogChannel, webhookChannel]);
export type ChannelAnswer = z.infer<typeof channelSchema>;

/** `secret`: of a webhook that was given none; no other answer ever holds it. */
export const newChannelAnswerSchema = z.discriminatedUnion('kind', [
  smtpChannel,
  syslogChannel,
  webhookChannel.extend({ secret: z.string().optional() }),
]);
export type NewChannelAnswer = z.infer<typeof newChannelAnswerSchema>;

export const channelTestAnswerSchema = z.strictObject({
  deliveryId: z.uuid(),
  outcome: z.enum(['delivered', 'failed']),
  answer: z.string(),
});
export type ChannelTestAnswer = z.infer<typeof channelTestAnswerSchema>;

/** What an operator wrote, and what is known of it besides. */
export const storedRuleSchema = z.strictObject({
  ...ruleSchema.shape,
  id: z.uuid(),
  channelName: z.string(),
  createdAt: time,
  updatedAt: time,
});

export type StoredRule = z.infer<typeof storedRuleSchema>;

export const rulePreviewSchema = z.strictObject({
  looked: count,
  matched: z.array(
    z.strictObject({
      alertId: z.int(),
      createdAt: time,
      importance: z.enum(importances),
      detected: z.array(z.string()),
      objectName: maybeText,
      system: z.string(),
      type: z.enum(systemTypes),
    }),
  ),
  /** As the channel would send it; null: no alert fits. */
  example: z
    .discriminatedUnion('form', [
      z.strictObject({ form: z.literal('mail'), subject: z.string(), text: z.string(), html: z.string() }),
      z.strictObject({ form: z.literal('cef'), text: z.string() }),
      z.strictObject({ form: z.literal('json'), text: z.string() }),
    ])
    .nullable(),
});

export type RulePreview = z.infer<typeof rulePreviewSchema>;

export const deliveryKinds = ['alert', 'operation', 'digest', 'held-back', 'test'] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];
export const deliveryStates = ['waiting', 'gathering', 'gathered', 'delivered', 'dead', 'cancelled'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export const attemptSchema = z.strictObject({
  startedAt: time,
  finishedAt: maybeTime,
  outcome: z.enum(['delivered', 'failed']).nullable(),
  answer: maybeText,
  instance: z.string(),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const deliverySchema = z.strictObject({
  id: z.uuid(),
  kind: z.enum(deliveryKinds),
  state: z.enum(deliveryStates),
  rule: z.strictObject({ id: z.string(), name: maybeText }).nullable(),
  channel: z.strictObject({ id: z.string(), name: z.string() }),
  eventId: maybeText,
  alertId: z.int().nullable(),
  objectName: maybeText,
  problems: z.array(z.string()).nullable(),
  partOf: maybeText,
  eventsTotal: count.nullable(),
  operator: maybeText,
  isBeingSent: z.boolean(),
  /** Null: no attempt is to come. */
  nextAttemptAt: maybeTime,
  lastAnswer: maybeText,
  createdAt: time,
  finishedAt: maybeTime,
  attempts: z.array(attemptSchema),
});
export type Delivery = z.infer<typeof deliverySchema>;
