import type { Duplex } from 'node:stream';
import { ByteReader } from './byte-reader.js';
import type { ClamdHandler } from './clamd-handler.js';
import type { ClamdLimit, ClamdLimits } from './clamd-limits.js';
import { commandList, dispatch } from './commands.js';
import { readCommand, terminatorOf } from './read-command.js';
import type { CommandForm, ReadCommand } from './read-command.js';
import { receiveStream } from './receive-stream.js';
import type { Received } from './receive-stream.js';
import { replyText } from './replies.js';
import type { ScanReply } from './replies.js';
import { StreamBody } from './stream-body.js';

export interface ConnectionOptions {
  readonly handler: ClamdHandler;
  readonly limits: ClamdLimits;
  readonly describeLoad: () => string;
  /** Streams on their way of all connections. */
  readonly scansInFlight: () => number;
  readonly onScan: (change: 1 | -1) => void;
  readonly onLimit: (limit: ClamdLimit) => void;
}

/** Answers that a client has not taken yet. */
const maxUnreadBytes = 64 * 1024;
const unreadCheckMs = 50;

type Said = Extract<ReadCommand, { kind: 'command' }>;

/**
 * One client (clamd's session.c). Outside a session: one command, its answer, the end. Between IDSESSION and END:
 * commands one after another, each counted from 1, answered by its number as soon as the answer is known.
 */
export class Connection {
  private readonly reader: ByteReader;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly bodies = new Set<StreamBody>();
  private isInSession = false;
  private isStopping = false;
  private commandCount = 0;

  constructor(
    private readonly socket: Duplex,
    private readonly options: ConnectionOptions,
  ) {
    this.reader = new ByteReader(socket);
    // A reset says what the close says.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const body of this.bodies) body.cut('gone');
    });
  }

  /** Until the connection is over. Never rejects. */
  async serve(): Promise<void> {
    while ((await this.serveNext()) === 'go-on');
    await this.answered();
    await this.close();
  }

  /** Answers what is on its way, and takes no more. */
  stop(): void {
    this.isStopping = true;
    void this.leave();
  }

  /** Not `close`: whoever reads at this moment learns it by the client's end, or by the socket's. */
  private async leave(): Promise<void> {
    await this.answered();
    this.socket.end();
    setTimeout(() => this.socket.destroy(), this.options.limits.lingerMs).unref();
  }

  private async answered(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
  }

  private async serveNext(): Promise<'go-on' | 'done'> {
    while (this.hasEnough()) await Promise.race(this.inFlight);
    if (this.isStopping || !(await this.isRead())) return 'done';
    const said = await this.readNext();
    switch (said.kind) {
      case 'silent':
        return 'done';
      case 'timeout':
        this.options.onLimit('command-time');
        this.write('COMMAND READ TIMED OUT', said.form);
        return 'done';
      case 'too-long':
        this.options.onLimit('command-length');
        this.write('UNKNOWN COMMAND', said.form);
        return 'done';
      case 'command':
        return this.answer(said);
    }
  }

  /** Each stream is memory and a request: many sessions that each send many would be more of them than there are connections. */
  private hasEnough(): boolean {
    const { limits, scansInFlight } = this.options;
    const ownCount = this.inFlight.size;
    return ownCount >= limits.maxPipelined || (ownCount > 0 && scansInFlight() >= limits.maxScans);
  }

  /** A client that asks and does not read is asked for nothing more, and let go after a while. */
  private async isRead(): Promise<boolean> {
    const deadlineMs = performance.now() + this.options.limits.streamIdleMs;
    while (this.socket.writableLength > maxUnreadBytes && !this.socket.destroyed) {
      if (performance.now() > deadlineMs) {
        this.options.onLimit('unread');
        this.socket.destroy();
      } else await new Promise((resolve) => setTimeout(resolve, unreadCheckMs));
    }
    return !this.socket.destroyed;
  }

  private async readNext(): Promise<ReadCommand> {
    const { limits } = this.options;
    if (!this.isInSession) return readCommand(this.reader, limits, limits.commandReadMs);
    // A session that waits for an answer is not idle.
    for (;;) {
      const wasWaiting = this.inFlight.size > 0;
      const said = await readCommand(this.reader, limits, limits.sessionIdleMs);
      if (said.kind !== 'silent' || !wasWaiting || this.socket.destroyed || this.socket.readableEnded)
        return said;
      if (this.isStopping) return said;
    }
  }

  private async answer(said: Said): Promise<'go-on' | 'done'> {
    const decided = dispatch({ ...said, isBare: said.form === 'bare' }, this.isInSession);
    if (this.isInSession) this.commandCount += 1;
    const number = this.commandCount;
    const say = (text: string): void => this.write(text, said.form, number);
    const goOn = this.isInSession ? 'go-on' : 'done';
    if (decided.kind === 'not-a-stream') {
      say(replyText(this.options.handler.answerCut('not-a-stream'), decided.label));
      return 'done';
    }
    if (decided.kind === 'refuse') {
      say(decided.text);
      return 'done';
    }
    switch (decided.command) {
      case 'PING':
        say('PONG');
        return goOn;
      case 'VERSION':
        say(this.options.handler.version());
        return goOn;
      case 'VERSIONCOMMANDS':
        say(`${this.options.handler.version()}| COMMANDS: ${commandList}`);
        return goOn;
      case 'STATS':
        say(this.options.describeLoad());
        return goOn;
      case 'IDSESSION':
        this.isInSession = true;
        return 'go-on';
      case 'END':
        return 'done';
      case 'INSTREAM': {
        const received = await this.takeStream(say);
        return received === 'whole' || received === 'too-large' ? goOn : 'done';
      }
    }
  }

  /** Resolves when the stream was read; its answer follows when it is known. */
  private async takeStream(say: (text: string) => void): Promise<Received> {
    const { limits, onScan, onLimit } = this.options;
    const body = new StreamBody();
    this.bodies.add(body);
    onScan(1);
    const judged = this.judge(body);
    const received = receiveStream(this.reader, body, limits);
    const answered = Promise.all([judged, received]).then(([reply, how]) => {
      this.bodies.delete(body);
      onScan(-1);
      if (how !== 'gone' && how !== 'whole')
        onLimit(cutOf(how) === 'stalled' ? 'stream-time' : 'stream-length');
      if (how !== 'gone')
        say(replyText(how === 'whole' ? reply : this.options.handler.answerCut(cutOf(how))));
    });
    this.inFlight.add(answered);
    void answered.finally(() => this.inFlight.delete(answered));
    return received;
  }

  /** Never rejects. */
  private async judge(body: StreamBody): Promise<ScanReply> {
    try {
      return await this.options.handler.scan(body);
    } catch (error) {
      return this.options.handler.answerFault(error);
    } finally {
      body.drop();
    }
  }

  private write(text: string, form: CommandForm, number = 0): void {
    if (this.socket.writable)
      this.socket.write(`${number > 0 ? `${number}: ` : ''}${text}${terminatorOf(form)}`);
  }

  /** Says all, then ends: an answer is not taken back by a reset while the client still sends. */
  private async close(): Promise<void> {
    if (this.socket.destroyed) return;
    this.socket.end();
    const deadlineMs = performance.now() + this.options.limits.lingerMs;
    let read = await this.reader.more(this.options.limits.lingerMs);
    let drainedBytes = 0;
    while (read === 'bytes' && drainedBytes < this.options.limits.maxStreamBytes) {
      drainedBytes += this.reader.take(Infinity).length;
      read = await this.reader.more(Math.max(0, deadlineMs - performance.now()));
    }
    this.socket.destroy();
  }
}

const cutOf = (how: Exclude<Received, 'whole' | 'gone'>): 'too-large' | 'stalled' =>
  how === 'stalled' ? 'stalled' : 'too-large';
