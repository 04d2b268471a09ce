import { signWebhook, webhookBody, type WebhookSettings } from '@sluice/notifications';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import {
  delivered,
  describeFault,
  failed,
  type Outgoing,
  type SendOptions,
  type SendOutcome,
} from '../deliver-notices/send-outcome.js';
import { findReceiver, resolveName, type Address, type Resolve } from './find-receiver.js';

/** Of the answer, shown to operators. The rest is not read. */
const maxAnswerBytes = 2048;
const answerTimeoutMs = 2000;
const longestPauseMs = 3600_000;

/**
 * Calls a webhook as the Standard Webhooks specification says. Never rejects.
 *
 * | the receiver                        | outcome                                              |
 * |-------------------------------------|------------------------------------------------------|
 * | 2xx                                 | delivered                                            |
 * | 3xx                                 | failed: redirects are not followed                   |
 * | anything else, or no answer in time | failed, tried again; `Retry-After` up to an hour kept |
 * | not at an address that may be called | failed, not called                                  |
 */
export async function callWebhook(
  settings: WebhookSettings,
  outgoing: Outgoing,
  options: SendOptions & { readonly resolve?: Resolve },
): Promise<SendOutcome> {
  try {
    const { secret } = settings;
    if (secret === null) return failed('not called: the channel has no secret to sign with');
    const url = new URL(settings.url);
    const found = await findReceiver(
      url.hostname,
      settings.allowPrivateAddresses,
      options.resolve ?? resolveName,
    );
    if (found.kind === 'refused') return failed(found.reason);
    const answer = await post(url, { settings, secret, outgoing, options, addresses: found.addresses });
    return outcomeOf(answer, await beginningOf(answer));
  } catch (error) {
    return failed(describeFault(error, options.signal));
  }
}

interface Call {
  readonly settings: WebhookSettings;
  readonly secret: string;
  readonly outgoing: Outgoing;
  readonly options: SendOptions;
  readonly addresses: readonly Address[];
}

function post(url: URL, { settings, secret, outgoing, options, addresses }: Call): Promise<IncomingMessage> {
  const body = JSON.stringify(webhookBody(outgoing.notice, options.consoleUrl));
  const signed = signWebhook({ secret, id: outgoing.notice.id, atMs: Date.now(), body });
  return new Promise((resolve, reject) => {
    const call = request(url, {
      method: 'POST',
      agent: false,
      lookup: lookupOf(addresses),
      minVersion: 'TLSv1.2',
      ...(settings.ca === null ? {} : { ca: settings.ca }),
      ...(settings.clientCertificate === null ? {} : { cert: settings.clientCertificate }),
      ...(settings.clientKey === null ? {} : { key: settings.clientKey }),
      signal: options.signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': `Sluice/${options.version}`,
        ...signed,
      },
    });
    call.on('response', resolve);
    call.on('error', reject);
    call.end(body);
  });
}

/** Answers with what was checked, however often and for whatever it is asked. */
function lookupOf(addresses: readonly Address[]): LookupFunction {
  return (_name, { all }, callback) => {
    const first = addresses[0];
    if (all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** The first bytes of the answer, for operators; whatever happens to the rest doesn't matter. */
function beginningOf(answer: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const finish = () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8'));
      answer.destroy();
    };
    const timer = setTimeout(finish, answerTimeoutMs);
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes >= maxAnswerBytes) finish();
    });
    answer.on('end', finish);
    answer.on('error', finish);
    answer.on('close', finish);
  });
}

function outcomeOf(answer: IncomingMessage, text: string): SendOutcome {
  const status = answer.statusCode ?? 0;
  const line = `HTTP ${status} ${answer.statusMessage ?? ''}`.trim();
  const shown = text.trim() === '' ? line : `${line}: ${text}`;
  if (status >= 200 && status < 300) return delivered(shown);
  if (status >= 300 && status < 400) return failed(`${line}: redirects are not followed`);
  return failed(shown, { retryAfterMs: pauseOf(answer.headers['retry-after']) });
}

function pauseOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  const pauseMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(pauseMs) && pauseMs > 0 ? Math.min(pauseMs, longestPauseMs) : null;
}
