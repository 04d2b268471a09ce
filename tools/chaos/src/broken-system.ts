import { rm } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { connectBroker, type Broker } from '@sluice/broker';
import { jobQueue, jobQueueKinds, queues } from '@sluice/contracts';
import { until, type TestSystem } from '@sluice/tool-acceptance';
import type { ProcessEvent, SupervisedProcess } from '@sluice/private-servers';
import { areAllStopped, processTree, sendSignal, signalTree } from './process-tree.js';
import type { Target } from './plan-faults.js';

/** The shortest freeze has to be seen within this. */
const seenMs = 900;
const backMs = 120_000;
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Breaks single processes, and knows which are broken right now. Every way to break answers with the trace it left. */
export class BrokenSystem {
  private readonly endings = new Map<string, { readonly how: string; readonly atMs: number }[]>();
  private readonly returns = new Map<string, number>();
  private readonly frozen = new Map<string, readonly number[]>();

  private constructor(
    readonly system: TestSystem,
    private readonly admin: Broker,
    private readonly others: readonly SupervisedProcess[],
  ) {}

  /** `others`: processes that are no part of the system and break with it. */
  static async of(system: TestSystem, others: readonly SupervisedProcess[] = []): Promise<BrokenSystem> {
    const url = system.servers.amqpUrls.results;
    const admin = await connectBroker({ url, name: 'chaos', heartbeatSeconds: 5, logger: silent });
    return new BrokenSystem(system, admin, others);
  }

  /** To be called with every event of the launcher's supervision. */
  note(event: ProcessEvent): void {
    if (event.kind === 'back') return void this.returns.set(event.name, Date.now());
    const known = this.endings.get(event.name) ?? [];
    this.endings.set(event.name, [...known, { how: event.how, atMs: Date.now() }]);
  }

  process(name: string): SupervisedProcess {
    const found = [...this.system.processes, ...this.others].find((one) => one.name === name);
    if (found === undefined) throw new Error(`no process ${name}`);
    return found;
  }

  /** Neither frozen nor on its way back. */
  isWhole(name: string): boolean {
    const lastEnd = this.endings.get(name)?.at(-1)?.atMs ?? 0;
    return !this.frozen.has(name) && (this.returns.get(name) ?? 0) >= lastEnd;
  }

  async whole(names: readonly string[]): Promise<void> {
    await until(() => names.every((name) => this.isWhole(name)), backMs);
  }

  async kill(target: Target | 'sensor'): Promise<string> {
    const victim = this.process(target);
    const pid = victim.pid;
    const before = this.endings.get(target)?.length ?? 0;
    victim.kill();
    const end = await until(() => this.endings.get(target)?.[before], 10_000);
    return `process ${pid} ended ${end.how}`;
  }

  /** Asks for an orderly stop; the supervision brings it back. */
  async restart(target: Target): Promise<string> {
    const victim = this.process(target);
    const pid = victim.pid ?? 0;
    const before = this.endings.get(target)?.length ?? 0;
    // PostgreSQL's SIGTERM waits until every client has gone.
    sendSignal(pid, target === 'postgres' ? 'SIGINT' : 'SIGTERM');
    const end = await until(() => this.endings.get(target)?.[before], 60_000);
    return `process ${pid} ended ${end.how}`;
  }

  async freeze(target: Target): Promise<string> {
    const pid = this.process(target).pid ?? 0;
    const pids = signalTree(pid, 'SIGSTOP');
    this.frozen.set(target, pids);
    await until(() => areAllStopped(pids), seenMs);
    return `${pids.length} processes stopped`;
  }

  thaw(target: string): void {
    const pids = this.frozen.get(target) ?? [];
    const pid = this.process(target).pid;
    // Children first, so that a parent finds them running.
    const now = pid === undefined ? [] : processTree(pid);
    for (const one of new Set([...pids, ...now].reverse())) sendSignal(one, 'SIGCONT');
    this.frozen.delete(target);
  }

  thawAll(): void {
    for (const target of [...this.frozen.keys()]) this.thaw(target);
  }

  async jobsWaiting(): Promise<number> {
    const depths = await Promise.all(
      jobQueueKinds.map((kind) => this.admin.queueDepth(jobQueue(kind, 'classic').name)),
    );
    return depths.reduce((sum, one) => sum + one.messages, 0);
  }

  async verdictsWaiting(): Promise<number> {
    return (await this.admin.queueDepth(queues.verdicts.name)).messages;
  }

  /** RabbitMQ killed, its data removed, started again from its definitions alone. */
  async wipeBroker(): Promise<string> {
    const rabbit = this.process('rabbitmq');
    rabbit.kill();
    await rabbit.stop();
    const data = path.join(this.system.home, 'rabbitmq', 'data');
    const removed = readdirSync(data);
    for (const name of removed) await rm(path.join(data, name), { recursive: true, force: true });
    await rabbit.start();
    this.returns.set('rabbitmq', Date.now());
    return `${removed.length} entries of its data removed`;
  }

  close(): Promise<void> {
    return this.admin.close();
  }
}
