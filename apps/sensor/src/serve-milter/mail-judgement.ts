import { unexaminedReasons, type MailReason } from '@sluice/contracts';
import type { ScanReport } from '../ask-gateways/scan-report.js';
import type { Judgement } from '../judge-objects/judgement.js';

/** Why a mail was not sent for processing. */
export const skipReasons = ['authenticated', 'client', 'sender', 'recipients'] as const;
export type SkipReason = (typeof skipReasons)[number];

/** Why there is no verdict. `failed`: gateways answer, and have no answer to this mail. */
export type Absence =
  | Exclude<Judgement['kind'], 'clean' | 'detected' | 'not-examined' | 'too-large'>
  | 'failed';

/** What is known of a mail when it has to be answered. */
export type MailJudgement =
  | { readonly kind: 'clean'; readonly scanId: string }
  /** An administrator lets such objects through: `reasons` say what was not examined. */
  | { readonly kind: 'passed'; readonly scanId: string; readonly reasons: readonly MailReason[] }
  /** An operator let it out of quarantine, whatever engines say. */
  | { readonly kind: 'released'; readonly scanId: string; readonly stateBefore: string }
  | { readonly kind: 'infected'; readonly scanId: string; readonly names: readonly string[] }
  | { readonly kind: 'not-examined'; readonly scanId: string | null; readonly reasons: readonly MailReason[] }
  | { readonly kind: 'unavailable'; readonly scanId: string | null; readonly why: Absence }
  | { readonly kind: 'skipped'; readonly reason: SkipReason };

export const tooLarge: MailJudgement = { kind: 'not-examined', scanId: null, reasons: ['too-large'] };

/** A mail is `clean` here and nowhere else: when the engines' own word is, not when a policy or a release lets it through. */
export function judgeMail(judgement: Judgement): MailJudgement {
  switch (judgement.kind) {
    case 'clean': {
      const { scanId, policyApplied, released } = judgement.report;
      if (released !== null) return { kind: 'released', scanId, stateBefore: released.stateBefore };
      if (policyApplied === null) return { kind: 'clean', scanId };
      return { kind: 'passed', scanId, reasons: reasonsOf(judgement.report, []) };
    }
    case 'detected': {
      const { scanId, detections } = judgement.report;
      return { kind: 'infected', scanId, names: detections.map(({ name }) => name) };
    }
    case 'not-examined': {
      const { report, reason } = judgement;
      return { kind: 'not-examined', scanId: report.scanId, reasons: reasonsOf(report, [reason]) };
    }
    case 'too-large':
      return tooLarge;
    case 'unfinished':
      return { kind: 'unavailable', scanId: judgement.scanId, why: judgement.kind };
    case 'overloaded':
    case 'not-accepted':
    case 'away':
    case 'refused':
      return { kind: 'unavailable', scanId: null, why: judgement.kind };
  }
}

/** All there are, each once. What the report only counts, or calls by a word of an engine's, is `failed`. */
function reasonsOf(report: ScanReport, more: readonly string[]): MailReason[] {
  const { notExamined, notExaminedTotal, policyApplied } = report;
  const said = [...more, ...(policyApplied?.reasons ?? []), ...notExamined.map(({ reason }) => reason)];
  if (notExaminedTotal > notExamined.length || said.length === 0) said.push('failed');
  return [...new Set(said.map(mailReasonOf))];
}

const mailReasonOf = (word: string): MailReason =>
  word === 'timeout' ? 'timeout' : (unexaminedReasons.find((reason) => reason === word) ?? 'failed');
