import { channelSettingsSchemas, type ChannelKind } from '@sluice/notifications';
import { badRequest } from '../../api/api.errors.js';

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
