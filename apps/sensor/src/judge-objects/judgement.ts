import type { ScanReport } from '../ask-gateways/scan-report.js';

/**
 * What became of one object. `clean` is made in one place, from a report that says `not detected`; everything that is
 * not known is one of the others, and each listener has a row for each of them.
 */
export type Judgement =
  | { readonly kind: 'clean'; readonly report: ScanReport }
  | { readonly kind: 'detected'; readonly report: ScanReport }
  /** The scan ended without a verdict on all of it. `reason`: the report's word, or `timeout`. */
  | { readonly kind: 'not-examined'; readonly reason: string; readonly report: ScanReport }
  /** Larger than what gateways take (413). */
  | { readonly kind: 'too-large' }
  /** Recorded, and not finished within the hold; it is scanned all the same. */
  | { readonly kind: 'unfinished'; readonly scanId: string }
  /** Too many scans are unfinished (429). */
  | { readonly kind: 'overloaded' }
  /** No operator accepted this sensor (401). */
  | { readonly kind: 'not-accepted' }
  /** No gateway answered, or none can record scans. */
  | { readonly kind: 'away' }
  /** A gateway does not take the request as it is: a fault of ours. */
  | { readonly kind: 'refused'; readonly status: number };
export type JudgementKind = Judgement['kind'];

export function judgementOf(report: ScanReport): Judgement {
  switch (report.state) {
    case 'not detected':
      return { kind: 'clean', report };
    case 'detect':
      return { kind: 'detected', report };
    case 'processing':
      return { kind: 'unfinished', scanId: report.scanId };
    case 'timeout':
      return { kind: 'not-examined', reason: 'timeout', report };
    default:
      // `error`, and words of later releases.
      return { kind: 'not-examined', reason: report.reason ?? report.state, report };
  }
}
