import type { ClientLine, WireClient } from '@sluice/tool-acceptance';
import { knownObject } from './known-object.js';
import { between, seededRandom, type Random } from './seeded-random.js';

/** One intended submission, however often it had to be sent. */
export interface Intended {
  readonly sensorId: string;
  readonly scanId: string;
  readonly expected: 'detect' | 'not detected';
  readonly firstSentAtMs: number;
  /** Null: never answered OK. */
  okAtMs: number | null;
}

const retryMs = { min: 150, max: 900 };
const pauseMs = { min: 200, max: 1600 };
/** Clients go on at the same moments: what comes while a flush is under way shares a file. */
const tickMs = 400;

/**
 * A client as the contract wants it: sends its objects one after the other, and repeats each with the same scanId until
 * it is answered OK, at another gateway when one doesn't answer.
 */
export class ChaosClient {
  readonly intended: Intended[] = [];
  /** Answers the contract doesn't allow here, by code. */
  readonly unexpected = new Map<string, number>();
  readonly refusals = new Map<string, number>();
  private readonly lines: ClientLine[];
  private readonly random: Random;
  private isStopping = false;
  private isHurried = false;
  private isGivenUp = false;
  private wake: () => void = () => undefined;
  private turn = 0;

  constructor(
    readonly wire: WireClient,
    gatewayUrls: readonly string[],
    seed: number,
  ) {
    this.random = seededRandom(seed);
    this.turn = seed;
    this.lines = gatewayUrls.map((url) => wire.connect(url));
  }

  /** Resolves when the last intended submission was answered OK, or it was told to give up. */
  async run(): Promise<void> {
    while (!this.isStopping) {
      await this.submitNext();
      if (!this.isHurried) await this.pause(untilTick(between(this.random, pauseMs.min, pauseMs.max)));
    }
    for (const line of this.lines) line.close();
  }

  /** Without pauses, for as long as work has to be in hand. */
  hurry(isHurried: boolean): void {
    this.isHurried = isHurried;
    if (isHurried) this.wake();
  }

  stop(): void {
    this.isStopping = true;
    this.wake();
  }

  giveUp(): void {
    this.isGivenUp = true;
    this.stop();
  }

  private async submitNext(): Promise<void> {
    const object = knownObject(this.random);
    const intended: Intended = {
      sensorId: this.wire.id,
      scanId: `${this.wire.id}-${this.intended.length}`,
      expected: object.expected,
      firstSentAtMs: Date.now(),
      okAtMs: null,
    };
    this.intended.push(intended);
    while (!this.isGivenUp) {
      const status = await this.attempt({ ...object, scanId: intended.scanId });
      if (status === 200) {
        intended.okAtMs = Date.now();
        return;
      }
      this.turn += 1;
      await this.pause(between(this.random, retryMs.min, retryMs.max));
    }
  }

  private async attempt(submission: Parameters<ClientLine['submit']>[0]): Promise<number> {
    const line = this.lines[this.turn % this.lines.length] as ClientLine;
    try {
      const { status } = await line.submit(submission);
      if (status === 503 || status === 429) count(this.refusals, String(status));
      else if (status !== 200) count(this.unexpected, String(status));
      return status;
    } catch (error) {
      count(this.refusals, (error as { code?: string }).code ?? 'broken');
      return 0;
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const untilTick = (atLeastMs: number): number => atLeastMs + tickMs - ((Date.now() + atLeastMs) % tickMs);

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
