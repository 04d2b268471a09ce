import { once } from 'node:events';
import type { Socket } from 'node:net';
import { within } from '@sluice/timing';
import { awaitOutcome, type Held } from './await-outcome.js';
import type { Answer, Decision } from './decision.js';
import { encodeAnswer, isRefusal } from './encode-answer.js';
import { encodeEdits } from './encode-edits.js';
import { Macros } from './macros.js';
import type { MilterReport } from './milter-report.js';
import type { ResolvedOptions } from './milter-options.js';
import { InvalidDecisionError, MilterProtocolError } from './milter.errors.js';
import { hasStep, negotiate, type Negotiated } from './negotiate.js';
import { OpenMessage } from './open-message.js';
import { encodePacket, type Packet } from './packet-decoder.js';
import { PacketSource } from './packet-source.js';
import { commandLetters, replyLetters, type MilterCommand, type stepBits } from './protocol.js';
import { readAddress, readConnect, readHeader, readStrings, type MilterClient } from './read-fields.js';

const goOn: Answer = { kind: 'continue' };

/**
 * One MTA's connection: packets in their order, state, answers.
 *
 * | packet                                | state                                            | answer                          |
 * |---------------------------------------|--------------------------------------------------|---------------------------------|
 * | negotiate                             | all anew                                         | the subset                      |
 * | macros                                | kept for their command                           | never                           |
 * | connect, helo                         | of the connection                                | unless agreed otherwise         |
 * | mail                                  | a message that is open is abandoned, one begins  | unless agreed otherwise         |
 * | recipient, header                     | added to the message; later it is out of order   | unless agreed otherwise         |
 * | end-of-headers                        | the handler begins                               | unless agreed otherwise         |
 * | body                                  | to the handler, at its pace                      | unless agreed; skip when unread |
 * | end-of-body                           | the message ends with the decision               | always, after signs of life     |
 * | abort                                 | a message that is open is abandoned              | never                           |
 * | quit-and-new-connection               | all but what was negotiated is forgotten         | never                           |
 * | quit, the connection's end            | a message that is open is abandoned              | never                           |
 */
export class MilterConnection {
  private readonly source: PacketSource;
  private readonly macros = new Macros();
  private negotiated: Negotiated | null = null;
  private client: MilterClient | null = null;
  private helo: string | null = null;
  private message: OpenMessage | null = null;
  private isStopping = false;

  constructor(
    private readonly socket: Socket,
    private readonly options: ResolvedOptions,
  ) {
    this.source = new PacketSource(socket, options.limits.packetBytes);
    // A reader of a body may stand still while packets wait: it is the one to hear first that the MTA is gone.
    this.source.gone.signal.addEventListener('abort', () => this.abandon('the MTA hung up'));
  }

  /** Until the connection ends. Never rejects. */
  async run(): Promise<void> {
    try {
      const { handshakeMs, idleMs } = this.options.limits;
      for (let waitMs = handshakeMs; ; waitMs = idleMs) {
        const packet = await this.source.next(waitMs);
        if (packet === null || packet.command === 'quit') return;
        await this.take(packet);
        if (packet.command !== 'macros') this.macros.commandIsOver();
        if (this.isStopping && this.message === null) return;
      }
    } catch (error) {
      if (!(error instanceof MilterProtocolError)) throw error;
      this.report({ kind: 'protocol-error', peer: this.socket.remoteAddress ?? 'a local socket', error });
    } finally {
      this.abandon('the connection ended');
      // What was answered last is still on its way; an MTA that does not read it is not waited for.
      this.socket.setTimeout(this.options.limits.handshakeMs, () => this.socket.destroy());
      this.socket.destroySoon();
    }
  }

  /** No further message: the connection ends now, or with the answer to the message that is open. */
  stop(): void {
    this.isStopping = true;
    if (this.message === null) this.socket.destroy();
  }

  private async take({ command, data }: Packet): Promise<void> {
    switch (command) {
      case 'negotiate':
        return this.negotiate(data);
      case 'macros':
        return this.macros.take(data);
      case 'connect':
        return this.connect(data);
      case 'helo':
        this.helo = readStrings(data)[0] ?? null;
        return this.answer('noReplyToHelo', goOn);
      case 'mail':
        return this.mail(data);
      case 'recipient':
        return this.recipient(data);
      case 'data':
        return this.answer('noReplyToData', goOn);
      case 'unknown':
        return this.answer('noReplyToUnknown', goOn);
      case 'header':
        this.gathering().addHeader(readHeader(data));
        return this.answer('noReplyToHeader', goOn);
      case 'end-of-headers':
        this.begin();
        return this.answer('noReplyToEndOfHeaders', goOn);
      case 'body':
        return this.body(data);
      case 'end-of-body':
        return this.endOfBody(data);
      case 'abort':
        return this.abandon('the MTA aborted it');
      case 'quit-and-new-connection':
        return this.forget();
      case 'quit':
        return;
    }
  }

  private async negotiate(data: Buffer): Promise<void> {
    this.forget();
    this.negotiated = negotiate(data, this.options);
    await this.write(encodePacket(commandLetters.negotiate, this.negotiated.answer));
  }

  private async connect(data: Buffer): Promise<void> {
    this.client = readConnect(data);
    this.helo = null;
    const { checkClient } = this.options.handlers;
    const client = this.client;
    await this.answer('noReplyToConnect', await this.ask(() => checkClient?.(client)));
  }

  private async mail(data: Buffer): Promise<void> {
    this.abandon('the MTA began another', 'mail');
    const message = new OpenMessage(
      {
        client: this.client,
        helo: this.helo,
        actions: this.agreed().actions,
        macro: (name) => this.macros.get(name),
      },
      readAddress(data),
      this.options.limits,
    );
    this.message = message;
    const answer = await this.ask(() => this.options.handlers.checkSender?.(message));
    if (answer.kind !== 'continue') this.message = null;
    await this.answer('noReplyToMail', answer);
  }

  private async recipient(data: Buffer): Promise<void> {
    const message = this.gathering();
    const recipient = readAddress(data);
    const answer = await this.ask(() => this.options.handlers.checkRecipient?.(recipient, message));
    // One that is refused is only left out; accepting or discarding at a recipient is about the message.
    if (answer.kind === 'continue') message.addRecipient(recipient);
    else if (!isRefusal(answer)) this.message = null;
    await this.answer('noReplyToRecipient', answer);
  }

  private begin(): void {
    this.open().begin(
      (message) => this.options.handlers.handleMessage(message),
      hasStep(this.agreed().steps, 'leadingSpace'),
    );
  }

  private async body(data: Buffer): Promise<void> {
    const message = this.open();
    this.begin();
    await message.addBody(data);
    if (message.isRead && hasStep(this.agreed().steps, 'skip')) {
      return this.write(encodePacket(replyLetters.skip));
    }
    await this.answer('noReplyToBody', goOn);
  }

  /** Sendmail may send the last of a body with its end. */
  private async endOfBody(data: Buffer): Promise<void> {
    const message = this.open();
    this.begin();
    if (data.length > 0) await message.addBody(data);
    message.endBody();
    const { progressMs, holdMs } = this.options.limits;
    const held = await awaitOutcome(message.outcome ?? Promise.reject(new Error('it was begun above')), {
      progressMs,
      holdMs,
      gone: this.source.gone.signal,
      sendProgress: () => this.socket.write(encodePacket(replyLetters.progress)),
    });
    if (held.kind === 'gone') return;
    const { queueId } = message;
    const packets = this.encodeDecision(message, this.decisionOf(held, message));
    this.message = null;
    this.macros.forgetMessage();
    if (held.kind === 'too-slow') message.abandon('its handler took too long');
    for (const packet of packets ?? [encodeAnswer(this.options.whenFailed)]) await this.write(packet);
    if (this.source.gone.signal.aborted) return this.report({ kind: 'message-abandoned', queueId });
    if (held.kind === 'decided' && packets !== null) this.options.handlers.onAnswered?.(message);
  }

  private decisionOf(held: Exclude<Held, { kind: 'gone' }>, { queueId }: OpenMessage): Decision {
    switch (held.kind) {
      case 'decided':
        return held.decision;
      case 'failed':
        this.report({ kind: 'handler-failed', queueId, error: held.error });
        return { answer: this.options.whenFailed };
      case 'limit-exceeded':
        this.report({ kind: 'limit-exceeded', queueId, limit: held.limit });
        return { answer: this.options.whenLimitExceeded };
      case 'too-slow':
        this.report({ kind: 'handler-too-slow', queueId });
        return { answer: this.options.whenFailed };
    }
  }

  /** Null, and reported, for a decision that cannot be sent. */
  private encodeDecision(message: OpenMessage, { answer, edits = [] }: Decision): Buffer[] | null {
    try {
      if (edits.length > 0 && answer.kind !== 'continue' && answer.kind !== 'accept') {
        throw new InvalidDecisionError('a message that is not taken is not edited');
      }
      const { actions, steps } = this.agreed();
      const hasLeadingSpace = hasStep(steps, 'leadingSpace');
      const context = { actions, headers: message.headers, hasLeadingSpace };
      return [...encodeEdits(edits, context), encodeAnswer(answer)];
    } catch (error) {
      this.report({ kind: 'handler-failed', queueId: message.queueId, error });
      return null;
    }
  }

  /** A handler's answer before the message; what it throws is `whenFailed`. */
  private async ask(check: () => Promise<Answer> | undefined): Promise<Answer> {
    try {
      return (await check()) ?? goOn;
    } catch (error) {
      this.report({ kind: 'handler-failed', queueId: this.macros.get('i') ?? null, error });
      return this.options.whenFailed;
    }
  }

  private async answer(unless: keyof typeof stepBits, answer: Answer): Promise<void> {
    if (!hasStep(this.agreed().steps, unless)) await this.write(encodeAnswer(answer));
  }

  /** Waits for an MTA that reads slowly, but not for ever. */
  private async write(packet: Buffer): Promise<void> {
    if (!this.socket.writable || this.socket.write(packet)) return;
    const signal = this.source.gone.signal;
    const drained = once(this.socket, 'drain', { signal }).catch(() => undefined);
    if ((await within(this.options.limits.idleMs, drained)) === 'late') {
      throw new MilterProtocolError('idle', 'the MTA did not read its answer');
    }
  }

  private abandon(why: string, next?: MilterCommand): void {
    const { message } = this;
    this.message = null;
    this.macros.forgetMessage(next);
    if (message === null) return;
    const { queueId } = message;
    message.abandon(why);
    if (message.outcome !== null) this.report({ kind: 'message-abandoned', queueId });
  }

  private forget(): void {
    this.abandon('the MTA began another connection');
    this.macros.forgetAll();
    this.client = null;
    this.helo = null;
  }

  private open(): OpenMessage {
    if (this.message !== null) return this.message;
    throw new MilterProtocolError('out-of-order', 'a piece of a message that was not begun');
  }

  /** What came later would be no part of what the handler was shown, and of what it decides on. */
  private gathering(): OpenMessage {
    const message = this.open();
    if (message.outcome === null) return message;
    throw new MilterProtocolError('out-of-order', 'a recipient or a header behind the end of the headers');
  }

  private agreed(): Negotiated {
    if (this.negotiated !== null) return this.negotiated;
    throw new MilterProtocolError('out-of-order', 'nothing was negotiated yet');
  }

  private report(report: MilterReport): void {
    this.options.report(report);
  }
}
