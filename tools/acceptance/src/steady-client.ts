import { randomBytes } from 'node:crypto';
import { eicarText } from '@sluice/private-servers';
import type { WireAnswer } from './answer-reader.js';
import type { ClientLine, WireClient } from './wire-client.js';

export interface Heard {
  /** Requests by their last answer: one that was repeated after a reset counts once. */
  requests: number;
  /** 503 with Retry-After. */
  busy: number;
  /** Connections that had been used before and broke under a request, which was sent again at once. */
  resets: number;
  /** Anything else: what callers must not see. */
  readonly failures: string[];
  longestAnswerMs: number;
}

const pauseMs = 40;

/**
 * A client that does what every HTTP client does, and no more: one keep-alive connection, and a request that meets the
 * end of a connection it did not open is sent once more on a new one. Objects with known verdicts.
 */
export class SteadyClient {
  readonly expected = new Map<string, 'detect' | 'not detected'>();
  readonly heard: Heard = { requests: 0, busy: 0, resets: 0, failures: [], longestAnswerMs: 0 };
  /** When this client was told OK the last time, and the longest time it was not. */
  longestGapMs = 0;
  private lastOkMs = performance.now();
  private readonly line: ClientLine;
  private isReused = false;
  private isStopping = false;

  constructor(
    private readonly wire: WireClient,
    url: string,
  ) {
    this.line = wire.connect(url);
  }

  async run(): Promise<void> {
    for (let number = 0; !this.isStopping; number += 1) {
      await this.submit(`${this.wire.id}-${number}`, number % 4 === 0);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    this.line.close();
  }

  stop(): void {
    this.isStopping = true;
  }

  /** Another connection of the same client. */
  lineTo(url: string): ClientLine {
    return this.wire.connect(url);
  }

  private async submit(scanId: string, isInfected: boolean): Promise<void> {
    const padding = ` ${randomBytes(8).toString('hex')}`;
    const content = Buffer.from(isInfected ? `${eicarText()}${padding}` : padding);
    const startedMs = performance.now();
    for (let isDone = false; !isDone && !this.isStopping;)
      isDone = await this.exchange(() => this.line.submit({ scanId, content }));
    const nowMs = performance.now();
    this.heard.longestAnswerMs = Math.max(this.heard.longestAnswerMs, nowMs - startedMs);
    this.longestGapMs = Math.max(this.longestGapMs, nowMs - this.lastOkMs);
    this.lastOkMs = nowMs;
    if (!this.isStopping) this.expected.set(scanId, isInfected ? 'detect' : 'not detected');
  }

  /** True when it was answered 200. */
  private async exchange(send: () => Promise<WireAnswer>): Promise<boolean> {
    const { heard } = this;
    let answer: WireAnswer;
    try {
      answer = await this.onceMore(send);
    } catch (error) {
      heard.requests += 1;
      heard.failures.push(String(error));
      return false;
    }
    heard.requests += 1;
    this.isReused = !answer.isLast;
    if (answer.status === 200) return true;
    if (answer.status === 503 && answer.headers.has('retry-after')) heard.busy += 1;
    else heard.failures.push(`${answer.status} ${answer.body}`);
    return false;
  }

  private async onceMore(send: () => Promise<WireAnswer>): Promise<WireAnswer> {
    const isReused = this.isReused;
    this.isReused = false;
    try {
      return await send();
    } catch (error) {
      if (!isReused) throw error;
      this.heard.resets += 1;
      return send();
    }
  }
}
