import type { Engine, EngineOutcome, EngineStatus, ExaminedObject, Job } from '@sluice/contracts';
import { type ObjectStore, ObjectStoreError } from '@sluice/object-store';
import type { EngineResult } from '../combine-outcomes/combine-outcomes.js';
import { Deadline } from './deadline.js';
import { inspectionResults } from './inspection-results.js';
import type { InspectionOutcome, Inspector } from './inspector.js';
import { locateDetection } from './locate-detection.js';
import { type ContentDigests, ContentReader } from './read-content.js';

export type Examination =
  | {
      readonly kind: 'examined';
      readonly object: ExaminedObject;
      readonly results: readonly EngineResult[];
      readonly isAllowed: boolean;
    }
  | { readonly kind: 'object-missing' }
  | { readonly kind: 'object-altered' }
  /** The store failed; nothing is said about the object. */
  | { readonly kind: 'store-failed' };

export interface ExamineOptions {
  readonly timeoutMs: number;
  /** Latest state of every engine, by name: versions and dates for the report. */
  readonly statuses: ReadonlyMap<string, EngineStatus>;
}

/** After the engines' time a reader that still hangs is cut off. */
const readGraceMs = 2000;

/** Objects up to this size are read in one piece. */
const maxWholeBytes = 128 * 1024;

/** Reads one object once, for every engine at the same time, and gathers what they say. */
export class ExamineObjectService {
  constructor(
    private readonly store: ObjectStore,
    /** Engines for whole objects. */
    private readonly engines: readonly Engine[],
    private readonly inspector: Inspector,
  ) {}

  async examine(job: Job, options: ExamineOptions): Promise<Examination> {
    const reader = new ContentReader();
    const scans = this.engines.map((engine) => this.scan(engine, reader, job, options));
    const inspecting = this.inspect(reader, job, options);
    const [read] = await Promise.all([this.readObject(reader, job, options.timeoutMs), ...scans, inspecting]);
    if (read === 'missing') return { kind: 'object-missing' };
    if (read === 'failed') return { kind: 'store-failed' };
    if (read.sizeBytes !== job.sizeBytes || read.sha256 !== job.sha256) return { kind: 'object-altered' };
    const [inspected, engineResults] = await Promise.all([inspecting, Promise.all(scans)]);
    const { md5, sha1, sha256 } = read;
    const inspection = inspected.outcome.kind === 'inspected' ? inspected.outcome.inspection : null;
    const located = await Promise.all(
      engineResults.map((result) => this.locate(result, job, { inspected: inspected.outcome, options })),
    );
    return {
      kind: 'examined',
      object: {
        ...{ md5, sha1, sha256 },
        detectedType: inspection?.detectedType ?? 'application/octet-stream',
        mail: inspection?.mail ?? null,
      },
      results: [...located, ...inspectionResults(inspected.outcome, inspected.durationMs, options.statuses)],
      isAllowed: inspection?.isAllowed === true,
    };
  }

  private async scan(
    engine: Engine,
    reader: ContentReader,
    job: Job,
    { timeoutMs, statuses }: ExamineOptions,
  ): Promise<EngineResult> {
    const branch = reader.branch();
    const startedMs = performance.now();
    const outcome = await engine.scan({ sizeBytes: job.sizeBytes, bytes: branch.bytes }, { timeoutMs });
    branch.done();
    const { name, technology } = engine;
    const detectionsTotal = outcome.kind === 'infected' ? outcome.detections.length : 0;
    const durationMs = performance.now() - startedMs;
    const status = statuses.get(name) ?? null;
    return { engine: name, technology, isContentEngine: true, status, outcome, detectionsTotal, durationMs };
  }

  private async inspect(
    reader: ContentReader,
    job: Job,
    { timeoutMs }: ExamineOptions,
  ): Promise<{ outcome: InspectionOutcome; durationMs: number }> {
    const branch = reader.branch();
    const startedMs = performance.now();
    const content = { sizeBytes: job.sizeBytes, bytes: branch.bytes };
    const outcome = await this.inspector.inspect(content, { objectType: job.objectType, timeoutMs });
    branch.done();
    return { outcome, durationMs: performance.now() - startedMs };
  }

  private async readObject(
    reader: ContentReader,
    job: Job,
    timeoutMs: number,
  ): Promise<ContentDigests | 'missing' | 'failed'> {
    const deadline = new Deadline(timeoutMs + readGraceMs);
    try {
      if (job.sizeBytes <= maxWholeBytes)
        return reader.takeWhole(await deadline.over(this.store.readWhole(job.objectKey, job.sizeBytes)));
      const source = await deadline.over(this.store.read(job.objectKey, { expectedBytes: job.sizeBytes }));
      deadline.onOver((error) => source.destroy(error));
      return await reader.read(source);
    } catch (error) {
      reader.fail(error);
      return error instanceof ObjectStoreError && error.code === 'missing' ? 'missing' : 'failed';
    } finally {
      deadline.clear();
    }
  }

  /** An engine for whole objects tells no part: finds the one it means, so that people see where to look. */
  private async locate(
    result: EngineResult,
    job: Job,
    context: { inspected: InspectionOutcome; options: ExamineOptions },
  ): Promise<EngineResult> {
    const engine = this.engines.find((one) => one.name === result.engine);
    const partCount = context.inspected.kind === 'inspected' ? context.inspected.inspection.partCount : 1;
    if (engine === undefined || result.outcome.kind !== 'infected' || partCount < 2) return result;
    const path = await locateDetection({
      engine,
      inspector: this.inspector,
      store: this.store,
      job,
      partCount,
    });
    const outcome: EngineOutcome = {
      kind: 'infected',
      detections: result.outcome.detections.map((detection) => ({ ...detection, path: [...path] })),
    };
    return { ...result, outcome };
  }
}
