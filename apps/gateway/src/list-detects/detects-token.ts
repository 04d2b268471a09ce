/**
 * Where a caller is in the alerts feed: lowercase hex of `{"offset": <alert id>}`. A public client has the token of
 * offset 0 hard-coded, with exactly this spelling. It says only where to go on and carries no rights.
 */
export const writeDetectsToken = (afterId: number): string =>
  Buffer.from(`{"offset": ${afterId}}`).toString('hex');

const maxTokenLength = 1024;

/** Null: malformed. */
export function readDetectsToken(token: string): number | null {
  if (token.length > maxTokenLength || !/^([0-9a-f]{2})+$/.test(token)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'hex').toString('utf8'));
    if (typeof value !== 'object' || value === null || !('offset' in value)) return null;
    return typeof value.offset === 'number' && Number.isSafeInteger(value.offset) && value.offset >= 0
      ? value.offset
      : null;
  } catch {
    return null;
  }
}
