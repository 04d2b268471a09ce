import { PeriodicWork } from '@sluice/timing';
import type { Judge } from '../judge-objects/judge.js';
import type { Gateways } from './gateways.js';
import { parseJson } from './parse-json.js';

const everyMs = 10_000;
/** While it is not served: who accepts it looks whether it works. */
const retryMs = 2000;
const patienceMs = 5000;

class NotServed extends Error {}

/** Asks now and then whether this sensor is served: the first time is also its integration request. */
export class GatewayWatch {
  /** What keeps it from being served; null: nothing. */
  private problem: string | null = 'no gateway was asked yet';
  private readonly work: PeriodicWork;

  constructor(
    private readonly gateways: Pick<Gateways, 'askUntil'>,
    private readonly judge: Pick<Judge, 'base' | 'headers'>,
    private readonly fingerprint: string,
    /** What gateways say to this sensor of how they serve it; the policy of the console is in it. */
    private readonly onFilters: (filters: unknown) => void = () => undefined,
  ) {
    this.work = new PeriodicWork({
      intervalMs: everyMs,
      retryMs,
      run: () => this.look(),
      onFailure: (error) =>
        (this.problem = error instanceof NotServed ? error.message : 'no gateway answers'),
    });
  }

  private async look(): Promise<void> {
    const answer = await this.gateways.askUntil(
      () => ({
        method: 'GET',
        path: `${this.judge.base}/scans/filters`,
        headers: this.judge.headers,
        answerMs: patienceMs,
        hedgeMs: patienceMs / 3,
        signal: AbortSignal.timeout(patienceMs),
      }),
      performance.now() + patienceMs,
    );
    const problem = this.describe(answer?.status ?? null);
    if (problem !== null) throw new NotServed(problem);
    this.problem = null;
    this.onFilters(parseJson(answer?.text ?? ''));
  }

  /** For the readiness of the service. Throws what keeps this sensor from being served. */
  check(): void {
    if (this.problem !== null) throw new Error(this.problem);
  }

  start(): void {
    this.work.start();
  }

  stop(): Promise<void> {
    return this.work.stop();
  }

  private describe(status: number | null): string | null {
    if (status === 200) return null;
    if (status === null) return 'no gateway answers';
    const name = this.judge.base.split('/').at(-1) ?? '';
    return status === 401
      ? `an operator has to accept ${name}, certificate ${this.fingerprint}`
      : `a gateway answers ${status}`;
  }
}
