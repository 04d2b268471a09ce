import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { FrameReader, encodeFrame } from './frames.js';
import { RecordReader } from './record-reader.js';
import { type OnRecord, recordsDescriptor } from './records.js';
import { codeAround, type Confinement, confinedNode } from './confinement.js';
import { sandboxIdentity, withoutCapabilities } from './sandbox-account.js';
import type { SandboxLimits } from './limited-command.js';
import { standBackAsSession } from './session-niceness.js';
import { SandboxError, type SandboxErrorCode } from './sandbox.errors.js';

/** What a process may say. Everything else ends it. */
const saidSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  /** `task`: the number that stood in what is answered; `records`: how many it gave out on the way. */
  z.object({ kind: z.literal('answer'), task: z.int(), records: z.int().min(0), answer: z.unknown() }),
  z.object({ kind: z.literal('failed'), message: z.string().max(4096) }),
]);
type Said = z.infer<typeof saidSchema>;

export interface ProcessOptions {
  readonly entryFile: string;
  /** Files and folders that the code inside reads, beside its own. */
  readonly readable: readonly string[];
  readonly config: unknown;
  readonly limits: SandboxLimits;
  readonly confined: Confinement;
  /** JavaScript heap; smaller than the memory limit, so that V8 ends before the kernel says no. */
  readonly heapMegabytes: number;
  readonly maxAnswerBytes: number;
  /** How far it stands behind this process when processors are scarce: added to its nice value. */
  readonly niceness: number;
}

export interface Task {
  readonly request: unknown;
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly timeoutMs: number;
  /** Takes what the task gives out on the way; without it a task that gives anything has failed. */
  readonly onRecord?: OnRecord;
  /** Ends the task at once, as if its time were over. */
  readonly signal?: AbortSignal | undefined;
}

const maxKeptErrorBytes = 2048;
/** Nothing of ours. The C library's threads share one heap: 2.5 MiB less for each process. */
const environment = { MALLOC_ARENA_MAX: '1' };

/** One child process: empty environment, working folder `/`, kernel limits; one task at a time; killed on any doubt. */
export class SandboxProcess {
  readonly ended: Promise<void>;
  taskCount = 0;
  busyMs = 0;
  private readonly child: ChildProcess;
  private readonly records: RecordReader;
  private expecting: { resolve: (said: Said) => void; reject: (error: SandboxError) => void } | null = null;
  private death: SandboxError | null = null;
  private errorOutput = '';

  constructor(private readonly options: ProcessOptions) {
    const heap = `--max-old-space-size=${options.heapMegabytes}`;
    const seen = [...codeAround(options.entryFile), ...options.readable];
    const node = { limits: options.limits, args: [heap, options.entryFile], readable: seen };
    const confined = withoutCapabilities(confinedNode({ ...node, confined: options.confined }));
    const [file = '', ...args] = standingBack(options.niceness, confined);
    const stdio = ['pipe', 'pipe', 'pipe', 'pipe'] as const;
    this.child = spawn(file, args, {
      cwd: '/',
      env: environment,
      stdio: [...stdio],
      detached: true,
      ...sandboxIdentity(),
    });
    if (options.niceness > 0 && this.child.pid !== undefined)
      void standBackAsSession(this.child.pid, options.niceness);
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        this.die('crashed', `the process ended by itself (${signal ?? `code ${code}`})`);
        resolve();
      });
      this.child.once('error', (error) => {
        this.die('unavailable', `the process could not be started: ${error.message}`);
        resolve();
      });
    });
    this.listen();
    this.records = new RecordReader(this.child.stdio[recordsDescriptor] as Readable, (cause) => {
      this.die('bad-answer', 'the process gave something that is no record', { cause });
    });
  }

  get isAlive(): boolean {
    return this.death === null;
  }

  /** Sends the configuration and waits until the process says it is ready. */
  async start(timeoutMs: number): Promise<void> {
    const said = await this.within({ timeoutMs }, async () => {
      const answered = this.nextSaid();
      this.child.stdin?.write(encodeFrame(this.options.config));
      return answered;
    });
    if (said.kind === 'failed') throw this.die('task-failed', said.message);
    if (said.kind !== 'ready') throw this.die('bad-answer', 'the process did not say it is ready');
  }

  /** The raw answer; not yet validated. Rejects SandboxError; then the process is gone. */
  async run(task: Task): Promise<unknown> {
    const startedMs = performance.now();
    this.taskCount += 1;
    const number = this.taskCount;
    const said = await this.within(task, async () => {
      this.records.begin(number, task.onRecord ?? refuseRecord);
      const answered = this.nextSaid();
      // Observed even when sending fails first.
      answered.catch(() => undefined);
      await this.sendTask(task, number);
      const answer = await answered;
      if (answer.kind === 'answer') await this.orDeath(this.records.end(answer.records));
      return answer;
    });
    this.busyMs += performance.now() - startedMs;
    if (said.kind === 'failed') throw this.die('task-failed', said.message);
    if (said.kind !== 'answer') throw this.die('bad-answer', 'the process gave no answer');
    // What was said of one object must never count for another.
    if (said.task !== number) throw this.die('bad-answer', 'the process answered another task');
    return said.answer;
  }

  kill(code: SandboxErrorCode = 'unavailable', message = 'the process was ended'): void {
    this.die(code, message);
  }

  private async sendTask(task: Task, number: number): Promise<void> {
    let head: Buffer | null = encodeFrame({ task: number, request: task.request, sizeBytes: task.sizeBytes });
    let sentBytes = 0;
    try {
      for await (const chunk of task.bytes) {
        if (this.death !== null) throw this.death;
        sentBytes += chunk.length;
        if (sentBytes > task.sizeBytes) break;
        // Together, so that the process wakes up once.
        const bytes: Uint8Array = head === null ? chunk : Buffer.concat([head, chunk]);
        head = null;
        await this.write(bytes);
      }
    } catch (error) {
      if (error instanceof SandboxError) throw error;
      throw this.die('source-failed', 'the bytes could not be read', { cause: error });
    }
    if (sentBytes !== task.sizeBytes) throw this.die('source-failed', 'not as many bytes as announced');
    if (head !== null) await this.write(head);
  }

  private async write(chunk: Uint8Array): Promise<void> {
    const stdin = this.child.stdin;
    if (stdin === null || this.death !== null) throw this.death ?? this.die('crashed', 'no pipe');
    if (stdin.write(chunk)) return;
    await Promise.race([once(stdin, 'drain'), this.ended]).catch(() => undefined);
    if (this.death !== null) throw this.death;
  }

  private nextSaid(): Promise<Said> {
    if (this.death !== null) return Promise.reject(this.death);
    return new Promise((resolve, reject) => {
      this.expecting = { resolve, reject };
    });
  }

  /** Whatever is waited for, the process's end ends the wait. */
  private async orDeath(work: Promise<void>): Promise<void> {
    await Promise.race([work, this.ended]);
    if (this.death !== null) throw this.death;
  }

  private async within(
    { timeoutMs, signal }: Pick<Task, 'timeoutMs' | 'signal'>,
    work: () => Promise<Said>,
  ): Promise<Said> {
    const timer = setTimeout(() => this.die('timeout', `no answer within ${timeoutMs} ms`), timeoutMs);
    const cut = (): void => void this.die('timeout', 'not waited for any longer');
    signal?.addEventListener('abort', cut);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cut);
    }
  }

  private listen(): void {
    const reader = new FrameReader(this.options.maxAnswerBytes);
    this.child.stdout?.on('data', (chunk: Buffer) => {
      if (this.death === null) this.hear(reader, chunk);
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      if (this.errorOutput.length < maxKeptErrorBytes)
        this.errorOutput += chunk.toString('utf8').slice(0, maxKeptErrorBytes);
    });
    for (const stream of this.child.stdio) {
      // A broken pipe is told by the exit that follows.
      stream?.on('error', () => undefined);
    }
  }

  private hear(reader: FrameReader, chunk: Buffer): void {
    const expecting = this.expecting;
    if (expecting === null) return void this.die('bad-answer', 'the process spoke without being asked');
    try {
      const [frame, second] = reader.push(chunk);
      if (frame === undefined) return;
      const said = saidSchema.parse(JSON.parse(frame.toString('utf8')));
      if (second !== undefined) throw new Error('more than one answer');
      this.expecting = null;
      expecting.resolve(said);
    } catch (error) {
      this.die('bad-answer', 'the process gave something that is no answer', { cause: error });
    }
  }

  /** First reason wins. Kills the whole process group, so nothing the process started stays. */
  private die(code: SandboxErrorCode, message: string, options?: ErrorOptions): SandboxError {
    if (this.death !== null) return this.death;
    const detail = this.errorOutput === '' ? '' : `; it said: ${this.errorOutput.trim().slice(0, 500)}`;
    this.death = new SandboxError(code, message + detail, options);
    if (this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null) {
      try {
        process.kill(-this.child.pid, 'SIGKILL');
      } catch {
        this.child.kill('SIGKILL');
      }
    }
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
    this.child.stdin?.destroy();
    this.child.stdio[recordsDescriptor]?.destroy();
    this.expecting?.reject(this.death);
    this.expecting = null;
    return this.death;
  }
}

/** From before its first instruction: set from here later, it would miss the process that a namespace's `--fork` makes. */
const standingBack = (niceness: number, command: readonly string[]): readonly string[] =>
  niceness === 0 ? command : ['/usr/bin/nice', '-n', String(niceness), '--', ...command];
const refuseRecord: OnRecord = () => Promise.reject(new Error('a record no one takes'));
