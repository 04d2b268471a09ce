import type { Logger } from '@sluice/runtime';

export interface RegularTask {
  readonly name: string;
  readonly intervalMs: number;
  readonly run: () => Promise<void>;
}

/** Runs each task every so often, never two of the same at once. A failed run is made up for by the next. */
export class RegularTasks {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly tasks: readonly RegularTask[],
    private readonly logger: Logger,
  ) {}

  start(): void {
    for (const task of this.tasks) this.timers.push(setInterval(() => this.run(task), task.intervalMs));
  }

  /** No new runs; waits for those on their way, which the database's time-outs bound. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.running.values());
  }

  private run(task: RegularTask): void {
    if (this.running.has(task.name)) return;
    const done = task
      .run()
      .catch((err: unknown) => this.logger.warn({ err, task: task.name }, 'regular task failed'))
      .finally(() => this.running.delete(task.name));
    this.running.set(task.name, done);
  }
}
