import type { Job, JobQueueKind, Settings, Verdict } from '@sluice/contracts';
import type { Logger } from '@sluice/runtime';
import { type Combined, type EngineResult, combineOutcomes } from '../combine-outcomes/combine-outcomes.js';
import type { CallLimit } from '../examine-object/call-limit.js';
import type { GivenPasswords } from '../examine-object/given-passwords.js';
import type { ExamineObjectService, Examination } from '../examine-object/examine-object.service.js';
import { buildVerdict } from '../report-verdict/build-verdict.js';
import type { InspectionLimits } from '../inspection/inspection.schema.js';
import type { ScannerMetrics } from '../scanner-metrics.js';
import type { HeldSlot } from './scan-slots.js';
import type { WatchEnginesService } from '../watch-engines/watch-engines.service.js';

export interface ScanJobDeps {
  readonly examiner: Pick<ExamineObjectService, 'examine'>;
  readonly engines: Pick<WatchEnginesService, 'isHealthy' | 'statuses' | 'check' | 'whenHealthy'>;
  readonly settings: () => Settings;
  readonly givenPasswords: Pick<GivenPasswords, 'of'>;
  readonly scanner: string;
  readonly decisionSet: { readonly current: string | null };
  readonly isMailHeldUp: () => boolean;
  /** Parts of objects of others that engines look at, at once: the rest of an engine's threads is for mail. */
  readonly callsOfOthers: CallLimit;
  readonly metrics: ScannerMetrics;
  readonly logger: Logger;
  /** Default 15 s. */
  readonly keepMs?: number;
}

/** Where a scan runs. */
export interface ScanPlace {
  readonly queue: JobQueueKind;
  readonly slot: HeldSlot;
}

/**
 * Longest a job is kept while an engine is broken, before it is handed back. Long enough for every other scanner that
 * uses the same broken engine to have noticed: a job must not wander from one to the next.
 */
const defaultKeepMs = 15_000;

/** One job to its verdict. Null: an engine is broken and the job has to be handed back, uncounted. */
export class ScanJobService {
  constructor(private readonly deps: ScanJobDeps) {}

  async scan(job: Job, place: ScanPlace): Promise<Verdict | null> {
    for (;;) {
      const verdict = await this.attempt(job, place);
      if (verdict !== null) return verdict;
      if (!(await this.deps.engines.whenHealthy(this.deps.keepMs ?? defaultKeepMs))) return null;
    }
  }

  /** Null when an engine turned out to be broken: then nothing is known of the object. */
  private async attempt(job: Job, { queue, slot }: ScanPlace): Promise<Verdict | null> {
    const { examiner, engines, scanner, isMailHeldUp, callsOfOthers } = this.deps;
    const settings = this.deps.settings();
    const startedAt = new Date();
    const decidesBefore = this.deps.decisionSet.current;
    const timeoutMs = settings.scanTimeoutSeconds * 1000;
    const examination = await examiner.examine(job, {
      timeoutMs,
      statuses: engines.statuses,
      limits: limitsOf(settings),
      passwords: settings.passwordsToTry,
      givenPasswords: await this.deps.givenPasswords.of(job),
      cut: { isMailHeldUp, keepFromOthers: (until) => slot.keepFromOthers(until) },
      ...(queue === 'mail' ? { isMail: true } : { calls: callsOfOthers }),
    });
    const decisionSet = this.deps.decisionSet.current === decidesBefore ? decidesBefore : null;
    const { combined, results } = this.combine(examination, settings);
    this.logFailures(job, examination, results);
    if (needsHealthyEngines(combined) && !(await engines.check({ isFresh: true }))) return null;
    const object = examination.kind === 'examined' ? examination.object : null;
    const finishedAt = new Date();
    const verdict = buildVerdict({
      job,
      combined,
      results,
      object,
      scanner,
      decisionSet,
      startedAt,
      finishedAt,
    });
    const seconds = (finishedAt.getTime() - startedAt.getTime()) / 1000;
    this.record(verdict, results, { queue, seconds, shown: shownOf(examination) });
    return verdict;
  }

  private combine(
    examination: Examination,
    settings: Settings,
  ): { combined: Combined; results: readonly EngineResult[] } {
    if (examination.kind === 'examined') {
      const { results } = examination;
      return { combined: combineOutcomes(results, { settings, nowMs: Date.now() }), results };
    }
    const nothing = { engine: null, detections: [], detectionsTotal: 0 };
    if (examination.kind === 'store-failed')
      return { combined: { ...nothing, outcome: 'failed-attempt', reason: 'engine-failed' }, results: [] };
    return { combined: { ...nothing, outcome: 'error', reason: examination.kind }, results: [] };
  }

  /** Codes only: what a killed process said may hold names from the object. */
  private logFailures(job: Job, examination: Examination, results: readonly EngineResult[]): void {
    const { submissionId } = job;
    if (examination.kind !== 'examined')
      this.deps.logger.warn({ submissionId, problem: examination.kind }, 'object not examined');
    for (const { engine, outcome } of results)
      if (outcome.kind === 'failed')
        this.deps.logger.warn({ submissionId, engine, code: outcome.code }, 'engine failed on an object');
  }

  private record(
    verdict: Verdict,
    results: readonly EngineResult[],
    { queue, seconds, shown }: { queue: JobQueueKind; seconds: number; shown: Shown },
  ): void {
    const { metrics, logger } = this.deps;
    const { outcome, submissionId } = verdict;
    const reason = verdict.reason ?? 'none';
    metrics.scans.inc({ outcome, reason });
    metrics.scanSeconds.observe({ queue, outcome }, seconds);
    for (const result of results)
      metrics.engineSeconds.observe(
        { engine: result.engine, outcome: result.outcome.kind },
        result.durationMs / 1000,
      );
    logger.info(
      {
        submissionId,
        outcome,
        reason,
        queue,
        seconds,
        detections: verdict.detectionsTotal,
        ...shown,
        // Places are labels from the object; a report has them all.
        ...(verdict.notExaminedTotal > 0 && {
          notExamined: verdict.notExamined.slice(0, maxLoggedPlaces),
          notExaminedTotal: verdict.notExaminedTotal,
        }),
      },
      'scanned',
    );
  }
}

const maxLoggedPlaces = 10;

/** Besides the object as it is. */
interface Shown {
  readonly partsShown: number;
  readonly bytesShown: number;
  /** Of engines, for the parts; small ones go together. */
  readonly calls: number;
}

const shownOf = (examination: Examination): Shown =>
  examination.kind === 'examined'
    ? {
        partsShown: examination.shown.parts,
        bytesShown: examination.shown.bytes,
        calls: examination.shown.calls,
      }
    : { partsShown: 0, bytesShown: 0, calls: 0 };

const limitsOf = (settings: Settings): InspectionLimits => ({
  maxDepth: settings.maxDepth,
  maxParts: settings.maxParts,
  maxTotalBytes: settings.maxTotalBytes,
  maxPartBytes: settings.maxPartBytes,
  maxHeldBytes: settings.maxHeldBytes,
  maxRatio: settings.maxRatio,
});

/** Conclusions drawn from a failure hold only when the failure is the object's, not the engine's. */
const needsHealthyEngines = ({ outcome, reason }: Combined): boolean =>
  outcome === 'failed-attempt' || outcome === 'timeout' || reason === 'engine-failed';
