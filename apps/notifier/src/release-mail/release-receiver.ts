import { isIP } from 'node:net';
import { z } from 'zod';

/** Where released mail goes to: an SMTP server that takes it without asking a sensor again. */
export interface ReleaseReceiver {
  readonly host: string;
  readonly port: number;
  /** `none` is for a server on this machine. */
  readonly security: 'none' | 'starttls' | 'tls';
  readonly username: string | null;
  readonly password: string | null;
}

const securities = ['none', 'starttls'] as const;

/**
 * `smtp://HOST:PORT` or `smtps://HOST:PORT`, with `USER:PASSWORD@` where it asks for a login. Over `smtp:` what goes to
 * another machine goes through STARTTLS, what stays here does not; `?security=none` or `?security=starttls` says otherwise.
 */
export const releaseReceiverSchema = z.string().transform((text, context): ReleaseReceiver => {
  const receiver = parseReceiver(text);
  if (typeof receiver !== 'string') return receiver;
  context.addIssue({ code: 'custom', message: receiver });
  return z.NEVER;
});

/** What is wrong with it, in words, when something is. */
function parseReceiver(text: string): ReleaseReceiver | string {
  if (!URL.canParse(text)) return 'has to be smtp://HOST:PORT';
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!['smtp:', 'smtps:'].includes(url.protocol) || host === '')
    return 'has to be smtp://HOST:PORT or smtps://HOST:PORT';
  const wanted = url.searchParams.get('security');
  const security = securities.find((one) => one === wanted);
  if (wanted !== null && (security === undefined || url.protocol === 'smtps:'))
    return 'security is none or starttls, and of smtp:// only';
  const isTls = url.protocol === 'smtps:';
  return {
    host,
    port: url.port === '' ? (isTls ? 465 : 25) : Number(url.port),
    security: isTls ? 'tls' : (security ?? (isLoopback(host) ? 'none' : 'starttls')),
    username: url.username === '' ? null : decodeURIComponent(url.username),
    password: url.password === '' ? null : decodeURIComponent(url.password),
  };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
