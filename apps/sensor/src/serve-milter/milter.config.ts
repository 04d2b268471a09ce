import {
  awayActions,
  canBeHeld,
  keepingActions,
  mailActions,
  mailHoldSeconds,
  mailMaxBytes,
  mailReasons,
  type KeepingAction,
} from '@sluice/contracts';
import {
  envAddressList,
  envInteger,
  envList,
  parseHostAndPort,
  plainAddress,
  type HostAndPort,
} from '@sluice/runtime';
import { z } from 'zod';
import { defaultMailPolicy, type MailPolicy } from './mail-policy.js';
import type { MailSettings } from './mail-settings.js';

/** Variables of the milter listener; without SENSOR_MILTER_LISTEN there is none. */
export const milterVariables = {
  /** `HOST:PORT` or `[IPv6]:PORT`. */
  SENSOR_MILTER_LISTEN: z.string().optional().transform(readAddress),
  /** Addresses and networks of MTAs that may connect; empty: all that reach the port. */
  SENSOR_MILTER_FROM: envAddressList(),
  SENSOR_MILTER_SENSOR_ID: z.string().default('mail'),
  SENSOR_MILTER_NAME: z.string().default('mail sensor'),
  SENSOR_MILTER_WHEN_DETECTED: z.enum(mailActions).default(defaultMailPolicy.whenDetected),
  /** `encrypted=quarantine,too-large=reject`; what is not named keeps its default, and `*` names all. */
  SENSOR_MILTER_WHEN_NOT_EXAMINED: z.string().default('').transform(readReasonActions),
  SENSOR_MILTER_WHEN_AWAY: z.enum(awayActions).default(defaultMailPolicy.whenAway),
  /** From the end of a mail to its answer at most. SMTP clients give up after ten minutes, and send again. */
  SENSOR_MILTER_HOLD_SECONDS: envInteger(mailHoldSeconds.min, mailHoldSeconds.max).default(240),
  SENSOR_MILTER_MAX_BYTES: envInteger(mailMaxBytes.min, mailMaxBytes.max).default(100 * 1024 ** 2),
  /** An MTA keeps a connection for each SMTP session. */
  SENSOR_MILTER_MAX_CONNECTIONS: envInteger(1, 10_000).default(2500),
  /** Addresses and `@domains`. Anyone can claim to be a sender: prefer the other lists. */
  SENSOR_MILTER_SKIP_SENDERS: envList().default([]).transform(lowerCase),
  SENSOR_MILTER_SKIP_RECIPIENTS: envList().default([]).transform(lowerCase),
  /** Users that the MTA let in; `*` is each of them. */
  SENSOR_MILTER_SKIP_USERS: envList().default([]).transform(lowerCase),
  /** Addresses and networks of SMTP clients. */
  SENSOR_MILTER_SKIP_CLIENTS: envAddressList(),
} as const;
export type MilterVariables = z.infer<z.ZodObject<typeof milterVariables>>;

/** What holds where an administrator chose nothing in the console. */
export const mailSettingsOf = (config: MilterVariables): MailSettings => ({
  policy: {
    whenDetected: config.SENSOR_MILTER_WHEN_DETECTED,
    whenNotExamined: config.SENSOR_MILTER_WHEN_NOT_EXAMINED,
    whenAway: config.SENSOR_MILTER_WHEN_AWAY,
  },
  skipLists: {
    senders: config.SENSOR_MILTER_SKIP_SENDERS,
    recipients: config.SENSOR_MILTER_SKIP_RECIPIENTS,
    users: config.SENSOR_MILTER_SKIP_USERS,
    isClient: (address) => config.SENSOR_MILTER_SKIP_CLIENTS.has(plainAddress(address)),
  },
  maxMessageBytes: config.SENSOR_MILTER_MAX_BYTES,
  holdMs: config.SENSOR_MILTER_HOLD_SECONDS * 1000,
});

function readAddress(text: string | undefined, context: z.RefinementCtx): HostAndPort | null {
  if (text === undefined) return null;
  const tcp = parseHostAndPort(text);
  if (tcp !== null) return tcp;
  context.addIssue({ code: 'custom', message: 'has to be HOST:PORT or [IPv6]:PORT' });
  return z.NEVER;
}

function readReasonActions(text: string, context: z.RefinementCtx): MailPolicy['whenNotExamined'] {
  const chosen: Record<string, KeepingAction> = { ...defaultMailPolicy.whenNotExamined };
  const items = text.split(',').map((item) => item.trim());
  for (const item of items.filter((one) => one !== '')) {
    const [word = '', verb] = item.split('=').map((part) => part.trim());
    const action = keepingActions.find((one) => one === verb);
    const reasons = word === '*' ? mailReasons : mailReasons.filter((reason) => reason === word);
    if (action === undefined || reasons.length === 0) {
      context.addIssue({ code: 'custom', message: `${item}: ${reasonAdvice}` });
      return z.NEVER;
    }
    const impossible = action === 'hold' ? reasons.filter((reason) => !canBeHeld(reason)) : [];
    if (impossible.length === 1 && word !== '*') {
      context.addIssue({
        code: 'custom',
        message: `${item}: cannot be held, since it is not submitted: choose another action`,
      });
      return z.NEVER;
    }
    for (const reason of reasons) if (!impossible.includes(reason)) chosen[reason] = action;
  }
  return chosen as MailPolicy['whenNotExamined'];
}

const reasonAdvice = `has to be REASON=ACTION; reasons are ${mailReasons.join(', ')} and *, actions ${keepingActions.join(', ')}`;

function lowerCase(entries: readonly string[]): ReadonlySet<string> {
  return new Set(entries.map((entry) => entry.toLowerCase()));
}
