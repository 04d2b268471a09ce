import {
  type Detection,
  type EngineRun,
  type ExaminedObject,
  type Job,
  type Verdict,
  maxDetections,
  maxVerdictBytes,
  verdictVersion,
} from '@sluice/contracts';
import type { Combined, EngineResult } from '../combine-outcomes/combine-outcomes.js';
import { reasonText } from '../combine-outcomes/reason-text.js';

export interface VerdictParts {
  readonly job: Job;
  readonly combined: Combined;
  readonly results: readonly EngineResult[];
  readonly object: ExaminedObject | null;
  readonly scanner: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** The message for the ledger, within its bounds: detections beyond them are counted, not listed. */
export function buildVerdict(parts: VerdictParts): Verdict {
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
    object: parts.object,
    scanner: parts.scanner,
    startedAt: parts.startedAt.toISOString(),
    finishedAt: parts.finishedAt.toISOString(),
  };
  return { ...verdict, detections: fitting(combined.detections, maxVerdictBytes - sizeOf(verdict)) };
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function fitting(detections: readonly Detection[], leftBytes: number): Detection[] {
  let usedBytes = 0;
  const listed: Detection[] = [];
  for (const detection of detections.slice(0, maxDetections)) {
    usedBytes += sizeOf(detection) + 1;
    if (usedBytes > leftBytes) break;
    listed.push({ ...detection, path: [...detection.path] });
  }
  return listed;
}

function engineRun(result: EngineResult): EngineRun {
  const { engine, technology, status, outcome } = result;
  return {
    ...{ engine, technology },
    version: status?.version ?? 'unknown',
    signaturesAt: status?.signaturesAt ?? null,
    isTestSignatures: status?.isTestSignatures ?? false,
    outcome: outcome.kind,
    reason: reasonOf(outcome),
    durationMs: Math.round(result.durationMs * 100) / 100,
  };
}

function reasonOf(outcome: EngineResult['outcome']): EngineRun['reason'] {
  switch (outcome.kind) {
    case 'clean':
    case 'infected':
      return null;
    case 'unscannable':
      return outcome.reason;
    case 'failed':
      return outcome.code === 'timeout' ? 'engine-timeout' : 'engine-failed';
  }
}
