import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@sluice/runtime';
import type { Caller } from '../api/caller.js';
import { TokenStore } from '../operators/token.store.js';
import { SessionStore } from '../session/session.store.js';
import type { ServerResponse } from 'node:http';
import { loggerToken } from '../connections/connection-tokens.js';
import { LiveStateQuery } from './live-state.query.js';

const lookMs = 1000;
/** Longer than this without a byte, and balancers take a connection for dead. */
const commentMs = 20_000;
/** Then the browser opens a new one, and a session that ended meanwhile is found out. */
const streamMs = 10 * 60_000;
const mostStreams = 200;
/** Of one session or token: a browser with many tabs, not one that takes all. */
export const mostStreamsEach = 10;

/** Server-sent events: one look at the database a second serves all streams, and none while no one listens. */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  private readonly streams = new Map<ServerResponse, StreamOwner>();
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;
  private last = '';
  private lastSentMs = 0;

  constructor(
    private readonly state: LiveStateQuery,
    private readonly sessions: SessionStore,
    private readonly tokens: TokenStore,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  isFullFor(caller: Caller): boolean {
    const { key } = ownerOf(caller);
    const own = [...this.streams.values()].filter((owner) => owner.key === key).length;
    return own >= mostStreamsEach || this.streams.size >= mostStreams;
  }

  /** Answers with a stream that begins with the state of now. */
  open(response: ServerResponse, caller: Caller): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.write(this.last === '' ? ': open\n\n' : this.last);
    this.streams.set(response, ownerOf(caller));
    const end = setTimeout(() => response.end(), streamMs);
    response.once('close', () => {
      clearTimeout(end);
      this.streams.delete(response);
      if (this.streams.size === 0) this.rest();
    });
    this.timer ??= setInterval(() => void this.look(), lookMs);
    void this.look();
  }

  onModuleDestroy(): void {
    this.rest();
    for (const stream of this.streams.keys()) stream.end();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    // Who opens the first stream after a pause must not begin with what was long ago.
    this.last = '';
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      await this.endOrphans();
      const now = `event: state\ndata: ${JSON.stringify(await this.state.read())}\n\n`;
      if (now !== this.last) this.send(now);
      else if (Date.now() - this.lastSentMs > commentMs) this.send(': still here\n\n');
      if (this.timer !== undefined) this.last = now;
    } catch (err) {
      this.logger.debug({ err }, 'state for event streams not read');
    } finally {
      this.isLooking = false;
    }
  }

  /** A stream ends with the session or token it was opened with. */
  private async endOrphans(): Promise<void> {
    const owners = [...this.streams.values()];
    const keysOf = (kind: StreamOwner['kind']) => [
      ...new Set(owners.filter((owner) => owner.kind === kind).map(({ key }) => key)),
    ];
    const [sessions, tokens] = [keysOf('operator'), keysOf('token')];
    const standing = new Set([
      ...(sessions.length === 0 ? [] : await this.sessions.stillOpen(sessions)),
      ...(tokens.length === 0 ? [] : await this.tokens.stillValid(tokens)),
    ]);
    const asked = new Set([...sessions, ...tokens]);
    for (const [stream, { key }] of this.streams) {
      if (!asked.has(key) || standing.has(key)) continue;
      this.streams.delete(stream);
      stream.end();
    }
  }

  private send(text: string): void {
    this.lastSentMs = Date.now();
    for (const stream of this.streams.keys()) stream.write(text);
  }
}

interface StreamOwner {
  readonly kind: Caller['kind'];
  /** Hash of the session, or the token's id. */
  readonly key: string;
}

const ownerOf = ({ kind, id, sessionHash }: Caller): StreamOwner => ({ kind, key: sessionHash ?? id });
