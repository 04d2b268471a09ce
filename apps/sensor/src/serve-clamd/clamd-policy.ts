import type { ScanReply } from '@sluice/clamd-server';
import type { ScanReport } from '../ask-gateways/scan-report.js';
import type { Judgement } from '../judge-objects/judgement.js';

/** `block`: a named detection. `error`: `… ERROR`, which popular clients take for "not infected" (docs/clamd.md). */
export const clamdActions = ['block', 'error'] as const;
export type ClamdAction = (typeof clamdActions)[number];

export interface ClamdPolicy {
  /** The scan ended, and not all of the object was seen. */
  readonly whenNotExamined: ClamdAction;
  /** There is no verdict: Sluice is away, overloaded, slower than the hold, or does not know this sensor. */
  readonly whenAway: ClamdAction;
  /** Streams of exactly these lengths were cut by their client, so they are no whole objects. */
  readonly cutLengths: ReadonlySet<number>;
}

/** What the library tells of a stream that is not whole. */
export type CutReply = 'too-large' | 'stalled';

/** The whole table of docs/clamd.md. OK is said in one place: of a clean object that came whole. */
export function clamdReply(judgement: Judgement, sizeBytes: number, policy: ClamdPolicy): ScanReply {
  const { whenNotExamined, whenAway, cutLengths } = policy;
  switch (judgement.kind) {
    case 'clean':
      return cutLengths.has(sizeBytes) ? limit(whenNotExamined, 'Cut') : { kind: 'ok' };
    case 'detected':
      return { kind: 'found', name: detectedName(judgement.report) };
    case 'not-examined':
      return judgement.reason === 'encrypted'
        ? notExamined(whenNotExamined, encryptedName(judgement.report), 'encrypted')
        : limit(whenNotExamined, pascal(judgement.reason));
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

export const clamdCutReply = (reason: CutReply, { whenNotExamined }: ClamdPolicy): ScanReply =>
  limit(whenNotExamined, reason === 'stalled' ? 'ReadTimeout' : 'MaxFileSize');

/** rspamd has symbols of its own for these two families (lualib/lua_scanners/clamav.lua), and keeps neither in its cache. */
const limit = (action: ClamdAction, what: string): ScanReply =>
  notExamined(action, `Heuristics.Limits.Exceeded.${what}`, what);

const notExamined = (action: ClamdAction, name: string, what: string): ScanReply =>
  action === 'block' ? { kind: 'found', name } : { kind: 'error', message: `not examined: ${what}` };

function detectedName(report: ScanReport): string {
  const { policyApplied, detections } = report;
  // Nothing was found: the system's policy decided so.
  if (policyApplied?.state === 'detect')
    return policyApplied.reasons.includes('encrypted')
      ? encryptedName(report)
      : `Heuristics.Limits.Exceeded.${pascal(policyApplied.reasons[0] ?? report.reason ?? 'Unknown')}`;
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
  return `Heuristics.Encrypted.${kind}`;
}

/** `limit-exceeded` → `LimitExceeded`. */
const pascal = (word: string): string =>
  word.replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_all, _gap, letter: string) => letter.toUpperCase());
