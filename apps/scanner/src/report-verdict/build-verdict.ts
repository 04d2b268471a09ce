import {
  type Detection,
  type EngineRun,
  type ExaminedObject,
  type Job,
  type Verdict,
  maxDetections,
  maxNotExamined,
  maxVerdictBytes,
  verdictVersion,
} from '@sluice/contracts';
import type { Combined, EngineResult } from '../combine-outcomes/combine-outcomes.js';
import { reasonText } from '../combine-outcomes/reason-text.js';

/** A quarter of the message: detections must have room. */
const maxNotExaminedBytes = maxVerdictBytes / 4;

export interface VerdictInput {
  readonly job: Job;
  readonly combined: Combined;
  readonly results: readonly EngineResult[];
  readonly object: ExaminedObject | null;
  readonly scanner: string;
  /** What decided; null when it was not the same from beginning to end. */
  readonly decisionSet: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** The message for the ledger, within its bounds: detections beyond them are counted, not listed. */
export function buildVerdict(parts: VerdictInput): Verdict {
  const { combined } = parts;
  const verdict: Verdict = {
    kind: 'verdict',
    v: verdictVersion,
    submissionId: parts.job.submissionId,
    outcome: combined.outcome,
    reason: combined.reason,
    reasonText: reasonText(combined.reason, combined.engine),
    detections: [],
    detectionsTotal: combined.detectionsTotal,
    engines: parts.results.map(engineRun),
    ...notExaminedOf(parts.results),
    object: parts.object,
    scanner: parts.scanner,
    ...(parts.decisionSet !== null && { decisionSet: parts.decisionSet }),
    startedAt: parts.startedAt.toISOString(),
    finishedAt: parts.finishedAt.toISOString(),
  };
  return {
    ...verdict,
    detections: fittingDetections(combined.detections, maxVerdictBytes - sizeOf(verdict)),
  };
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const fittingDetections = (detections: readonly Detection[], leftBytes: number): Detection[] =>
  fitting(detections.slice(0, maxDetections), leftBytes).map((one) => ({ ...one, path: [...one.path] }));

function fitting<One>(all: readonly One[], leftBytes: number): One[] {
  let usedBytes = 0;
  const end = all.findIndex((one) => {
    usedBytes += sizeOf(one) + 1;
    return usedBytes > leftBytes;
  });
  return all.slice(0, end < 0 ? all.length : end);
}

/** Of every engine the first places: one with many must not hide the others. */
function notExaminedOf(
  results: readonly EngineResult[],
): Pick<Verdict, 'notExamined' | 'notExaminedTotal' | 'notExaminedReasons'> {
  const total = results.reduce((sum, one) => sum + one.notExaminedTotal, 0);
  const longest = Math.max(0, ...results.map((one) => one.notExamined.length));
  const inTurn = Array.from({ length: longest }, (_, index) => results.map((one) => one.notExamined[index]));
  const all = inTurn.flat().filter((one) => one !== undefined);
  return {
    notExamined: fitting(all.slice(0, maxNotExamined), maxNotExaminedBytes),
    notExaminedTotal: total,
    notExaminedReasons: [...new Set(results.flatMap((one) => one.notExaminedReasons))],
  };
}

function engineRun(result: EngineResult): EngineRun {
  const { engine, technology, status, outcome } = result;
  return {
    engine,
    technology,
    version: status?.version ?? 'unknown',
    signaturesAt: status?.signaturesAt ?? null,
    isTestSignatures: status?.isTestSignatures ?? false,
    outcome: outcome.kind,
    reason: reasonOf(outcome),
    durationMs: Math.round(result.durationMs * 100) / 100,
    ...((result.unsealedCount ?? 0) > 0 && { unsealedCount: result.unsealedCount }),
  };
}

function reasonOf(outcome: EngineResult['outcome']): EngineRun['reason'] {
  switch (outcome.kind) {
    case 'clean':
    case 'infected':
    case 'excused':
      return null;
    case 'unscannable':
      return outcome.reason;
    case 'failed':
      return outcome.code === 'timeout' ? 'engine-timeout' : 'engine-failed';
  }
}
