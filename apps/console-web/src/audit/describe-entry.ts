import type { SettingKey } from '@sluice/contracts';
import { withQuery } from '../api/ask.js';
import { settingTexts } from '../settings/setting-texts.js';
import { formatBytes, formatTime, plural } from '../texts/formats.js';
import { describeReason } from '../texts/words.js';
import { describeValue } from './value-words.js';

export interface Difference {
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What differs between two states of a thing, key by key. Null: it wasn't there, or is no longer. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [old, now] = [asObject(before), asObject(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) => {
    const [from, to] = [toText(key, old[key]), toText(key, now[key])];
    return from === to ? [] : [{ key, before: from, after: to }];
  });
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

const toText = (key: string, value: unknown): string | null =>
  value === undefined || value === null ? null : toWords(key, value);

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const units = ['Seconds', 'Minutes', 'Hours', 'Days'] as const;

/**
 * Words where there are some: yes and no, lists with commas, and what is in an object one after the other. What has a
 * name of its own within an object, such as a reason, may be a value of what the object is: a policy.
 */
function toWords(key: string, value: unknown, within = key): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number' && /(?:Bytes|Size)$/.test(key)) return formatBytes(value);
  const unit = typeof value === 'number' ? units.find((one) => key.endsWith(one)) : undefined;
  if (typeof value === 'number' && unit !== undefined) return plural(value, unit.slice(0, -1).toLowerCase());
  if (typeof value === 'string')
    return (
      describeValue(key, value) ??
      describeValue(within, value) ??
      (isoTime.test(value) ? formatTime(value) : value)
    );
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((one) => toWords(key, one, within)).join(', ');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([inner, one]) => `${innerKey(inner)} ${toWords(inner, one, key)}`)
      .join('; ');
  return String(value);
}

const actions: Readonly<Record<string, string>> = {
  'external-system.accept': 'Accepted a system',
  'external-system.reject': 'Rejected a system',
  'external-system.delete': 'Deleted a system',
  'external-system.change': 'Changed a system',
  'external-system.change-policy': 'Changed what a system gets for objects that were not examined',
  'external-system.pre-register': 'Pre-registered a system',
  'settings.change': 'Changed settings',
  'alert.change': 'Changed an alert',
  'alert.change-many': 'Changed several alerts',
  'alert.download-object': 'Downloaded an object',
  'alert-view.share': 'Shared a view of alerts',
  'alert-view.unshare': 'Deleted a shared view of alerts',
  'scan.rescan': 'Had an object scanned again',
  'rescan-wave.begin': 'Kept objects are scanned again, signatures had changed',
  'rescan-wave.end': 'Kept objects are no longer scanned again',
  'scan.forget-verdicts': 'Had known verdicts forgotten',
  'quarantine.preview': 'Read a mail in quarantine',
  'quarantine.release': 'Released from quarantine',
  'quarantine.refuse': 'Refused held mail',
  'quarantine.expire': 'Held mail expired',
  'quarantine.delete': 'Deleted from quarantine',
  'failed-job.retry': 'Retried a failed job',
  'failed-job.delete': 'Deleted a failed job',
  'notification-channel.add': 'Added a notification channel',
  'notification-channel.change': 'Changed a notification channel',
  'notification-channel.delete': 'Deleted a notification channel',
  'notification-channel.test': 'Tested a notification channel',
  'notification-rule.add': 'Added a notification rule',
  'notification-rule.change': 'Changed a notification rule',
  'notification-rule.delete': 'Deleted a notification rule',
  'notification-delivery.replay': 'Had a notification sent again',
  'operator.add': 'Added an operator',
  'operator.change': 'Changed an operator',
  'operator.delete': 'Deleted an operator',
  'operator.remove': 'Deleted an operator',
  'operator.change-password': 'Changed their password',
  'token.add': 'Made an API token',
  'token.revoke': 'Revoked an API token',
  'session.second-factor-on': 'Switched the second factor on',
  'session.second-factor-off': 'Switched the second factor off',
  'session.open': 'Signed in',
  'session.close': 'Signed out',
  'session.refuse': 'Sign-ins that were refused',
};

/** A sentence's beginning for known actions; the bare word for those of newer consoles. */
export const describeAction = (action: string): string => actions[action] ?? action;

const kinds: Readonly<Record<string, string>> = {
  'external-system': 'External systems',
  settings: 'Settings',
  alert: 'Alerts',
  'alert-view': 'Views of alerts',
  scan: 'Scans',
  quarantine: 'Quarantine',
  'failed-job': 'Failed jobs',
  'notification-channel': 'Notification channels',
  'notification-rule': 'Notification rules',
  'notification-delivery': 'Notification deliveries',
  operator: 'Operators',
  token: 'API tokens',
  session: 'Sign-ins',
};

/** What the log can be filtered by: everything of a kind, or one action. */
export const actionChoices = Object.entries(kinds).map(([kind, group]) => ({
  group,
  items: [
    { value: kind, label: `${group}: everything` },
    ...Object.entries(actions)
      .filter(([action]) => action.startsWith(`${kind}.`))
      .map(([value, label]) => ({ value, label })),
  ],
}));

/** The page of what an entry is about; null when it has none, or none of its own. */
export function targetPath(action: string, target: string): string | null {
  const [, kind, id] = /^(scan|alert) ([0-9a-f-]+)$/.exec(target) ?? [];
  if (kind !== undefined && id !== undefined) return `/${kind}s/${id}`;
  const [resource = ''] = action.split('.');
  if (resource === 'external-system') return withQuery('/external-systems', { q: target });
  return pagesOfResources[resource] ?? null;
}

/** A setting by the name its page has, anything else as it is recorded. */
export const describeTarget = (action: string, target: string): string =>
  action === 'settings.change' ? describeKey(target) : target;

const pagesOfResources: Readonly<Record<string, string>> = {
  settings: '/settings',
  'failed-job': '/failed-jobs',
  'notification-channel': '/notifications/channels',
  'notification-rule': '/notifications/rules',
  operator: '/operators',
  token: '/operators',
};

const keyNames: Readonly<Record<string, string>> = {
  ids: 'IDs',
  to: 'To',
  sha256: 'SHA-256',
  ca: 'Own authority',
  endedTokens: 'Revoked tokens',
  deliveryId: 'Delivery',
};

/** Reasons are keys of a policy. */
const innerKey = (key: string): string => {
  const reason = describeReason(key);
  return reason === key ? describeKey(key).toLowerCase() : `${reason}:`;
};

/** `maxObjectSize` by the name its page has, anything else in words. */
export function describeKey(key: string): string {
  if (Object.hasOwn(keyNames, key)) return keyNames[key] ?? key;
  if (Object.hasOwn(settingTexts, key)) return settingTexts[key as SettingKey].name;
  const words = key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
