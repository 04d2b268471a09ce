import { mailPolicyOfSensorSchema, type MailPolicyRecord } from '@sluice/contracts';
import { AddressList, plainAddress } from '@sluice/runtime';
import { z } from 'zod';
import { ChosenSettings, type ChosenEvents } from '../chosen-settings.js';
import type { SkipLists } from './find-skip.js';
import type { MailPolicy } from './mail-policy.js';

/** What a listener does with mail at this moment. */
export interface MailSettings {
  readonly policy: MailPolicy;
  readonly skipLists: SkipLists;
  readonly maxMessageBytes: number;
  /** From the end of the message to its answer. */
  readonly holdMs: number;
}

/** Of the answer to `GET /scans/filters`, which older gateways give without it. */
const filtersSchema = z.object({ mailPolicy: mailPolicyOfSensorSchema.nullish() });

/** What an administrator chose in the console over the listener's options. */
export const chosenMailSettings = (options: MailSettings, events: ChosenEvents) =>
  new ChosenSettings<MailSettings, MailPolicyRecord>({
    ...events,
    options,
    read: (filters) => filtersSchema.parse(filters).mailPolicy ?? null,
    overlay,
  });

function overlay(options: MailSettings, chosen: MailPolicyRecord): MailSettings {
  const { policy, skipLists } = options;
  const clients = chosen.skipClients === undefined ? null : new AddressList(chosen.skipClients);
  return {
    policy: {
      whenDetected: chosen.whenDetected ?? policy.whenDetected,
      whenNotExamined: { ...policy.whenNotExamined, ...chosen.whenNotExamined },
      whenAway: chosen.whenAway ?? policy.whenAway,
    },
    skipLists: {
      senders: lowerCase(chosen.skipSenders) ?? skipLists.senders,
      recipients: lowerCase(chosen.skipRecipients) ?? skipLists.recipients,
      users: lowerCase(chosen.skipUsers) ?? skipLists.users,
      isClient: (address) => clients?.has(plainAddress(address)) ?? skipLists.isClient(address),
    },
    maxMessageBytes: chosen.maxMessageBytes ?? options.maxMessageBytes,
    holdMs: chosen.holdSeconds === undefined ? options.holdMs : chosen.holdSeconds * 1000,
  };
}

const lowerCase = (entries: readonly string[] | undefined): ReadonlySet<string> | null =>
  entries === undefined ? null : new Set(entries.map((entry) => entry.toLowerCase()));
