import type { Readable } from 'node:stream';
import type { Decision, Answer } from './decision.js';
import type { MilterAction } from './protocol.js';
import type { Header, MilterClient } from './read-fields.js';

export interface EnvelopeAddress {
  /** Without brackets; empty for the sender of a bounce. */
  readonly address: string;
  /** ESMTP parameters, such as `SIZE=1000`. */
  readonly parameters: readonly string[];
}

/** What is known of a message before its headers. */
export interface MilterEnvelope {
  /** Null when the MTA sent none. */
  readonly client: MilterClient | null;
  readonly helo: string | null;
  readonly sender: EnvelopeAddress;
  /** Those that were taken so far. */
  readonly recipients: readonly EnvelopeAddress[];
  /** The value of a macro that the MTA sent last; names go without braces. */
  macro(name: string): string | undefined;
  /** Postfix has one only after the first recipient. */
  readonly queueId: string | null;
  /** Edits that this MTA allows. */
  readonly actions: ReadonlySet<MilterAction>;
}

export interface MilterMessage extends MilterEnvelope {
  readonly headers: readonly Header[];
  /**
   * The message as the MTA has it: lines end in CRLF, headers folded as they came. Its own `Received` is not in it. Ends in an
   * error when the message is abandoned. Nothing is read ahead of it but some hundred KB: the MTA waits.
   */
  readonly content: Readable;
  /** Aborted when the answer would reach no one: the MTA hung up, or began another message. */
  readonly signal: AbortSignal;
}

/** What a filter does. Anything it throws becomes `whenFailed`. */
export interface MilterHandlers {
  /** Called at the end of the headers; its decision is sent at the end of the body. */
  handleMessage(message: MilterMessage): Promise<Decision>;
  /**
   * The decision on `message` was sent, whole. Not when the MTA left before, nor when `whenFailed` was sent in its place: those are
   * reported. Must not throw.
   */
  onAnswered?(message: MilterMessage): void;
  /** Each of these makes the MTA wait for an answer where it would go on otherwise. */
  checkClient?(client: MilterClient): Promise<Answer>;
  checkSender?(envelope: MilterEnvelope): Promise<Answer>;
  checkRecipient?(recipient: EnvelopeAddress, envelope: MilterEnvelope): Promise<Answer>;
}

/** Bounds of what an MTA can make the filter keep, and for how long. */
export interface MilterLimits {
  /** Further ones are closed at once. Default 2,500. */
  readonly connections: number;
  /** Of one packet. Default 1 MiB and one byte for its command. */
  readonly packetBytes: number;
  /** Of a message's sender and recipients with their parameters. Default 2 MiB. */
  readonly envelopeBytes: number;
  /** Default 10,000. */
  readonly recipients: number;
  /** Default 4 MiB. */
  readonly headerBytes: number;
  /** Default 10,000. */
  readonly headers: number;
  /** Until the first packet. Default 30 s. */
  readonly handshakeMs: number;
  /** Between two packets. Default 15 minutes: an SMTP client may take its time between two mails. */
  readonly idleMs: number;
  /** From the end of the body to the decision; also for a reader of the content that stands still. Default 300 s. */
  readonly holdMs: number;
  /** Between two signs of life while the MTA waits for a decision. Default 10 s. */
  readonly progressMs: number;
}

export const defaultLimits: MilterLimits = {
  connections: 2_500,
  packetBytes: 1024 * 1024 + 1,
  envelopeBytes: 2 * 1024 * 1024,
  recipients: 10_000,
  headerBytes: 4 * 1024 * 1024,
  headers: 10_000,
  handshakeMs: 30_000,
  idleMs: 900_000,
  holdMs: 300_000,
  progressMs: 10_000,
};

export type MessageLimit = 'envelopeBytes' | 'recipients' | 'headerBytes' | 'headers';
