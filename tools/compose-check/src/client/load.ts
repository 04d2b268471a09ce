import { existsSync } from 'node:fs';
import { Agent } from 'node:https';
import { eicar } from '../stand-ins/signature-file.js';
import { type Answer, type Caller, ConnectionFailed, scanForm, send } from './scan-client.js';

export interface LoadOptions {
  readonly perSecond: number;
  /** Submits at least so many, */
  readonly minimum: number;
  /** and until this file exists. */
  readonly stopFile: string;
  /** Stands before each scanId. */
  readonly prefix: string;
  /** A new connection for each submission when false. */
  readonly isKeptAlive: boolean;
  /** Seconds to wait for verdicts after the last submission. */
  readonly settleSeconds: number;
}

export interface LoadResult {
  readonly sent: number;
  /** Answered OK, at once or after repeats. */
  readonly accepted: number;
  /** Never answered OK, although 503, 429 and resets were repeated for minutes. */
  readonly refused: number;
  readonly repeatedAnswers: number;
  readonly repeatedReset: number;
  /** Those of the resets that came on connections just opened: nothing that stops in order makes any. */
  readonly resetOnNew: number;
  /** Answers that no client repeats. */
  readonly unexpected: readonly string[];
  readonly right: number;
  readonly wrong: readonly string[];
  readonly open: readonly string[];
}

/** As long as the slowest of two cores takes to bring a killed server back. */
const repeatForMs = 300_000;
/** What the API's page tells clients to repeat. */
const repeatable: readonly number[] = [503, 429];
/** Connections that any HTTP client sends a request again on, since the server had ended them. */
const isReset = (error: unknown): boolean =>
  /ECONNRESET|ECONNREFUSED|EPIPE|socket hang up|disconnected before secure/.test(String(error));

/** Submits at a steady rate, every third object infected, each repeated on 503 and resets; then looks at every verdict. */
export async function runLoad(caller: Caller, options: LoadOptions): Promise<LoadResult> {
  const load = new Load(caller, options);
  const submissions: Promise<void>[] = [];
  const startedMs = performance.now();
  for (let number = 0; number < options.minimum || !existsSync(options.stopFile); number += 1) {
    const waitMs = startedMs + (number * 1000) / options.perSecond - performance.now();
    if (waitMs > 0) await pause(waitMs);
    submissions.push(load.submit(number));
  }
  await Promise.all(submissions);
  return load.judge();
}

class Load {
  private readonly agent: Agent;
  private readonly expected = new Map<string, string>();
  private readonly counts = { refused: 0, repeatedAnswers: 0, repeatedReset: 0, resetOnNew: 0 };
  private readonly unexpected: string[] = [];
  private sent = 0;

  constructor(
    private readonly caller: Caller,
    private readonly options: LoadOptions,
  ) {
    this.agent = new Agent({ keepAlive: options.isKeptAlive, maxSockets: 16 });
  }

  async submit(number: number): Promise<void> {
    this.sent += 1;
    const isInfected = number % 3 === 0;
    const scanId = `${this.options.prefix}-${number}`;
    const content = Buffer.from(isInfected ? eicar : `harmless ${scanId}`);
    const until = performance.now() + repeatForMs;
    while (performance.now() < until) {
      const answer = await this.post(scanId, content).catch((error: unknown) => String(error));
      if (typeof answer === 'string') {
        this.unexpected.push(`${scanId}: ${answer}`);
        return;
      }
      if (answer === null || repeatable.includes(answer.status)) {
        await pause(500 + Math.random() * 500);
        continue;
      }
      if (answer.status === 200) this.expected.set(scanId, isInfected ? 'detect' : 'not detected');
      else this.unexpected.push(`${scanId}: ${answer.status} ${answer.body.slice(0, 200)}`);
      return;
    }
    this.counts.refused += 1;
  }

  async judge(): Promise<LoadResult> {
    const deadlineMs = performance.now() + this.options.settleSeconds * 1000;
    let states = await this.states();
    const isOpen = (scanId: string): boolean => ['processing', undefined].includes(states.get(scanId));
    while ([...this.expected.keys()].some(isOpen) && performance.now() < deadlineMs) {
      await pause(1000);
      states = await this.states();
    }
    this.agent.destroy();
    const ids = [...this.expected.keys()];
    const open = ids.filter(isOpen);
    const wrong = ids.filter((id) => !isOpen(id) && states.get(id) !== this.expected.get(id));
    return {
      sent: this.sent,
      accepted: ids.length,
      ...this.counts,
      unexpected: this.unexpected,
      right: ids.length - open.length - wrong.length,
      wrong: wrong.map((id) => `${id}: ${states.get(id) ?? 'nothing'}`),
      open,
    };
  }

  private async post(scanId: string, content: Buffer): Promise<Answer | null> {
    try {
      const form = scanForm({ scanId }, content);
      const answer = await send(this.caller, { method: 'POST', path: '/scans', ...form, agent: this.agent });
      if (repeatable.includes(answer.status)) this.counts.repeatedAnswers += 1;
      return answer;
    } catch (error) {
      if (!isReset(error)) throw error;
      this.counts.repeatedReset += 1;
      if (error instanceof ConnectionFailed && !error.isReused) this.counts.resetOnNew += 1;
      return null;
    }
  }

  private async states(): Promise<Map<string, string>> {
    try {
      const answer = await send(this.caller, { method: 'GET', path: '/scans/state' });
      if (answer.status !== 200) return new Map();
      const { scans } = JSON.parse(answer.body) as { scans: { scanId: string; state: string }[] };
      return new Map(scans.map(({ scanId, state }) => [scanId, state]));
    } catch {
      // Away for the moment: asked again until the deadline.
      return new Map();
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
