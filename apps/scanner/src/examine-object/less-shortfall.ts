import type { Engine, EngineOutcome, ScannedKind } from '@sluice/contracts';

export interface Judged {
  readonly outcome: EngineOutcome;
  readonly kind: ScannedKind;
  /** By `performance.now()`. */
  readonly deadlineMs: number;
}

/** Far from any bound an engine has: what it remarks on within these does not hide that it reached one. */
const smallBytes = 32 * 1024 * 1024;
const fewStreams = 1000;

/**
 * What an engine's word on something is worth, by what that something is.
 *
 * | the engine said                                          | counts as                                        |
 * |----------------------------------------------------------|--------------------------------------------------|
 * | clean, of a kind that it is known not to see in full     | unscannable, with its reason                     |
 * | a remark, of something too small for any bound           | clean, with the line above                       |
 * | a remark, of something larger                            | unscannable: a bound may have been reached unsaid |
 * | anything else                                            | what it is                                       |
 */
export async function lessShortfall(
  engine: Engine,
  { outcome, kind, deadlineMs }: Judged,
): Promise<EngineOutcome> {
  if (outcome.kind !== 'clean' && !(isRemark(outcome) && isSmall(kind))) return outcome;
  const timeoutMs = Math.max(1, deadlineMs - performance.now());
  const missed = (await engine.shortfall?.(kind, { timeoutMs })) ?? null;
  return missed === null ? { kind: 'clean' } : { kind: 'unscannable', ...missed };
}

const isRemark = (outcome: EngineOutcome): boolean =>
  outcome.kind === 'unscannable' && outcome.isRemark === true;

const isSmall = ({ sizeBytes, streams }: ScannedKind): boolean =>
  sizeBytes <= smallBytes && streams.totalBytes <= smallBytes && streams.count <= fewStreams;
