import type { Engine, EngineOutcome, ScannedKind } from '@sluice/contracts';

export interface Judged {
  readonly outcome: EngineOutcome;
  readonly kind: ScannedKind;
  /** By `performance.now()`. */
  readonly deadlineMs: number;
}

/** An engine's word, unless it is `clean` of something that the engine is known not to see in full. */
export async function lessShortfall(
  engine: Engine,
  { outcome, kind, deadlineMs }: Judged,
): Promise<EngineOutcome> {
  if (outcome.kind !== 'clean' || engine.shortfall === undefined) return outcome;
  const timeoutMs = Math.max(1, deadlineMs - performance.now());
  const missed = await engine.shortfall(kind, { timeoutMs });
  return missed === null ? outcome : { kind: 'unscannable', ...missed };
}
