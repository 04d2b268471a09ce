import type { Job, JobQueueKind, Settings, Verdict } from '@sluice/contracts';
import type { Logger } from '@sluice/runtime';
import { type Combined, type EngineResult, combineOutcomes } from '../combine-outcomes/combine-outcomes.js';
import type { CallLimit } from '../examine-object/call-limit.js';
import type { GivenPasswords } from '../examine-object/given-passwords.js';
import type { ExamineObjectService, Examination } from '../examine-object/examine-object.service.js';
import type { DecisionSet } from '../name-what-decides/decision-set.js';
import { buildVerdict } from '../report-verdict/build-verdict.js';
import type { InspectionLimits } from '../inspection/inspection.schema.js';
import type { ScannerMetrics } from '../scanner-metrics.js';
import type { BrokenOff } from './broken-off.js';
import type { HeldSlot } from './scan-slots.js';
import type { WatchEnginesService } from '../watch-engines/watch-engines.service.js';

export interface ScanJobDeps {
  readonly examiner: Pick<ExamineObjectService, 'examine'>;
  readonly engines: Pick<WatchEnginesService, 'isHealthy' | 'statuses' | 'check' | 'whenHealthy'>;
  readonly settings: () => Settings;
  readonly givenPasswords: Pick<GivenPasswords, 'of'>;
  readonly scanner: string;
  readonly decisionSet: Pick<DecisionSet, 'begin'>;
  readonly isMailHeldUp: () => boolean;
  readonly brokenOff: BrokenOff;
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
/** A job that an engine broke off on is kept while that starts again: only this scanner counts how often. */
const keepBrokenOffMs = 60_000;

/** One job to its verdict. Null: an engine is broken and the job has to be handed back, uncounted. */
export class ScanJobService {
  constructor(private readonly deps: ScanJobDeps) {}

  async scan(job: Job, place: ScanPlace): Promise<Verdict | null> {
    const { engines, brokenOff } = this.deps;
    for (;;) {
      if (brokenOff.isSuspect(job.sha256)) {
        const given = this.givenUp(job, place);
        if (given !== null) return given;
        await place.slot.becomeAlone();
      }
      // The same bytes may have ended the engine meanwhile.
      const verdict = this.givenUp(job, place) ?? (await this.attempt(job, place));
      if (verdict !== null) return verdict;
      if (brokenOff.engineItEnds(job.sha256) !== null) continue;
      const keepMs = brokenOff.isSuspect(job.sha256) ? keepBrokenOffMs : defaultKeepMs;
      if (!(await engines.whenHealthy(this.deps.keepMs ?? keepMs))) return null;
    }
  }

  /** An engine ended over this object again and again, and is not shown it any more. Null: it may be scanned. */
  private givenUp(job: Job, { queue }: ScanPlace): Verdict | null {
    const { brokenOff, scanner, logger } = this.deps;
    const { submissionId, sha256 } = job;
    const engine = brokenOff.engineItEnds(sha256);
    if (engine === null) return null;
    logger.error({ submissionId, sha256, engine }, 'an engine ends whenever it examines this object');
    const now = new Date();
    const verdict: Verdict = {
      ...buildVerdict({
        job,
        combined: {
          outcome: 'error',
          reason: 'too-many-attempts',
          engine,
          detections: [],
          detectionsTotal: 0,
        },
        results: [],
        object: null,
        scanner,
        decisionSet: null,
        startedAt: now,
        finishedAt: now,
      }),
      reasonText: `${engine} ended twice while it examined this object, and is not shown it again for an hour.`,
    };
    this.record(verdict, [], { queue, seconds: 0, shown: nothingShown });
    return verdict;
  }

  /** Null when an engine turned out to be broken: then nothing is known of the object. */
  private async attempt(job: Job, { queue, slot }: ScanPlace): Promise<Verdict | null> {
    const { examiner, engines, scanner, isMailHeldUp, callsOfOthers } = this.deps;
    const settings = this.deps.settings();
    const startedAt = new Date();
    const startedMs = performance.now();
    const decidedBy = this.deps.decisionSet.begin();
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
    const decisionSet = decidedBy();
    const { combined, results } = this.combine(examination, settings);
    this.logFailures(job, examination, results);
    if (combined.outcome !== 'infected' && (await this.hasBrokenOff(job, results, startedMs))) return null;
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

  private async hasBrokenOff(
    { sha256 }: Job,
    results: readonly EngineResult[],
    startedMs: number,
  ): Promise<boolean> {
    const { brokenOff, engines } = this.deps;
    const one = results.find(({ outcome }) => outcome.kind === 'failed' && outcome.code === 'broke-off');
    if (one === undefined) {
      const isOver = results.length > 0 && results.every(({ outcome }) => outcome.kind !== 'failed');
      if (isOver) brokenOff.forget(sha256);
      return false;
    }
    brokenOff.note(sha256, one.engine, startedMs);
    await engines.check({ isFresh: true });
    return true;
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

const nothingShown: Shown = { partsShown: 0, bytesShown: 0, calls: 0 };

const shownOf = (examination: Examination): Shown =>
  examination.kind === 'examined'
    ? {
        partsShown: examination.shown.parts,
        bytesShown: examination.shown.bytes,
        calls: examination.shown.calls,
      }
    : nothingShown;

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
