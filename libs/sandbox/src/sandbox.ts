import { backOffMs } from '@sluice/timing';
import type { z } from 'zod';
import { type Confinement, confinement } from './confinement.js';
import { type SandboxLimits, defaultLimits } from './limited-command.js';
import { SandboxError } from './sandbox.errors.js';
import { type ProcessOptions, SandboxProcess, type Task } from './sandbox-process.js';

export interface SandboxOptions<Answer> {
  /** JavaScript file that calls `serveTasks`. */
  readonly entryFile: string;
  /** Files and folders that the code inside reads, beside its own; nothing else is there for it. */
  readonly readable?: readonly string[];
  /** Given to the start function inside, once per process; must be JSON. */
  readonly config: unknown;
  readonly answer: z.ZodType<Answer>;
  /** Most processes, and with them tasks at the same time. One that was started is kept warm. */
  readonly size: number;
  /** So many are started at once, the others when a task finds none free; default: all. */
  readonly warm?: number;
  readonly limits?: Partial<SandboxLimits>;
  /** Absent: the strongest that this machine lets be made. */
  readonly confined?: Confinement;
  readonly heapMegabytes?: number;
  readonly maxAnswerBytes?: number;
  /** How far its processes stand behind this one when processors are scarce: added to the nice value; default 0. */
  readonly niceness?: number;
  readonly startTimeoutMs?: number;
  /** A process is replaced after so many tasks, … */
  readonly maxTasks?: number;
  /** … after so much time at work, … */
  readonly maxBusyMs?: number;
  /** … and after an object this large: WebAssembly memory never shrinks. */
  readonly maxKeptObjectBytes?: number;
}

interface Waiting {
  readonly take: (member: SandboxProcess) => void;
  readonly fail: (error: SandboxError) => void;
}

const restartBackOff = { firstMs: 200, longestMs: 10_000, spread: 0 };

/** A pool of killable processes that stay warm between tasks. `run` waits for a free one within its time limit. */
export class Sandbox<Answer> {
  private readonly members = new Set<SandboxProcess>();
  private readonly idle: SandboxProcess[] = [];
  private readonly waiting: Waiting[] = [];
  private readonly outdated = new WeakSet<SandboxProcess>();
  private readonly trials = new Set<SandboxProcess>();
  private readonly restartTimers = new Set<NodeJS.Timeout>();
  private processOptions: ProcessOptions;
  private replacing: Promise<void> | null = null;
  private failedStarts = 0;
  /** Each of them is for one that waits. */
  private starting = 0;
  private lastStartProblem: string | null = null;
  private isClosed = false;

  constructor(private readonly options: SandboxOptions<Answer>) {
    this.processOptions = {
      entryFile: options.entryFile,
      readable: options.readable ?? [],
      config: options.config,
      limits: { ...defaultLimits, ...options.limits },
      heapMegabytes: options.heapMegabytes ?? 256,
      confined: options.confined ?? confinement(),
      maxAnswerBytes: options.maxAnswerBytes ?? 1024 * 1024,
      niceness: options.niceness ?? 0,
    };
    for (let count = 0; count < this.warm; count += 1) void this.addMember();
  }

  private get warm(): number {
    return Math.min(this.options.size, this.options.warm ?? this.options.size);
  }

  /** Why the last process could not be started; null when one could. */
  get startProblem(): string | null {
    return this.lastStartProblem;
  }

  /** Whether a task would begin without another one having to end. */
  get hasFree(): boolean {
    return this.idle.length > 0 || this.members.size < this.options.size;
  }

  /** Whether a process that started with a configuration of before may still answer. */
  get hasOutdated(): boolean {
    return [...this.members].some((member) => this.outdated.has(member));
  }

  /** Runs one task. Rejects SandboxError; an answer that doesn't fit the schema is `bad-answer`. */
  async run(task: Task): Promise<Answer> {
    const startedMs = performance.now();
    const member = await this.acquire(task.timeoutMs);
    if (task.signal?.aborted === true) {
      this.offer(member);
      throw new SandboxError('timeout', 'not waited for any longer');
    }
    try {
      const leftMs = Math.max(1, task.timeoutMs - (performance.now() - startedMs));
      return this.believed(member, await member.run({ ...task, timeoutMs: leftMs }));
    } finally {
      this.release(member, task.sizeBytes);
    }
  }

  /** One task in a process of its own with another configuration. Rejects SandboxError, also when it does not start. */
  async trial(config: unknown, task: Task): Promise<Answer> {
    if (this.isClosed) throw closedError();
    const member = new SandboxProcess({ ...this.processOptions, config });
    this.trials.add(member);
    void member.ended.then(() => this.trials.delete(member));
    try {
      await member.start(this.options.startTimeoutMs ?? 20_000);
      return this.believed(member, await member.run(task));
    } finally {
      member.kill();
    }
  }

  /**
   * From now on processes start with this configuration; those of before are replaced one by one, each when its
   * successor is ready, so that no task waits for a start. Busy ones end with their task.
   */
  replaceAll(config: unknown): void {
    this.processOptions = { ...this.processOptions, config };
    for (const member of this.members) this.outdated.add(member);
    this.replacing ??= this.replaceOutdated().finally(() => (this.replacing = null));
  }

  private async replaceOutdated(): Promise<void> {
    while (!this.isClosed) {
      const old = [...this.members].filter((member) => this.outdated.has(member));
      if (old.length === 0) return;
      if (!(await this.addMember())) {
        // Those of before go on; another try may find what this one lacked.
        await this.delay(backOffMs(this.failedStarts - 1, restartBackOff));
        continue;
      }
      const idle = this.idle.findIndex((member) => this.outdated.has(member));
      const [free] = idle < 0 ? [] : this.idle.splice(idle, 1);
      free?.kill();
      await Promise.race(free === undefined ? old.map((member) => member.ended) : [free.ended]);
    }
  }

  /** Ends every process at once; tasks under way reject. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const timer of this.restartTimers) clearTimeout(timer);
    this.restartTimers.clear();
    for (const waiting of this.waiting.splice(0)) waiting.fail(closedError());
    const members = [...this.members, ...this.trials];
    for (const member of members) member.kill();
    await Promise.all(members.map((member) => member.ended));
  }

  private believed(member: SandboxProcess, said: unknown): Answer {
    const answer = this.options.answer.safeParse(said);
    if (answer.success) return answer.data;
    member.kill();
    throw new SandboxError('bad-answer', 'the answer has not the form it must have', {
      cause: answer.error,
    });
  }

  /** False: it could not be started. */
  private async addMember(): Promise<boolean> {
    const member = new SandboxProcess(this.processOptions);
    this.members.add(member);
    void member.ended.then(() => this.onEnded(member));
    this.starting += 1;
    try {
      await member.start(this.options.startTimeoutMs ?? 20_000);
      this.failedStarts = 0;
      this.lastStartProblem = null;
      this.offer(member);
      return true;
    } catch (error) {
      this.failedStarts += 1;
      this.lastStartProblem = error instanceof Error ? error.message : 'unknown';
      member.kill();
      return false;
    } finally {
      this.starting -= 1;
    }
  }

  private onEnded(member: SandboxProcess): void {
    this.members.delete(member);
    const place = this.idle.indexOf(member);
    if (place >= 0) this.idle.splice(place, 1);
    if (!this.isOneMissing) return;
    if (this.failedStarts === 0) return void this.addMember();
    const delayMs = backOffMs(this.failedStarts - 1, restartBackOff);
    void this.delay(delayMs).then(() => {
      if (this.isOneMissing) void this.addMember();
    });
  }

  /** While processes are replaced there is one more than there may be. */
  private get isOneMissing(): boolean {
    if (this.isClosed || this.members.size >= this.options.size) return false;
    return this.members.size < this.warm || this.waiting.length > this.starting;
  }

  /** Never ends once the pool is closed. */
  private delay(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.restartTimers.delete(timer);
        resolve();
      }, delayMs);
      this.restartTimers.add(timer);
    });
  }

  private acquire(timeoutMs: number): Promise<SandboxProcess> {
    if (this.isClosed) return Promise.reject(closedError());
    const free = this.idle.pop();
    if (free !== undefined) return Promise.resolve(free);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        reject(new SandboxError('unavailable', this.lastStartProblem ?? 'no process became free in time'));
      }, timeoutMs);
      const waiting: Waiting = {
        take: (member) => {
          clearTimeout(timer);
          resolve(member);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.waiting.push(waiting);
      // While starts fail the back-off says when the next one is.
      if (this.failedStarts === 0 && this.isOneMissing) void this.addMember();
    });
  }

  private release(member: SandboxProcess, objectBytes: number): void {
    const isWorn =
      member.taskCount >= (this.options.maxTasks ?? 2000) ||
      member.busyMs >= (this.options.maxBusyMs ?? 60_000) ||
      objectBytes > (this.options.maxKeptObjectBytes ?? 32 * 1024 * 1024);
    if (isWorn) member.kill();
    else this.offer(member);
  }

  private offer(member: SandboxProcess): void {
    if (!member.isAlive) return;
    if (this.outdated.has(member)) return void member.kill();
    const waiting = this.waiting.shift();
    if (waiting === undefined) this.idle.push(member);
    else waiting.take(member);
  }
}

const closedError = (): SandboxError => new SandboxError('unavailable', 'the pool is closed');
