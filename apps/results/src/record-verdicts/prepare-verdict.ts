import type { Verdict, VerdictReason } from '@sluice/contracts';
import { contentEnginesOf } from './content-engines.js';
import { policyFacts } from './policy-facts.js';
import { rateImportance, technologiesOf } from './rate-importance.js';

/** What ledger.record_verdicts takes. */
export type VerdictItem = ReturnType<typeof prepareVerdict> | ReturnType<typeof giveUp>;

/** Unknown is never clean: a contradictory verdict is read as the worse of what it says. */
const stateOf = (verdict: Verdict) => {
  if (verdict.outcome === 'infected' || verdict.detectionsTotal > 0 || verdict.detections.length > 0)
    return 'detect';
  return verdict.outcome === 'clean' ? 'not detected' : verdict.outcome;
};

/** A scanner's message as the row it becomes. */
export function prepareVerdict(verdict: Verdict) {
  return {
    submissionId: verdict.submissionId,
    outcome: stateOf(verdict),
    reason: verdict.reason,
    reasonText: verdict.reasonText,
    detections: verdict.detections,
    detectionsTotal: Math.max(verdict.detectionsTotal, verdict.detections.length),
    engines: verdict.engines,
    notExamined: verdict.notExamined,
    notExaminedTotal: Math.max(verdict.notExaminedTotal, verdict.notExamined.length),
    isProven: isProvenClean(verdict),
    decisionSet: isExaminedInFull(verdict) ? (verdict.decisionSet ?? null) : null,
    ...policyFacts(verdict),
    md5: verdict.object?.md5 ?? null,
    sha1: verdict.object?.sha1 ?? null,
    sha256: verdict.object?.sha256 ?? null,
    detectedType: verdict.object?.detectedType ?? null,
    mail: verdict.object?.mail ?? null,
    scanner: verdict.scanner,
    startedAt: verdict.startedAt,
    // Tells a redelivered message from another attempt.
    attempt: `${verdict.scanner} ${verdict.startedAt}`,
    importance: rateImportance(verdict.detections),
    technologies: technologiesOf(verdict.detections),
    databaseVersion: databaseVersionOf(verdict),
  };
}

/** Clean is believed when an engine for content said so, or was excused, and no engine said anything else. */
function isProvenClean(verdict: Verdict): boolean {
  const { engines, notExaminedTotal, notExamined } = verdict;
  const isPositive = engines.every(({ outcome }) => outcome === 'clean' || outcome === 'excused');
  return (
    isPositive && contentEnginesOf(verdict).length > 0 && notExaminedTotal === 0 && notExamined.length === 0
  );
}

/** Only then it may be told again: every engine came to its end, on every part. A detection may come before that. */
function isExaminedInFull(verdict: Verdict): boolean {
  const { engines, notExaminedTotal, notExamined, notExaminedReasons } = verdict;
  return (
    (verdict.outcome === 'clean' || verdict.outcome === 'infected') &&
    engines.every(({ outcome }) => outcome !== 'failed' && outcome !== 'unscannable') &&
    contentEnginesOf(verdict).length > 0 &&
    notExaminedTotal + notExamined.length + notExaminedReasons.length === 0
  );
}

/** The ledger's own end of a scan that no scanner will bring to one. */
export function giveUp(submissionId: string, reason: VerdictReason, reasonText: string) {
  return { submissionId, outcome: 'error', reason, reasonText, attempt: null };
}

/** Newest signatures that took part, as YYYYMMDDhhmm; 0 when none is dated. */
function databaseVersionOf(verdict: Verdict): number {
  const dates = verdict.engines.map((engine) => engine.signaturesAt ?? '').sort();
  const digits = (dates.at(-1) ?? '').replace(/\D/g, '').slice(0, 12);
  return digits === '' ? 0 : Number(digits);
}
