import { mailPolicyOfSensorSchema, type MailPolicyOfSensor, type MailPolicyRecord } from '@sluice/contracts';
import { AddressList, plainAddress } from '@sluice/runtime';
import { z } from 'zod';
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

interface ChosenDeps {
  /** The listener's options: what holds where an administrator chose nothing. */
  readonly options: MailSettings;
  /** Null: from here on there is none, and the options hold. */
  readonly onVersion: (version: number | null) => void;
  /** The policy cannot be understood; what held before holds on. */
  readonly onFault: (error: unknown) => void;
}

/**
 * The policy an administrator chose in the console, over the listener's options. What was chosen last holds while gateways
 * are away; a sensor that is started meanwhile knows only its options.
 */
export class ChosenSettings {
  private version: number | null = null;
  private isFaulty = false;
  private settings: MailSettings;

  constructor(private readonly deps: ChosenDeps) {
    this.settings = deps.options;
  }

  get current(): MailSettings {
    return this.settings;
  }

  /** `filters`: what a gateway answered to this sensor while it is accepted. */
  learn(filters: unknown): void {
    try {
      const chosen = filtersSchema.parse(filters).mailPolicy ?? null;
      if ((chosen?.version ?? null) !== this.version) this.take(chosen);
      this.isFaulty = false;
    } catch (error) {
      // Learned every few seconds: said once.
      if (!this.isFaulty) this.deps.onFault(error);
      this.isFaulty = true;
    }
  }

  private take(chosen: MailPolicyOfSensor | null): void {
    const { options, onVersion } = this.deps;
    this.settings = chosen === null ? options : overlay(options, chosen.policy);
    this.version = chosen?.version ?? null;
    onVersion(this.version);
  }
}

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
