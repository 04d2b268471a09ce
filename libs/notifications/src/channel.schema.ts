import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';
import { mailAddressSchema } from './mail-address.schema.js';
import { isWebhookSecret } from './sign-webhook.js';

export const channelKinds = ['smtp', 'syslog', 'webhook'] as const;
export type ChannelKind = (typeof channelKinds)[number];

const hostLabel = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
const host = z
  .string()
  .trim()
  .max(253)
  .refine((text) => isIP(text) !== 0 || isHostName(text), 'is neither a host name nor an address');
const port = z.int().min(1).max(65535);
const pem = (what: string, isValid: (text: string) => boolean) =>
  z
    .string()
    .max(64 * 1024)
    .refine(isValid, `is no ${what} in PEM`)
    .nullable()
    .default(null);
/** Authorities to trust instead of the system's. */
const ca = pem('certificate', hasCertificates);
const clientCertificate = pem('certificate', hasCertificates);
const clientKey = pem('private key', isPrivateKey);

/** Settings as they are given, secrets among them. */
export const channelSettingsSchemas = {
  smtp: z.strictObject({
    host,
    port: port.default(587),
    /** `none` never encrypts, `starttls` refuses to go on without, `tls` encrypts from the start. */
    security: z.enum(['none', 'starttls', 'tls']).default('starttls'),
    username: z.string().max(256).nullable().default(null),
    password: z.string().max(1024).nullable().default(null),
    from: mailAddressSchema,
    ca,
  }),
  syslog: z.strictObject({
    host,
    port: port.default(6514),
    transport: z.enum(['udp', 'tcp', 'tls']).default('tls'),
    format: z.enum(['cef', 'json']).default('cef'),
    ca,
    clientCertificate,
    clientKey,
  }),
  webhook: z.strictObject({
    url: z.string().trim().max(2048).superRefine(checkUrl),
    secret: z
      .string()
      .refine(isWebhookSecret, 'has to be whsec_ and base64 of 24 to 64 bytes')
      .nullable()
      .default(null),
    ca,
    clientCertificate,
    clientKey,
    allowPrivateAddresses: z.boolean().default(false),
  }),
} as const;

/** Names of what is sealed and never read back. */
export const channelSecretNames = {
  smtp: ['password'],
  syslog: ['clientKey'],
  webhook: ['secret', 'clientKey'],
} as const satisfies Record<ChannelKind, readonly string[]>;

export type SmtpSettings = z.infer<typeof channelSettingsSchemas.smtp>;
export type SyslogSettings = z.infer<typeof channelSettingsSchemas.syslog>;
export type WebhookSettings = z.infer<typeof channelSettingsSchemas.webhook>;

export type ChannelSettings =
  | { readonly kind: 'smtp'; readonly settings: SmtpSettings }
  | { readonly kind: 'syslog'; readonly settings: SyslogSettings }
  | { readonly kind: 'webhook'; readonly settings: WebhookSettings };

/** Stored settings and opened secrets put together again. Throws ZodError when they don't fit. */
export function readChannel(kind: ChannelKind, values: Readonly<Record<string, unknown>>): ChannelSettings {
  switch (kind) {
    case 'smtp':
      return { kind, settings: channelSettingsSchemas.smtp.parse(values) };
    case 'syslog':
      return { kind, settings: channelSettingsSchemas.syslog.parse(values) };
    case 'webhook':
      return { kind, settings: channelSettingsSchemas.webhook.parse(values) };
  }
}

export const channelNameSchema = z.string().trim().min(1).max(100);

function isHostName(text: string): boolean {
  return text.split('.').every((label) => hostLabel.test(label));
}

function checkUrl(text: string, context: z.RefinementCtx): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const problem =
    url === null || url.hostname === ''
      ? 'is no address'
      : url.protocol !== 'https:'
        ? 'has to be an https:// address'
        : url.username !== '' || url.password !== ''
          ? 'may not hold a user name or password'
          : null;
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
}

function hasCertificates(text: string): boolean {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.length > 0 && blocks.every((block) => succeeds(() => new X509Certificate(block)));
}

function isPrivateKey(text: string): boolean {
  return succeeds(() => createPrivateKey(text));
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
