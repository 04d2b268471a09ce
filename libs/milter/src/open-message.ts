import type { Readable } from 'node:stream';
import type { Decision } from './decision.js';
import { MessageContent } from './message-content.js';
import type { EnvelopeAddress, MessageLimit, MilterLimits, MilterMessage } from './milter-message.js';
import { MessageAbandonedError } from './milter.errors.js';
import type { MilterAction } from './protocol.js';
import type { Header, MilterClient } from './read-fields.js';

/** How a handler ended. */
export type Outcome =
  | { readonly kind: 'decided'; readonly decision: Decision }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'limit-exceeded'; readonly limit: MessageLimit };

/** What the connection knows when a message begins. */
export interface MessageOrigin {
  readonly client: MilterClient | null;
  readonly helo: string | null;
  readonly actions: ReadonlySet<MilterAction>;
  readonly macro: (name: string) => string | undefined;
}

/** One message from its sender to its answer. */
export class OpenMessage implements MilterMessage {
  readonly client: MilterClient | null;
  readonly helo: string | null;
  readonly actions: ReadonlySet<MilterAction>;
  readonly recipients: EnvelopeAddress[] = [];
  readonly headers: Header[] = [];
  private readonly body = new MessageContent();
  private readonly abandoned = new AbortController();
  private envelopeBytes = 0;
  private headerBytes = 0;
  private exceeded: MessageLimit | null = null;
  private running: Promise<Outcome> | null = null;

  constructor(
    private readonly origin: MessageOrigin,
    readonly sender: EnvelopeAddress,
    private readonly limits: MilterLimits,
  ) {
    this.client = origin.client;
    this.helo = origin.helo;
    this.actions = origin.actions;
    this.countEnvelope(sender);
  }

  get content(): Readable {
    return this.body.stream;
  }
  get signal(): AbortSignal {
    return this.abandoned.signal;
  }
  get queueId(): string | null {
    return this.macro('i') ?? null;
  }
  macro(name: string): string | undefined {
    return this.origin.macro(name);
  }

  /** Undefined until the headers are complete. */
  get outcome(): Promise<Outcome> | null {
    return this.running;
  }
  /** What else comes of the body is of no use. */
  get isRead(): boolean {
    return this.running !== null && this.body.isReleased;
  }

  addRecipient(recipient: EnvelopeAddress): void {
    if (this.recipients.length >= this.limits.recipients) this.exceeded ??= 'recipients';
    this.countEnvelope(recipient);
    if (this.exceeded === null) this.recipients.push(recipient);
  }

  addHeader(header: Header): void {
    this.headerBytes += header.name.length + header.value.length;
    if (this.headers.length >= this.limits.headers) this.exceeded ??= 'headers';
    if (this.headerBytes > this.limits.headerBytes) this.exceeded ??= 'headerBytes';
    if (this.exceeded === null) this.headers.push(header);
  }

  /** The headers are complete. A message of which something was left out is shown to no one: what is not known is not judged. */
  begin(handle: (message: MilterMessage) => Promise<Decision>, hasLeadingSpace: boolean): void {
    if (this.running !== null) return;
    if (this.exceeded !== null) {
      this.body.release();
      this.running = Promise.resolve({ kind: 'limit-exceeded', limit: this.exceeded });
      return;
    }
    this.body.writeHeaders(this.headers, hasLeadingSpace);
    this.running = settle(Promise.resolve(this).then(handle)).finally(() => this.body.release());
  }

  async addBody(chunk: Buffer): Promise<void> {
    if ((await this.body.write(chunk, this.limits.holdMs)) === 'taken') return;
    this.abandon(`its content was not read for ${this.limits.holdMs / 1000} s`);
  }

  endBody(): void {
    this.body.end();
  }

  abandon(why: string): void {
    const error = new MessageAbandonedError(`The message was abandoned: ${why}.`);
    this.abandoned.abort(error);
    this.body.release(error);
  }

  private countEnvelope({ address, parameters }: EnvelopeAddress): void {
    this.envelopeBytes += address.length + parameters.reduce((sum, one) => sum + one.length, 0);
    if (this.envelopeBytes > this.limits.envelopeBytes) this.exceeded ??= 'envelopeBytes';
  }
}

function settle(decision: Promise<Decision>): Promise<Outcome> {
  return decision.then(
    (value): Outcome => ({ kind: 'decided', decision: value }),
    (error: unknown): Outcome => ({ kind: 'failed', error }),
  );
}
