import { declaredQueues, type JobQueueType } from '@sluice/contracts';
import { PeriodicWork } from '@sluice/timing';
import type { ChannelModel } from 'amqplib';
import type { BrokerLogger } from './broker-logger.js';
import { declareTopology } from './declare-topology.js';
import type { QueueDepths } from './queue-depths.js';

/** A queue that was deleted under our hands is back after this at the latest. */
const lookEveryMs = 15_000;
/** Every so manieth look declares all anew, exchanges and bindings too; the others ask whether the queues are there. */
const looksPerDeclaration = 4;

/** Declares the topology on each new connection, before anything else uses it, and again where something is missing. */
export class TopologyKeeper {
  private model: ChannelModel | null = null;
  private problems: readonly string[] = [];
  private looks = 0;
  private isMissed = false;
  private readonly work = new PeriodicWork({
    run: () => this.look(),
    intervalMs: lookEveryMs,
    // The connection broke: the next one declares.
    onFailure: (err) => this.logger.debug({ err }, 'topology not declared'),
  });

  constructor(
    private readonly jobQueueType: JobQueueType,
    private readonly depths: Pick<QueueDepths, 'ask'>,
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
    this.isMissed = true;
    this.work.wake();
  }

  stop(): Promise<void> {
    return this.work.stop();
  }

  private async look(): Promise<void> {
    if (this.model === null) return;
    this.looks += 1;
    const isTime = this.looks % looksPerDeclaration === 0;
    if (isTime || this.isMissed || this.problems.length > 0 || !(await this.areQueuesThere(this.model)))
      await this.declare();
  }

  /** On a channel that is there: to open one, and to declare all, costs the broker several times as much. */
  private async areQueuesThere(model: ChannelModel): Promise<boolean> {
    try {
      for (const { name } of declaredQueues(this.jobQueueType)) await this.depths.ask(model, name);
      return true;
    } catch {
      return false;
    }
  }

  private async declare(): Promise<void> {
    if (this.model === null) return;
    this.isMissed = false;
    const problems = await declareTopology(this.model, this.jobQueueType);
    if (problems.join() !== this.problems.join())
      for (const problem of problems) this.logger.error({ problem }, 'the broker refused a declaration');
    this.problems = problems;
  }
}
