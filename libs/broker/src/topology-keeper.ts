import type { JobQueueType } from '@sluice/contracts';
import { PeriodicWork } from '@sluice/timing';
import type { ChannelModel } from 'amqplib';
import type { BrokerLogger } from './broker-logger.js';
import { declareTopology } from './declare-topology.js';

/** A queue that was deleted under our hands is back after this at the latest. */
const lookEveryMs = 15_000;

/** Declares the topology on each new connection, before anything else uses it, and again from time to time. */
export class TopologyKeeper {
  private model: ChannelModel | null = null;
  private problems: readonly string[] = [];
  private readonly work = new PeriodicWork({
    run: () => this.declare(),
    intervalMs: lookEveryMs,
    // The connection broke: the next one declares.
    onFailure: (err) => this.logger.debug({ err }, 'topology not declared'),
  });

  constructor(
    private readonly jobQueueType: JobQueueType,
    private readonly logger: BrokerLogger,
  ) {
    this.work.start(lookEveryMs);
  }

  get problem(): string | null {
    return this.problems.length === 0 ? null : `not all could be declared: ${this.problems.join('; ')}`;
  }

  async connected(model: ChannelModel): Promise<void> {
    // No one else listens before this is done, and a connection that breaks meanwhile would end the process.
    model.on('error', () => undefined);
    this.model = model;
    await this.declare();
  }

  disconnected(): void {
    this.model = null;
  }

  /** Something that should be there is missing. */
  again(): void {
    this.work.wake();
  }

  stop(): Promise<void> {
    return this.work.stop();
  }

  private async declare(): Promise<void> {
    if (this.model === null) return;
    const problems = await declareTopology(this.model, this.jobQueueType);
    if (problems.join() !== this.problems.join())
      for (const problem of problems) this.logger.error({ problem }, 'the broker refused a declaration');
    this.problems = problems;
  }
}
