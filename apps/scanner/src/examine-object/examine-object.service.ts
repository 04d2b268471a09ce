import {
  type Engine,
  type EngineOutcome,
  type EngineStatus,
  type ExaminedObject,
  type Job,
  defaultSettings,
  groupKeyOf,
  noStreams,
} from '@sluice/contracts';
import { type ObjectStore, ObjectStoreError } from '@sluice/object-store';
import type { OnRecord } from '@sluice/sandbox';
import type { EngineResult } from '../combine-outcomes/combine-outcomes.js';
import { CallLimit } from './call-limit.js';
import { CutShort, type CutOptions } from './cut-short.js';
import { Deadline } from './deadline.js';
import { type KnownSoFar, isHopeless } from './is-hopeless.js';
import { inspectionResults } from './inspection-results.js';
import type { AllowList } from './allow-list.js';
import { contentEngineResult } from './content-engine-result.js';
import { lessShortfall } from './less-shortfall.js';
import type { InspectionOutcome } from './inspection-outcome.js';
import type { Inspector } from './inspector.js';
import type { InspectionLimits } from '../inspection/inspection.schema.js';
import { PartShow } from './show-parts.js';
import { type ContentDigests, ContentReader } from './read-content.js';

export type Examination =
  | {
      readonly kind: 'examined';
      readonly object: ExaminedObject;
      readonly results: readonly EngineResult[];
      /** What engines were shown besides the object as it is. */
      readonly shown: { readonly parts: number; readonly bytes: number; readonly calls: number };
    }
  | { readonly kind: 'object-missing' }
  | { readonly kind: 'object-altered' }
  /** The store failed, or the file that the object shares is short or gone; nothing is said about the object. */
  | { readonly kind: 'store-failed' };

export interface ExamineOptions {
  readonly timeoutMs: number;
  /** Latest state of every engine, by name: versions and dates for the report. */
  readonly statuses: ReadonlyMap<string, EngineStatus>;
  /** Bounds of what is opened. */
  readonly limits: InspectionLimits;
  /** Tried on what is encrypted. */
  readonly passwords?: readonly string[];
  /** The caller's own: before all others. */
  readonly givenPasswords?: readonly string[];
  /** Without it engines always get all of their time. */
  readonly cut?: CutOptions;
  /** Calls to engines for parts; without it each object has as many as it likes. */
  readonly calls?: CallLimit;
  readonly isMail?: boolean;
}

const neverCut: CutOptions = { isMailHeldUp: () => false, keepFromOthers: () => undefined };

interface Timed<Outcome> {
  readonly outcome: Outcome;
  readonly durationMs: number;
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
    private readonly inspector: Pick<Inspector, 'inspect'>,
    private readonly allowList: AllowList,
  ) {}

  async examine(job: Job, options: ExamineOptions): Promise<Examination> {
    const cut = new CutShort(options.cut ?? neverCut);
    try {
      return await this.examineAll(job, options, cut);
    } finally {
      cut.end();
    }
  }

  private async examineAll(job: Job, options: ExamineOptions, cut: CutShort): Promise<Examination> {
    const deadlineMs = performance.now() + options.timeoutMs;
    const reader = new ContentReader();
    const wholesSoFar: (EngineOutcome | null)[] = this.engines.map(() => null);
    let inspectedSoFar: InspectionOutcome | null = null;
    const onSaid = (): void => {
      const found = isHopeless(this.known(show, wholesSoFar, inspectedSoFar));
      if (found !== null) cut.hopeless(found.because);
    };
    const show = this.show(job, options, { cut, onSaid });
    const scans = this.engines.map(async (engine, index) => {
      const said = await this.scan({ engine, reader, cut }, job, options);
      wholesSoFar[index] = said.outcome;
      show.views[index]?.tellWhole(said.outcome);
      onSaid();
      return said;
    });
    const onInspected = (outcome: InspectionOutcome): void => {
      inspectedSoFar = outcome;
      onSaid();
    };
    const inspecting = this.inspect({ reader, show, signal: cut.signal, onInspected }, job, options);
    const [read] = await Promise.all([this.readObject(reader, job, options.timeoutMs), ...scans, inspecting]);
    if (read === 'missing') return { kind: 'object-missing' };
    if (read === 'failed') return { kind: 'store-failed' };
    if (read.sizeBytes !== job.sizeBytes || read.sha256 !== job.sha256) return { kind: 'object-altered' };
    const [inspected, wholes] = await Promise.all([inspecting, Promise.all(scans)]);
    const { md5, sha1, sha256 } = read;
    const inspection = inspected.outcome.kind === 'inspected' ? inspected.outcome.inspection : null;
    const isObjectAllowed = this.allowList.has(sha256);
    const kind = {
      mime: inspection?.detectedType ?? '',
      sizeBytes: job.sizeBytes,
      streams: inspection?.streams ?? noStreams,
    };
    const seen = await Promise.all(
      this.engines.map((engine, index) => {
        const { outcome } = wholes[index] as Timed<EngineOutcome>;
        return lessShortfall(engine, { outcome, kind, deadlineMs });
      }),
    );
    const contents = show.views.map((view, index) => {
      const { durationMs } = wholes[index] as Timed<EngineOutcome>;
      const whole = seen[index] as EngineOutcome;
      const status = options.statuses.get(view.engine.name) ?? null;
      const about = { whole, inspected: inspected.outcome, isObjectAllowed, status };
      return contentEngineResult(view, { ...about, durationMs: Math.max(durationMs, inspected.durationMs) });
    });
    const { statuses } = options;
    const about = { durationMs: inspected.durationMs, statuses, isObjectAllowed };
    return {
      kind: 'examined',
      object: {
        md5,
        sha1,
        sha256,
        detectedType: inspection?.detectedType ?? 'application/octet-stream',
        mail: inspection?.mail ?? null,
      },
      results: [...contents, ...inspectionResults(inspected.outcome, about)],
      shown: {
        parts: show.views.reduce((sum, view) => sum + view.shownCount, 0),
        bytes: show.views.reduce((sum, view) => sum + view.shownBytes, 0),
        calls: show.views.reduce((sum, view) => sum + view.callCount, 0),
      },
    };
  }

  private known(
    show: PartShow,
    wholes: KnownSoFar['wholes'],
    inspected: InspectionOutcome | null,
  ): KnownSoFar {
    return { wholes, views: show.views, inspected, mayBeExcused: this.allowList.isConfigured };
  }

  private show(
    job: Job,
    { timeoutMs, limits, calls = new CallLimit(Number.POSITIVE_INFINITY) }: ExamineOptions,
    cutting: { cut: CutShort; onSaid: () => void },
  ): PartShow {
    return new PartShow(this.engines, {
      ...cutting,
      calls,
      limits,
      objectBytes: job.sizeBytes,
      deadlineMs: performance.now() + timeoutMs,
      isAllowed: (sha256) => this.allowList.has(sha256),
    });
  }

  private async scan(
    { engine, reader, cut }: { engine: Engine; reader: ContentReader; cut: CutShort },
    job: Job,
    { timeoutMs }: ExamineOptions,
  ): Promise<Timed<EngineOutcome>> {
    const branch = reader.branch();
    const startedMs = performance.now();
    const content = { sizeBytes: job.sizeBytes, bytes: branch.bytes };
    const outcome = await cut.scan(() => engine.scan(content, { timeoutMs }));
    branch.done();
    return { outcome, durationMs: performance.now() - startedMs };
  }

  private async inspect(
    {
      reader,
      show,
      signal,
      onInspected,
    }: {
      reader: ContentReader;
      show: PartShow;
      signal: AbortSignal;
      onInspected: (outcome: InspectionOutcome) => void;
    },
    job: Job,
    {
      timeoutMs,
      limits,
      passwords = defaultSettings.passwordsToTry,
      givenPasswords = [],
      isMail = false,
    }: ExamineOptions,
  ): Promise<Timed<InspectionOutcome>> {
    const branch = reader.branch();
    const startedMs = performance.now();
    const content = { sizeBytes: job.sizeBytes, bytes: branch.bytes };
    const { objectType } = job;
    const onPart: OnRecord = (record) => show.take(record);
    const about = { objectType, timeoutMs, limits, passwords, givenPasswords, onPart, signal, isMail };
    const outcome = await this.inspector.inspect(content, about);
    branch.done();
    onInspected(outcome);
    await show.finish();
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
      const isMissing = error instanceof ObjectStoreError && error.code === 'missing';
      // A file that objects share goes when none of them needs it: that it is gone says nothing about this one.
      return isMissing && groupKeyOf(job.objectKey) === null ? 'missing' : 'failed';
    } finally {
      deadline.clear();
    }
  }
}
