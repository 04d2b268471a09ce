import {
  channelNameSchema,
  channelSettingsSchemas,
  mailAddressSchema,
  type ChannelKind,
} from '@sluice/notifications';
import { z } from 'zod';
import { badRequest } from '../../api/api.errors.js';

export const newChannelSchema = z.discriminatedUnion('kind', [
  z.strictObject({ name: channelNameSchema, kind: z.literal('smtp'), settings: channelSettingsSchemas.smtp }),
  z.strictObject({
    name: channelNameSchema,
    kind: z.literal('syslog'),
    settings: channelSettingsSchemas.syslog,
  }),
  z.strictObject({
    name: channelNameSchema,
    kind: z.literal('webhook'),
    settings: channelSettingsSchemas.webhook,
  }),
]);
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

/** Settings of that kind with everything left out filled in; 400 that names the wrong ones. */
export function checkSettings(
  kind: ChannelKind,
  settings: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result = channelSettingsSchemas[kind].safeParse(settings);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')];
    return [`settings.${unknown[0] ?? ''}`, issue.message] as const;
  });
  throw badRequest('the settings are not right', Object.fromEntries(fields));
}
