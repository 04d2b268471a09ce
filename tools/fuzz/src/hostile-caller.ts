import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ClientCertificate } from '@sluice/tls';
import type { Attack, AttackCaller } from './attack.js';
import type { Conversation } from './judge-conversation.js';
import { readAnswers } from './read-answers.js';

export interface Door {
  readonly host: string;
  readonly port: number;
}

/** Without an answer for so long, our side of the connection is ended: what is unfinished will stay so. */
const patienceMs = 250;
/** After the last answer that can come: is there one more? */
const lastLookMs = 15;
/** The gateway's longest bound for a connection on which nothing more comes, and more. */
const hungMs = 20_000;

/** Sends attacks, each on a connection of its own; sessions are resumed, because handshakes cost more than requests. */
export class HostileCaller {
  private readonly sessions = new Map<AttackCaller, Buffer>();

  constructor(
    private readonly door: Door,
    private readonly identities: Readonly<Record<'accepted' | 'unknown', ClientCertificate>>,
  ) {}

  send(attack: Attack): Promise<Conversation> {
    return new Promise((resolve) =>
      new Talk(attack, (whenOpen) => this.connect(attack.caller, whenOpen), resolve).begin(),
    );
  }

  private connect(caller: AttackCaller, whenOpen: () => void): Socket {
    if (caller === 'no-tls') return connectPlain(this.door, whenOpen);
    const identity = caller === 'no-certificate' ? null : this.identities[caller];
    const session = this.sessions.get(caller);
    const socket = connectTls(
      {
        ...this.door,
        rejectUnauthorized: false,
        ...(identity === null ? {} : { cert: identity.certPem, key: identity.keyPem }),
        ...(session === undefined ? {} : { session }),
      },
      whenOpen,
    );
    socket.on('session', (one: Buffer) => this.sessions.set(caller, one));
    return socket;
  }
}

class Talk {
  private socket: Socket | null = null;
  private timer: NodeJS.Timeout | undefined;
  private readonly received: string[] = [];
  private isOver = false;

  constructor(
    private readonly attack: Attack,
    private readonly connect: (whenOpen: () => void) => Socket,
    private readonly resolve: (conversation: Conversation) => void,
  ) {}

  begin(): void {
    this.socket = this.connect(() => this.write());
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk: Buffer) => this.hear(chunk));
    // What broke is told by the close.
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => this.over('closed'));
    this.after(hungMs, () => this.over('hung'));
  }

  private write(): void {
    for (const piece of this.attack.pieces) this.socket?.write(piece);
    if (this.attack.ending === 'reset') this.socket?.write('', () => this.over('left'));
    else this.after(patienceMs, () => this.endOurSide());
  }

  private hear(chunk: Buffer): void {
    this.received.push(chunk.toString('latin1'));
    // Splitting is for the judge; here a count is enough, and cheap.
    const { answers } = this.received.length > 200 ? { answers: [] } : readAnswers(this.received.join(''));
    if (answers.length >= this.attack.maxAnswers) this.after(lastLookMs, () => this.over('left'));
    else this.after(patienceMs, () => this.endOurSide());
  }

  private endOurSide(): void {
    this.socket?.end();
    this.after(hungMs, () => this.over('hung'));
  }

  private after(ms: number, then: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, ms);
  }

  private over(end: Conversation['end']): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.socket?.destroy();
    this.resolve({ received: this.received.join(''), end });
  }
}
