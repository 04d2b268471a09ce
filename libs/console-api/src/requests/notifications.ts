import {
  channelNameSchema,
  channelSettingsSchemas,
  type ChannelKind,
  mailAddressSchema,
  ruleMatchSchema,
  ruleSchema,
} from '@sluice/notifications';
import { z } from 'zod';
import { deliveryKinds, deliveryStates } from '../notifications.js';
import { listQuery, saysSomething, timeRange } from './lists.js';

const newChannelOf = <Kind extends ChannelKind>(kind: Kind) =>
  z.strictObject({
    name: channelNameSchema,
    kind: z.literal(kind),
    settings: channelSettingsSchemas[kind],
  });
/** By kind, so that a kind left out does not compile. */
const newChannels = {
  smtp: newChannelOf('smtp'),
  syslog: newChannelOf('syslog'),
  webhook: newChannelOf('webhook'),
} satisfies Readonly<{ [Kind in ChannelKind]: ReturnType<typeof newChannelOf<Kind>> }>;
type NewChannelSchema = (typeof newChannels)[ChannelKind];

export const newChannelSchema = z.discriminatedUnion(
  'kind',
  Object.values(newChannels) as [NewChannelSchema, ...NewChannelSchema[]],
);
export type NewChannel = z.infer<typeof newChannelSchema>;

/** The kind stays; of the settings only what changes is given. A secret that is not given stays, null removes it. */
export const channelChangeSchema = z
  .strictObject({
    name: channelNameSchema.optional(),
    settings: z.record(z.string(), z.unknown()).optional(),
  })
  .refine((change) => change.name !== undefined || change.settings !== undefined, 'nothing to change');
export type ChannelChange = z.infer<typeof channelChangeSchema>;

/** Where a test mail goes; without it, to the channel's own sender. */
export const channelTestSchema = z
  .strictObject({ to: z.array(mailAddressSchema).min(1).max(10).optional() })
  .nullish()
  .transform((body) => body ?? {});
export type ChannelTestBody = z.infer<typeof channelTestSchema>;

export const newRuleSchema = ruleSchema;
const { shape } = ruleSchema;

/** What is not given stays; `match` is replaced as a whole. */
export const ruleChangeSchema = z
  .strictObject({
    name: shape.name.optional(),
    enabled: z.boolean().optional(),
    channelId: shape.channelId.optional(),
    to: shape.to.unwrap().optional(),
    subject: shape.subject.unwrap().optional(),
    match: ruleMatchSchema.optional(),
    digestMinutes: shape.digestMinutes.unwrap().optional(),
    maxPerHour: shape.maxPerHour.unwrap().optional(),
  })
  .refine(saysSomething, 'nothing to change');
export type RuleChange = z.infer<typeof ruleChangeSchema>;

/** A rule as it is being written: what of the last alerts would it tell, and how would that look? */
export const rulePreviewRequestSchema = z.strictObject({
  match: ruleMatchSchema.prefault({}),
  subject: shape.subject.unwrap().optional(),
  channelId: z.uuid().nullish(),
  name: z.string().max(100).optional(),
});
export type RulePreviewRequest = z.infer<typeof rulePreviewRequestSchema>;

export const deliveriesQuerySchema = z.object({
  ...listQuery,
  state: z.enum(deliveryStates).optional(),
  kind: z.enum(deliveryKinds).optional(),
  channelId: z.uuid().optional(),
  ruleId: z.uuid().optional(),
  alertId: z.coerce.number().int().min(1).optional(),
  partOf: z.uuid().optional(),
  ...timeRange,
  sort: z.enum(['newest', 'oldest']).default('newest'),
});
export type DeliveriesQuery = z.infer<typeof deliveriesQuerySchema>;
