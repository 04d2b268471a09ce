import { ruleMatchSchema, ruleSchema } from '@sluice/notifications';
import { z } from 'zod';

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
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'nothing to change');
export type RuleChange = z.infer<typeof ruleChangeSchema>;

/** A rule as it is being written: what of the last alerts would it tell, and how would that look? */
export const rulePreviewSchema = z.strictObject({
  match: ruleMatchSchema.prefault({}),
  subject: shape.subject.unwrap().optional(),
  channelId: z.uuid().nullish(),
  name: z.string().max(100).optional(),
});
export type RulePreview = z.infer<typeof rulePreviewSchema>;
