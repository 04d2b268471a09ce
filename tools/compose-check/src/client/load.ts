import { Agent } from 'node:https';
import { eicar } from '../stand-ins/signature-file.js';
import { type Answer, type Caller, scanForm, send } from './scan-client.js';

export interface LoadOptions {
  readonly seconds: number;
  readonly perSecond: number;
  /** Stands before each scanId. */
  readonly prefix: string;
  /** Seconds to wait for verdicts after the last submission. */
  readonly settleSeconds: number;
}

export interface LoadResult {
  readonly sent: number;
  /** Answered OK, at once or after repeats. */
  readonly accepted: number;
  /** Never answered OK, although a 503 and a reset were repeated for a minute. */
  readonly refused: number;
  readonly repeated503: number;
  readonly repeatedReset: number;
  /** Answers that no client repeats: anything but 200 and 503. */
  readonly unexpected: readonly string[];
  readonly right: number;
  readonly wrong: readonly string[];
  readonly open: readonly string[];
}

/** As long as the slowest of two cores takes to bring a killed server back. */
const repeatForMs = 180_000;
/** Connections that any HTTP client sends a request again on, since the server had ended them. */
const isReset = (error: unknown): boolean =>
  /ECONNRESET|ECONNREFUSED|EPIPE|socket hang up|disconnected before secure/.test(String(error));

/** Submits at a steady rate, every third object infected, each repeated on 503 and resets; then looks at every verdict. */
export async function runLoad(caller: Caller, options: LoadOptions): Promise<LoadResult> {
  const load = new Load(caller, options);
  const submissions: Promise<void>[] = [];
  const total = Math.round(options.seconds * options.perSecond);
  const startedMs = performance.now();
  for (let number = 0; number < total; number += 1) {
    const waitMs = startedMs + (number * 1000) / options.perSecond - performance.now();
    if (waitMs > 0) await pause(waitMs);
    submissions.push(load.submit(number));
  }
  await Promise.all(submissions);
  return load.judge();
}

class Load {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 16 });
  private readonly expected = new Map<string, string>();
  private readonly counts = { refused: 0, repeated503: 0, repeatedReset: 0 };
  private readonly unexpected: string[] = [];
  private sent = 0;

  constructor(
    private readonly caller: Caller,
    private readonly options: LoadOptions,
  ) {}

  async submit(number: number): Promise<void> {
    this.sent += 1;
    const isInfected = number % 3 === 0;
    const scanId = `${this.options.prefix}-${number}`;
    const content = Buffer.from(isInfected ? eicar : `harmless ${scanId}`);
    const until = performance.now() + repeatForMs;
    while (performance.now() < until) {
      const answer = await this.post(scanId, content);
      if (answer === null || answer.status === 503) {
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
      if (answer.status === 503) this.counts.repeated503 += 1;
      return answer;
    } catch (error) {
      if (!isReset(error)) throw error;
      this.counts.repeatedReset += 1;
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
