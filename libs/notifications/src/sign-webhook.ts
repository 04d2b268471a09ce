import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';
/** Standard Webhooks: a key of 24 to 64 bytes. */
const keyBytes = { min: 24, max: 64 } as const;

/** Bytes of the key in `whsec_…`; null when it is none. */
function keyOf(secret: string): Buffer | null {
  if (!secret.startsWith(prefix)) return null;
  const encoded = secret.slice(prefix.length);
  const key = Buffer.from(encoded, 'base64');
  const isBase64 = key.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  return isBase64 && key.length >= keyBytes.min && key.length <= keyBytes.max ? key : null;
}

export const isWebhookSecret = (text: string): boolean => keyOf(text) !== null;
export const createWebhookSecret = (): string => `${prefix}${randomBytes(32).toString('base64')}`;

export interface SignedHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/**
 * Headers of the Standard Webhooks specification: HMAC-SHA-256 over `<id>.<seconds>.<body>`, version `v1`. The time is
 * that of the attempt, so that receivers can refuse old ones; the id stays the same.
 */
export function signWebhook(options: {
  readonly secret: string;
  readonly id: string;
  readonly atMs: number;
  readonly body: string;
}): SignedHeaders {
  const key = keyOf(options.secret);
  if (key === null) throw new TypeError('not a webhook secret');
  const seconds = String(Math.floor(options.atMs / 1000));
  const digest = createHmac('sha256', key)
    .update(`${options.id}.${seconds}.${options.body}`, 'utf8')
    .digest('base64');
  return {
    'webhook-id': options.id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${digest}`,
  };
}
