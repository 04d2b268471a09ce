import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { StartError } from '../start.errors.js';
import type { Account } from './account.js';
import { openChildLog, readChildLog } from './child-log.js';
import { pollUntil } from '@sluice/timing';
import type { ProcessRecords } from './process-records.js';
import { restartDelayMs } from './restart-delay.js';
import { signalOnExit } from './signal-on-exit.js';
import { StartPatience } from './start-patience.js';
import { summariseLog } from './summarise-log.js';

export interface ProcessSpecification {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited, so that no password reaches a process that doesn't need it. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly logFile: string;
  readonly stopSignal: NodeJS.Signals;
  /** After this it is killed. */
  readonly stopTimeoutMs: number;
  /** On a machine that has time for it; `StartPatience` says what becomes of it on others. */
  readonly readyTimeoutMs: number;
  /** Left-overs are ended in this order, smallest first: users before what they use. */
  readonly order: number;
  /** Of the process with that id, and of no other that answers in its place. Throws, when it isn't and knows why. */
  isReady(pid: number): boolean | Promise<boolean>;
  /** Removes what a killed predecessor left in the way. */
  beforeStart?(): void | Promise<void>;
}

export type ProcessEvent =
  | { readonly kind: 'ended'; readonly name: string; readonly how: string; readonly restartInMs: number }
  | { readonly kind: 'back'; readonly name: string };

export interface SupervisionOptions {
  readonly account: Account | null;
  readonly records: ProcessRecords;
  readonly onEvent?: (event: ProcessEvent) => void;
  /** Gives up a start that is under way. */
  readonly signal?: AbortSignal;
}

/** Up for this long, and the next end counts as the first one again. */
const settledMs = 60_000;

/**
 * One child process that is kept running: started, waited for, started again with back-off when it ends by itself,
 * and ended in order. A child that never gets ready the first time is a fault of `start`, not of the supervision.
 *
 * Children write straight into their log files and lead process groups of their own: Ctrl-C in the terminal reaches
 * only the launcher, which then ends them in the right order.
 */
export class SupervisedProcess {
  readonly #specification: ProcessSpecification;
  readonly #options: SupervisionOptions;
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #isStopping = false;
  #hasBeenReady = false;
  #endings = 0;
  #restart: NodeJS.Timeout | null = null;
  #logStart = 0;
  #unreadiness = '';
  #spawnFault: string | null = null;

  constructor(specification: ProcessSpecification, options: SupervisionOptions) {
    this.#specification = specification;
    this.#options = options;
  }

  get name(): string {
    return this.#specification.name;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get logFile(): string {
    return this.#specification.logFile;
  }

  /** Resolves when it is ready. Otherwise nothing is left running. */
  async start(): Promise<void> {
    const { readyTimeoutMs, name } = this.#specification;
    // Started again after a stop.
    this.#isStopping = false;
    this.#unreadiness = '';
    await this.#spawn();
    const { signal } = this.#options;
    const startedAtMs = performance.now();
    const patience = new StartPatience(readyTimeoutMs, startedAtMs);
    let isUp = false;
    const isOver = async (): Promise<boolean> => {
      if (this.#hasEnded || signal?.aborted === true) return true;
      isUp = await this.#isReady();
      return isUp || patience.isOver(this.#unreadiness, performance.now());
    };
    await pollUntil(isOver, { timeoutMs: Infinity, intervalMs: 100 });
    if (signal?.aborted === true) await this.stop();
    signal?.throwIfAborted();
    if (isUp && !this.#hasEnded) {
      this.#hasBeenReady = true;
      return;
    }
    const problem = this.#describeFailure(performance.now() - startedAtMs);
    await this.stop();
    throw new StartError(`${name} ${problem}`, `See ${this.logFile}`);
  }

  #describeFailure(waitedMs: number): string {
    if (this.#spawnFault !== null)
      return `could not be run (${this.#specification.command}): ${this.#spawnFault}`;
    const said = summariseLog(readChildLog(this.logFile, this.#logStart));
    return this.#hasEnded
      ? `ended while starting: ${said}`
      : `was not ready after ${(waitedMs / 1000).toFixed(1)} s: ${this.#unreadiness || said}`;
  }

  /** Ends it: politely first, by force after `stopTimeoutMs`. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    if (!this.#hasEnded) {
      this.#signal(this.#specification.stopSignal);
      const force = setTimeout(() => this.#signal('SIGKILL'), this.#specification.stopTimeoutMs);
      await this.#ended;
      clearTimeout(force);
    }
    this.#options.records.remove(this.name);
    signalOnExit.delete(this);
  }

  /** All that can be done when this process itself is about to end without having stopped it. */
  signalOnExit(): void {
    this.#isStopping = true;
    this.#signal(this.#specification.stopSignal);
  }

  /** As a crash would: no notice, and the supervision brings it back. For tests and for chaos. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  get #hasEnded(): boolean {
    return this.#child === null || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #spawn(): Promise<void> {
    const { command, args, env, cwd, name, stopSignal, order, beforeStart } = this.#specification;
    const { account, records } = this.#options;
    await beforeStart?.();
    if (this.#isStopping) return;
    const log = openChildLog(this.logFile);
    const startedAtMs = Date.now();
    // With uid set, Node also clears the supplementary groups.
    const child = spawn(command, args, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', log.handle, log.handle],
      ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
    });
    closeSync(log.handle);
    this.#logStart = log.sizeBytes;
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => {
        if (child.pid === undefined) this.#child = null;
        this.#spawnFault = error.message;
        this.#onEnd(error.message, startedAtMs);
        resolve();
      });
      child.once('exit', (code, signal) => {
        // Its own children must not go on without it, nor be in the way of its successor.
        if (child.pid !== undefined) signalProcess(-child.pid, 'SIGKILL');
        this.#onEnd(signal === null ? `with code ${code}` : `by ${signal}`, startedAtMs);
        resolve();
      });
    });
    signalOnExit.add(this);
    if (child.pid !== undefined) records.add(name, child.pid, { signal: stopSignal, order });
  }

  async #isReady(): Promise<boolean> {
    const { pid } = this;
    if (pid === undefined) return false;
    try {
      return await this.#specification.isReady(pid);
    } catch (error) {
      this.#unreadiness = (error as Error).message;
      return false;
    }
  }

  #onEnd(how: string, startedAtMs: number): void {
    if (this.#isStopping || !this.#hasBeenReady) return;
    this.#endings = Date.now() - startedAtMs > settledMs ? 1 : this.#endings + 1;
    const restartInMs = restartDelayMs(this.#endings);
    this.#options.onEvent?.({ kind: 'ended', name: this.name, how, restartInMs });
    this.#restart = setTimeout(() => void this.#startAgain(), restartInMs);
  }

  async #startAgain(): Promise<void> {
    try {
      await this.#spawn();
    } catch (error) {
      this.#onEnd((error as Error).message, Date.now());
      return;
    }
    // However long it takes: what it waits for (another server) may be down, and killing it would not help.
    const isOver = async (): Promise<boolean> =>
      this.#isStopping || this.#hasEnded || (await this.#isReady());
    await pollUntil(isOver, { timeoutMs: Infinity, intervalMs: 250 });
    if (!this.#isStopping && !this.#hasEnded) this.#options.onEvent?.({ kind: 'back', name: this.name });
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined || this.#hasEnded) return;
    // Force takes the children along; a polite end is left to the process itself.
    signalProcess(signal === 'SIGKILL' ? -pid : pid, signal);
  }
}

function signalProcess(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // Gone already.
  }
}
