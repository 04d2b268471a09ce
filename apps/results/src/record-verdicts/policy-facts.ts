import {
  type Detection,
  type UnexaminedReason,
  type Verdict,
  type VerdictReason,
  policyDetectionName,
  policyEngine,
  unexaminedReasons,
} from '@sluice/contracts';
import { contentEnginesOf } from './content-engines.js';
import { rateImportance } from './rate-importance.js';

/** What ledger.record_verdicts needs to apply a system's policy. Nothing in it is the scanner's word on a policy. */
export function policyFacts(verdict: Verdict) {
  const policyReasons = reasonsOfObject(verdict);
  const policyDetections = policyReasons.map((reason) => ({
    reason,
    detection: detectionOf(reason, verdict),
  }));
  return {
    /** Empty: no policy has a say. */
    policyReasons,
    policyDetections,
    policyImportance: rateImportance(policyDetections.map(({ detection }) => detection)),
    hasTestSignatures: verdict.engines.some((engine) => engine.isTestSignatures),
    oldestSignaturesAt: verdict.engines.flatMap(({ signaturesAt }) => signaturesAt ?? []).sort()[0] ?? null,
  };
}

/** Why the object was not examined, when the object alone is the reason: one failed engine, and there is none. */
function reasonsOfObject(verdict: Verdict): readonly UnexaminedReason[] {
  if (verdict.outcome !== 'error' || verdict.reason === null) return [];
  const hasFailed = verdict.engines.some(({ outcome }) => outcome === 'failed');
  if (hasFailed || contentEnginesOf(verdict).length === 0) return [];
  const said = new Set<VerdictReason>([
    verdict.reason,
    ...verdict.engines.flatMap(({ reason }) => reason ?? []),
    ...verdict.notExamined.map(({ reason }) => reason),
    ...verdict.notExaminedReasons,
  ]);
  // What is counted, and neither listed nor named, may have any reason.
  const isAllKnown =
    verdict.notExaminedTotal <= verdict.notExamined.length || verdict.notExaminedReasons.length > 0;
  const ofObject = unexaminedReasons.filter((reason) => said.has(reason));
  return isAllKnown && ofObject.length === said.size ? ofObject : [];
}

/** At the first place that has the reason. */
function detectionOf(reason: UnexaminedReason, { notExamined }: Verdict): Detection {
  const path = notExamined.find((one) => one.reason === reason)?.path ?? [];
  return { engine: policyEngine, technology: 'am', name: policyDetectionName(reason), path };
}
