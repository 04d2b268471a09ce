import { readChannel, type ChannelSettings } from '@sluice/notifications';
import { callWebhook } from '../call-webhooks/call-webhook.js';
import { describeFault, failed, type Outgoing, type SendOutcome } from '../deliver-notices/send-outcome.js';
import type { OpenSecrets } from '../keep-secrets/sealing-key.js';
import { sendMail, type SendMailOptions } from '../send-mail/send-mail.js';
import { sendSyslog } from '../send-syslog/send-syslog.js';
import type { Claimed } from './claim.query.js';

/** Ends an attempt whatever the receiver does. */
export const attemptTimeoutMs = 30_000;
/** Channels end their attempt when told; one that doesn't is not waited for. */
const graceMs = 2000;

/** One attempt over the delivery's channel. Never rejects, and is over within `attemptTimeoutMs` and a little. */
export async function sendToChannel(
  claimed: Claimed,
  outgoing: Outgoing,
  options: SendMailOptions & { readonly openSecrets: OpenSecrets },
): Promise<SendOutcome> {
  const secrets = options.openSecrets(claimed.channelId, claimed.secrets);
  if (secrets === null)
    return failed('a secret of the channel was sealed for another notifier: enter it again');
  const channel = readSettings(claimed, secrets);
  if (channel === null) return failed('the settings of the channel are not complete: save it again');
  const given = new AbortController();
  const timer = setTimeout(
    () => given.abort(new Error(`no answer within ${attemptTimeoutMs / 1000} s`)),
    attemptTimeoutMs,
  );
  const signal = AbortSignal.any([given.signal, options.signal]);
  try {
    return await Promise.race([send(channel, outgoing, { ...options, signal }), afterAbort(signal)]);
  } catch (error) {
    return failed(describeFault(error, signal));
  } finally {
    clearTimeout(timer);
  }
}

function readSettings(claimed: Claimed, secrets: Readonly<Record<string, string>>): ChannelSettings | null {
  try {
    return readChannel(claimed.channelKind, { ...claimed.settings, ...secrets });
  } catch {
    return null;
  }
}

function send(channel: ChannelSettings, outgoing: Outgoing, options: SendMailOptions): Promise<SendOutcome> {
  switch (channel.kind) {
    case 'smtp':
      return sendMail(channel.settings, outgoing, options);
    case 'syslog':
      return sendSyslog(channel.settings, outgoing, options);
    case 'webhook':
      return callWebhook(channel.settings, outgoing, options);
  }
}

function afterAbort(signal: AbortSignal): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const giveUp = () => {
      setTimeout(() => resolve(failed(describeFault(null, signal))), graceMs).unref();
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}
