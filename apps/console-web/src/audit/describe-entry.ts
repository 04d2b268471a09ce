export interface Difference {
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What differs between two states of a thing, key by key. Null: it wasn't there, or is no longer. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [old, now] = [asObject(before), asObject(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) => {
    const [from, to] = [toText(old[key]), toText(now[key])];
    return from === to ? [] : [{ key, before: from, after: to }];
  });
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

const toText = (value: unknown): string | null =>
  value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);

const verbs: Readonly<Record<string, string>> = {
  'external-system.accept': 'Accepted a system',
  'external-system.reject': 'Rejected a system',
  'external-system.delete': 'Deleted a system',
  'external-system.change': 'Changed a system',
  'external-system.change-policy': 'Changed what a system gets for objects that were not examined',
  'external-system.pre-register': 'Registered a system beforehand',
  'settings.change': 'Changed settings',
  'alert.change': 'Changed an alert',
  'alert.change-many': 'Changed several alerts',
  'alert.download-object': 'Downloaded an object',
  'scan.rescan': 'Had an object scanned again',
  'failed-job.retry': 'Retried a failed job',
  'failed-job.delete': 'Deleted a failed job',
  'operator.add': 'Added an operator',
  'operator.change': 'Changed an operator',
  'operator.delete': 'Deleted an operator',
  'operator.remove': 'Deleted an operator',
  'token.add': 'Made an API token',
  'token.revoke': 'Revoked an API token',
  'session.second-factor-on': 'Switched the second factor on',
  'session.second-factor-off': 'Switched the second factor off',
  'session.open': 'Signed in',
  'session.close': 'Signed out',
};

/** A sentence's beginning for known actions; the bare word for those of newer consoles. */
export const describeAction = (action: string): string => verbs[action] ?? action;
