import { type CutPercent, type Kind, whyItMayEnd } from '../making/kind.js';
import { type EngineViews, type ScanState, judgedEngines } from './judge-engines.js';

/** What became of one object. */
export interface Seen {
  readonly state: ScanState;
  readonly views: EngineViews;
  /** What was not examined: place, engine, reason. */
  readonly unexamined: readonly string[];
  readonly names: readonly string[];
  readonly milliseconds: number;
}

/** The kind as a whole: the worst that any engine says of it. */
export type KindOutcome = 'found' | 'said' | 'clean' | 'missed' | 'not made';

export interface KindResult {
  readonly kind: string;
  readonly outcome: KindOutcome;
  /** Why it could not be made. */
  readonly notMade: string | null;
  readonly seen: Seen | null;
  /** By clamd alone, with the same signatures. */
  readonly isFoundBare: boolean | null;
  readonly twin: Seen | null;
  readonly cuts: Readonly<Record<string, Seen>>;
  /** What is wrong; empty when all is as it should be. */
  readonly problems: readonly string[];
}

/**
 * | every engine found it | the object is `not detected` | an engine was silent | expected `clean` | outcome  |
 * |-----------------------|------------------------------|----------------------|------------------|----------|
 * | yes                   |                              |                      |                  | `found`  |
 * | no                    | yes                          |                      | yes              | `clean`  |
 * | no                    | yes                          |                      | no               | `missed` |
 * | no                    | no                           | yes                  | no               | `missed` |
 * | no                    | no                           | yes                  | yes              | `clean`  |
 * | no                    | no                           | no                   |                  | `said`   |
 */
export function outcomeOf({ expectation }: Pick<Kind, 'expectation'>, { state, views }: Seen): KindOutcome {
  const all = judgedEngines.map((engine) => views[engine]);
  if (all.every((view) => view === 'found')) return 'found';
  if (state !== 'not detected' && !all.includes('silent')) return 'said';
  return expectation === 'clean' ? 'clean' : 'missed';
}

export function problemsOfKind(kind: Kind, outcome: KindOutcome, seen: Seen): string[] {
  const silent = judgedEngines.filter((engine) => seen.views[engine] === 'silent').join(', ');
  const problems: string[] = [];
  if (seen.state === 'failed') problems.push(`an engine failed (${seen.unexamined.join('; ')})`);
  if (outcome === 'missed') problems.push(`missed: ${seen.state}, silent: ${silent || 'none'}`);
  if (outcome === 'said' && kind.expectation === 'found')
    problems.push(`only said, not found by all: ${seen.unexamined.join('; ')}`);
  return problems;
}

/** The twin without the needle. */
export function problemsOfTwin({ heldTwin }: Kind, { state, unexamined, names }: Seen): string[] {
  if (state === 'not detected') return [];
  if (state === 'detect') return [`false alarm on the clean twin: ${names.join(', ')}`];
  return heldTwin === null ? [`clean twin held: ${unexamined.join('; ')}`] : [];
}

/** The twin that ends early. */
export function problemsOfCut(
  kind: Kind,
  cut: { percent: CutPercent; bytes: Buffer; needle: Buffer },
  { state }: Pick<Seen, 'state'>,
): string[] {
  if (state !== 'not detected' || kind.expectation === 'clean') return [];
  if (isVisible(cut.bytes, cut.needle))
    return [`missed when cut at ${cut.percent} %: the needle is in what remains`];
  if (whyItMayEnd(kind, cut.percent) === null) return [`not detected when cut at ${cut.percent} %`];
  const isMail = kind.objectType === 'email';
  return isMail && endsInBase64Group(cut.bytes)
    ? [`not detected when cut in base64 at ${cut.percent} %`]
    : [];
}

/** Plain, or in base64 as mail has it. */
function isVisible(bytes: Buffer, needle: Buffer): boolean {
  if (bytes.includes(needle)) return true;
  const encoded = needle.toString('base64').replace(/=+$/, '');
  return bytes
    .toString('latin1')
    .replaceAll(/[\r\n]/g, '')
    .includes(encoded);
}

/** A leaf that says it is base64 and ends within a group of four is not whole, whatever its mail says. */
function endsInBase64Group(bytes: Buffer): boolean {
  const parts = bytes.subarray(-100_000).toString('latin1').split('\r\n\r\n');
  const [head = '', body = ''] = parts.slice(-2);
  const isBase64 = /^content-transfer-encoding: base64\r?$/im.test(head) && /^[A-Za-z0-9+/\r\n]+$/.test(body);
  return isBase64 && body.replaceAll(/[\r\n]/g, '').length % 4 !== 0;
}
