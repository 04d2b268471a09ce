import { isDeepStrictEqual } from 'node:util';
import { type EngineStatus, type ObjectType, type ScanContent, cleanText } from '@sluice/contracts';
import { plainTypeOf } from '@sluice/containers/detection';
import { type OnRecord, Sandbox, builtFile } from '@sluice/sandbox';
import { softwareVersion } from '@sluice/runtime';
import {
  type InspectionLimits,
  type InspectorAnswer,
  type InspectorRequest,
  inspectorAnswerSchema,
} from '../inspection/inspection.schema.js';
import {
  type PartEnginePlaces,
  type PartEngineSources,
  readPartEngineSources,
  unreportedPartEngines,
} from '../inspection/part-engines.js';
import { gather, noContent, once } from './gather-content.js';
import { type InspectionOutcome, errorCodeOf, plainInspection } from './inspection-outcome.js';

export interface InspectOptions {
  readonly objectType: ObjectType;
  readonly timeoutMs: number;
  readonly limits: InspectionLimits;
  /** Tried on what is encrypted. */
  readonly passwords?: readonly string[];
  /** The caller's own: before all others. */
  readonly givenPasswords?: readonly string[];
  /** Takes the parts that content engines have to see. Rejects: the process is not believed. */
  readonly onPart: OnRecord;
  /** Ends it early, as if its time were over. */
  readonly signal?: AbortSignal | undefined;
  /** It may have a process that is kept for mail. */
  readonly isMail?: boolean;
}

/** An object has to fit into the process's memory, together with what is unpacked from it. */
export const maxInspectedBytes = 256 * 1024 * 1024;

const processLimits = { memoryBytes: 1536 * 1024 * 1024, cpuSeconds: 7200 };
const maxAnswerBytes = 1024 * 1024;
/** Thousands of YARA rules take many seconds to compile. */
const startTimeoutMs = 180_000;
/**
 * A third of the weight of mail where both want the same processor (as a session, too: session-niceness.ts). With 10, a
 * tenth, a machine that other programs keep busy brings others' objects to their time limit.
 */
const nicenessOfOthers = 5;
const selfTestTimeoutMs = 15_000;
/** What is left to answer when the walk ends at its own time limit, before the process is killed. */
const answerShare = 0.9;

/**
 * Started with the scanner, for the first object; a self-test takes milliseconds of its time. Each takes 25 MiB and a third
 * of a second of CPU, and is started when a task finds none free. With rules or lists all are at once: compiling them takes
 * seconds that no object should wait for.
 */
const warmProcesses = 1;

/** Up to this size it is looked whether an object has to be opened before a process is asked. */
const maxGatheredBytes = 128 * 1024;

/**
 * Opens objects in killable processes and shows every part to the engines for parts. One process more than scans at
 * once, so that a self-test never waits behind them. Processes kept for mail have the processor before the others. Small
 * objects with nothing to open, while no such engine is configured, need no process: what one would say of them
 * is known from their first bytes.
 */
export class Inspector {
  private readonly pool: Sandbox<InspectorAnswer>;
  private readonly mailPool: Sandbox<InspectorAnswer>;
  private readonly hasPartEngines: boolean;
  private current: PartEngineSources;
  /** Null: not tested yet. */
  private isSound: boolean | null = null;
  private rejected: ReadonlyMap<string, string> = new Map();
  private reloading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly files: PartEnginePlaces,
    /** Scans at once; `mail`: of them, how many are kept for mail. */
    private readonly slots: { readonly others: number; readonly mail: number },
  ) {
    this.hasPartEngines = Object.values(files).some((file) => file !== undefined);
    this.current = readPartEngineSources(files);
    this.pool = this.poolOf(slots.others + 1, slots.mail > 0 ? nicenessOfOthers : 0);
    this.mailPool = this.poolOf(slots.mail, 0);
  }

  async inspect(content: ScanContent, options: InspectOptions): Promise<InspectionOutcome> {
    if (content.sizeBytes > maxInspectedBytes) return { kind: 'too-large' };
    const { objectType, timeoutMs, limits, passwords = [], givenPasswords = [] } = options;
    const timeLimitMs = timeoutMs * answerShare;
    const request = {
      kind: 'inspect' as const,
      objectType,
      timeLimitMs,
      limits,
      passwords: [...passwords],
      givenPasswords: [...givenPasswords],
    } satisfies InspectorRequest;
    try {
      if (this.hasPartEngines || content.sizeBytes > maxGatheredBytes)
        return await this.inspectInside(request, content, options);
      const bytes = await gather(content);
      const plainType = plainTypeOf(bytes, objectType);
      if (plainType !== null) return { kind: 'inspected', inspection: plainInspection(plainType) };
      return await this.inspectInside(request, { ...content, bytes: once(bytes) }, options);
    } catch (error) {
      return { kind: 'failed', code: errorCodeOf(error) };
    }
  }

  /** The inspector itself first, then the engines inside it. Never rejects. */
  async selfTest(): Promise<EngineStatus[]> {
    try {
      const answer = await this.ask({ kind: 'self-test' }, noContent(), selfTestTimeoutMs);
      if (answer.kind !== 'status') return [inspectorStatus('does not answer the self-test')];
      const silent = unreportedPartEngines(this.current, answer.engines);
      if (silent.length > 0) return [inspectorStatus(`says nothing of ${silent.join(', ')}`)];
      this.isSound = answer.engines.every((one) => one.isHealthy);
      return [inspectorStatus(null), ...answer.engines.map((one) => this.withRejected(one))];
    } catch (error) {
      return [
        inspectorStatus(this.pool.startProblem ?? (error instanceof Error ? error.message : 'unknown')),
      ];
    }
  }

  /** Of rules or lists that were refused, by engine. */
  get rejectedUpdates(): ReadonlyMap<string, string> {
    return this.rejected;
  }

  /** Rules and lists that processes have, or get when the next one starts. */
  get inUse(): PartEngineSources {
    return this.current;
  }

  /** Every process has what is in use. Else one of before may answer, for as long as its successor takes to start. */
  get isUniform(): boolean {
    return !this.pool.hasOutdated && !this.mailPool.hasOutdated;
  }

  /**
   * Rules or lists changed on disk. They are tried in a process of their own first: with a fault in one of them nothing
   * changes, and the state of its engine says why; else processes are replaced one by one, and no scan waits for it. One
   * call after the other; never rejects.
   */
  reload(): Promise<'adopted' | 'unchanged' | 'rejected'> {
    const next = this.reloading.then(() => this.reloadNow());
    this.reloading = next;
    return next;
  }

  private async reloadNow(): Promise<'adopted' | 'unchanged' | 'rejected'> {
    const config = readPartEngineSources(this.files);
    if (isDeepStrictEqual(config, this.current)) {
      // Back to what is in use.
      this.rejected = new Map();
      return 'unchanged';
    }
    const faults = await this.faultsOf(config);
    // Nothing is lost when what is in use does not work either, and its faults are those of today.
    if (faults.size > 0 && this.isSound !== false) {
      this.rejected = faults;
      return 'rejected';
    }
    this.rejected = new Map();
    this.current = config;
    this.pool.replaceAll(config);
    this.mailPool.replaceAll(config);
    return 'adopted';
  }

  /** By engine; `inspector` when a process with them does not even start. */
  private async faultsOf(config: PartEngineSources): Promise<Map<string, string>> {
    try {
      const task = { request: { kind: 'self-test' }, ...noContent(), timeoutMs: selfTestTimeoutMs };
      const answer = await this.pool.trial(config, task);
      if (answer.kind !== 'status') return new Map([[inspectorName, 'does not answer the self-test']]);
      const faulty = answer.engines.filter((one) => !one.isHealthy);
      return new Map(faulty.map((one) => [one.engine, one.problem ?? 'unknown']));
    } catch (error) {
      return new Map([[inspectorName, error instanceof Error ? error.message : 'unknown']]);
    }
  }

  private withRejected(status: EngineStatus): EngineStatus {
    const problem = this.rejected.get(status.engine) ?? this.rejected.get(inspectorName);
    return problem === undefined ? status : { ...status, rejectedUpdate: cleanText(problem) };
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.close(), this.mailPool.close()]);
  }

  private poolOf(size: number, niceness: number): Sandbox<InspectorAnswer> {
    return new Sandbox({
      entryFile: builtFile(import.meta.url, '../inspect-object/inspector-child.js'),
      config: this.current,
      answer: inspectorAnswerSchema,
      size,
      warm: this.hasPartEngines ? size : warmProcesses,
      niceness,
      limits: processLimits,
      heapMegabytes: 512,
      maxAnswerBytes,
      startTimeoutMs,
    });
  }

  /** Rejects SandboxError. */
  private async inspectInside(
    request: InspectorRequest,
    content: ScanContent,
    { timeoutMs, onPart, signal, isMail = false }: InspectOptions,
  ): Promise<InspectionOutcome> {
    const isKept = isMail && this.slots.mail > 0 && (this.mailPool.hasFree || !this.pool.hasFree);
    const pool = isKept ? this.mailPool : this.pool;
    const answer = await pool.run({ request, ...content, timeoutMs, onRecord: onPart, signal });
    if (answer.kind === 'inspection') return { kind: 'inspected', inspection: answer };
    return { kind: 'failed', code: 'bad-answer' };
  }

  private ask(request: InspectorRequest, content: ScanContent, timeoutMs: number): Promise<InspectorAnswer> {
    return this.pool.run({ request, ...content, timeoutMs });
  }
}

export const inspectorName = 'inspector';

function inspectorStatus(problem: string | null): EngineStatus {
  return {
    engine: inspectorName,
    technology: 'am',
    version: softwareVersion,
    signaturesAt: null,
    isTestSignatures: false,
    isHealthy: problem === null,
    problem: problem === null ? null : cleanText(problem),
    maxObjectBytes: maxInspectedBytes,
  };
}
