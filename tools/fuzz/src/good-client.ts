import { randomBytes } from 'node:crypto';
import { until, type ClientLine, type WireClient } from '@sluice/tool-acceptance';
import { eicarText } from '@sluice/private-servers';

export interface Service {
  readonly submitted: number;
  readonly right: number;
  readonly failures: readonly string[];
  readonly slowestMs: number;
}

const pauseMs = 100;

/** A system that does everything as the contract says, all the time, and expects to be served as if it were alone. */
export class GoodClient {
  private readonly expected = new Map<string, 'detect' | 'not detected'>();
  private readonly failures: string[] = [];
  private readonly line: ClientLine;
  private slowestMs = 0;
  private isStopping = false;

  constructor(
    wire: WireClient,
    private readonly gatewayUrl: string,
  ) {
    this.line = wire.connect(gatewayUrl);
  }

  async run(): Promise<void> {
    while (!this.isStopping) {
      await this.submit();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  stop(): void {
    this.isStopping = true;
  }

  /** Everything it submitted has its verdict by now, or does in time. */
  async reconcile(): Promise<Service> {
    let right = 0;
    await until(async () => {
      const states = await this.states();
      right = [...this.expected].filter(([id, state]) => states.get(id) === state).length;
      return right === this.expected.size;
    }, 60_000).catch(() => undefined);
    this.line.close();
    return {
      submitted: this.expected.size + this.failures.length,
      right,
      failures: this.failures,
      slowestMs: this.slowestMs,
    };
  }

  private async submit(): Promise<void> {
    const scanId = `good-${this.expected.size + this.failures.length}`;
    const isInfected = this.expected.size % 3 === 0;
    const unique = ` ${randomBytes(12).toString('hex')}`;
    const startedMs = performance.now();
    try {
      const { status, body } = await this.line.submit({
        scanId,
        content: Buffer.from(isInfected ? eicarText() + unique : unique),
      });
      if (status === 200 && body === 'OK') this.expected.set(scanId, isInfected ? 'detect' : 'not detected');
      else this.failures.push(`${scanId}: ${status} ${body}`);
    } catch (error) {
      this.failures.push(`${scanId}: ${(error as Error).message}`);
    }
    this.slowestMs = Math.max(this.slowestMs, performance.now() - startedMs);
  }

  private async states(): Promise<Map<string, string>> {
    const { body } = await this.line.get('/scans/state');
    const { scans } = JSON.parse(body) as { scans: { scanId: string; state: string }[] };
    return new Map(scans.map((one) => [one.scanId, one.state]));
  }
}
