import type { ScanReply } from '@sluice/clamd-server';
import type { ClamdAction, ClamdNames } from '@sluice/contracts';
import type { ScanReport } from '../ask-gateways/scan-report.js';
import type { Judgement } from '../judge-objects/judgement.js';

export interface ClamdPolicy {
  readonly names: ClamdNames;
  /** The scan ended, and not all of the object was seen. */
  readonly whenNotExamined: ClamdAction;
  /** There is no verdict: Sluice is away, overloaded, slower than the hold, or does not know this sensor. */
  readonly whenAway: ClamdAction;
  /** Streams of exactly these lengths were cut by their client, so they are no whole objects. */
  readonly cutLengths: ReadonlySet<number>;
}

/** What the library tells of a stream that is not whole. */
export type CutReply = 'too-large' | 'stalled' | 'not-a-stream';

/** The whole table of docs/clamd.md. OK is said in one place: of a clean object that came whole. */
export function clamdReply(judgement: Judgement, sizeBytes: number, policy: ClamdPolicy): ScanReply {
  const { whenNotExamined, whenAway, cutLengths } = policy;
  const limit = (action: ClamdAction, what: string): ScanReply => notExamined(action, policy, what);
  switch (judgement.kind) {
    case 'clean':
      return cutLengths.has(sizeBytes) ? limit(whenNotExamined, 'Cut') : { kind: 'ok' };
    case 'detected':
      return { kind: 'found', name: detectedName(judgement.report, policy) };
    case 'not-examined':
      return limit(whenNotExamined, whatOf(judgement.reason, judgement.report));
    case 'too-large':
      return limit(whenNotExamined, 'MaxFileSize');
    case 'unfinished':
      return limit(whenAway, 'NotFinished');
    case 'overloaded':
      return limit(whenAway, 'Overloaded');
    case 'not-accepted':
      return limit(whenAway, 'NotRegistered');
    case 'away':
      return limit(whenAway, 'Unavailable');
    case 'refused':
      return limit(whenAway, 'Refused');
  }
}

const cutWords: Readonly<Record<CutReply, string>> = {
  'too-large': 'MaxFileSize',
  stalled: 'ReadTimeout',
  'not-a-stream': 'NotAStream',
};

export const clamdCutReply = (reason: CutReply, policy: ClamdPolicy): ScanReply =>
  notExamined(policy.whenNotExamined, policy, cutWords[reason]);

const notExamined = (action: ClamdAction, policy: ClamdPolicy, what: string): ScanReply =>
  action === 'block'
    ? { kind: 'found', name: nameOf(what, policy) }
    : { kind: 'error', message: `not examined: ${what}` };

function nameOf(what: string, { names }: ClamdPolicy): string {
  if (names === 'sluice') return `Sluice.NotExamined.${what}`;
  return what.startsWith('Encrypted.') ? `Heuristics.${what}` : `Heuristics.Limits.Exceeded.${what}`;
}

const whatOf = (reason: string, report: ScanReport): string =>
  reason === 'encrypted' ? encryptedName(report) : pascal(reason);

function detectedName(report: ScanReport, policy: ClamdPolicy): string {
  const { policyApplied, detections } = report;
  // Nothing was found: the system's policy decided so.
  if (policyApplied?.state === 'detect') {
    const { reasons } = policyApplied;
    const reason = reasons.includes('encrypted') ? 'encrypted' : (reasons[0] ?? report.reason ?? 'unknown');
    return nameOf(whatOf(reason, report), policy);
  }
  const [first] = detections;
  return first === undefined ? 'Sluice.Unnamed' : `Sluice.${first.engine}.${first.name}`;
}

/** The names clamd itself has, by what the object as a whole is. */
const encryptedKinds: readonly (readonly [RegExp, string])[] = [
  [/zip/, 'Zip'],
  [/rar/, 'RAR'],
  [/7z/, '7Zip'],
  [/pdf/, 'PDF'],
  [/word|excel|powerpoint|office|ole|opendocument/, 'Doc'],
];
function encryptedName({ object }: ScanReport): string {
  const kind = encryptedKinds.find(([pattern]) => pattern.test(object.type ?? ''))?.[1] ?? 'Part';
  return `Encrypted.${kind}`;
}

/** `limit-exceeded` → `LimitExceeded`. */
const pascal = (word: string): string =>
  word.replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_all, _gap, letter: string) => letter.toUpperCase());
