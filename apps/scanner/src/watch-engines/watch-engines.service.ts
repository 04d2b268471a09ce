import type { EngineStatus } from '@sluice/contracts';
import type { Logger } from '@sluice/runtime';
import { backOffMs } from '@sluice/timing';

/** Something scans need: gives the state of its engines, or rejects. */
export interface Watched {
  readonly name: string;
  readonly test: () => Promise<EngineStatus[]>;
}

/** While all is well; short, because a broken engine found late costs attempts. */
const testIntervalMs = 5000;
const retries = { firstMs: 500, longestMs: 5000, spread: 0 };

/**
 * Tests every engine again and again, and says whether scans may run. Required is whatever is configured: one broken
 * engine stops all work, because no object could be called clean without it.
 */
export class WatchEnginesService {
  private statusesByName = new Map<string, EngineStatus>();
  private problemsFound: readonly string[] = ['not tested yet'];
  private failedTests = 0;
  private running: Promise<boolean> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;
  private testedAtMs = Number.NEGATIVE_INFINITY;
  private readonly listeners = new Set<() => void>();
  private readonly testListeners: (() => void)[] = [];

  constructor(
    private readonly watched: readonly Watched[],
    private readonly logger: Logger,
  ) {}

  get isHealthy(): boolean {
    return this.problemsFound.length === 0;
  }

  /** One line per broken engine. */
  get problems(): readonly string[] {
    return this.problemsFound;
  }

  get statuses(): ReadonlyMap<string, EngineStatus> {
    return this.statusesByName;
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** After each test, whatever it found. */
  onTested(listener: () => void): void {
    this.testListeners.push(listener);
  }

  start(): void {
    void this.check();
  }

  /**
   * Tests now, or takes part in the test under way when `isFresh` is not asked for; a result not older than `maxAgeMs`
   * will do. Never rejects.
   */
  async check({ isFresh = false, maxAgeMs = 0 } = {}): Promise<boolean> {
    if (performance.now() - this.testedAtMs < maxAgeMs) return this.isHealthy;
    if (this.running !== null && isFresh) await this.running;
    this.running ??= this.testAll().finally(() => {
      this.running = null;
      this.testedAtMs = performance.now();
      this.schedule();
      for (const listener of this.testListeners) listener();
    });
    return this.running;
  }

  /** True as soon as every engine is healthy; false when the time is up or the service stops. */
  async whenHealthy(timeoutMs: number): Promise<boolean> {
    if (this.isHealthy) return true;
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.listeners.delete(look);
        resolve(this.isHealthy);
      };
      const look = (): void => {
        if (this.isHealthy || this.isStopped) finish();
      };
      const timer = setTimeout(finish, timeoutMs);
      this.listeners.add(look);
    });
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.tell();
    await this.running;
  }

  private async testAll(): Promise<boolean> {
    const tested = await Promise.all(this.watched.map((one) => testOne(one)));
    const statuses = tested.flatMap((one) => one.statuses);
    const problems = [
      ...tested.flatMap((one) => (one.problem === null ? [] : [one.problem])),
      ...statuses.filter((one) => !one.isHealthy).map((one) => `${one.engine}: ${one.problem ?? 'broken'}`),
    ];
    this.statusesByName = new Map(statuses.map((one) => [one.engine, one]));
    this.failedTests = problems.length === 0 ? 0 : this.failedTests + 1;
    this.become(problems);
    return problems.length === 0;
  }

  private become(problems: readonly string[]): void {
    const wasHealthy = this.isHealthy;
    const hasChanged = problems.join('\n') !== this.problemsFound.join('\n');
    this.problemsFound = problems;
    if (!hasChanged) return;
    if (problems.length > 0) this.logger.error({ problems }, 'an engine is broken, no jobs are taken');
    else if (!wasHealthy)
      this.logger.info({ engines: [...this.statusesByName.keys()] }, 'engines are healthy');
    this.tell();
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private schedule(): void {
    if (this.isStopped) return;
    if (this.timer !== null) clearTimeout(this.timer);
    const retryMs = backOffMs(this.failedTests - 1, retries);
    this.timer = setTimeout(() => void this.check(), this.isHealthy ? testIntervalMs : retryMs);
  }
}

async function testOne(one: Watched): Promise<{ statuses: EngineStatus[]; problem: string | null }> {
  try {
    return { statuses: await one.test(), problem: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown';
    return { statuses: [], problem: `${one.name}: ${message}` };
  }
}
