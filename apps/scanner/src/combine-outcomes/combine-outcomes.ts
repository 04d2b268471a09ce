import type {
  Detection,
  EngineOutcome,
  EngineStatus,
  NotExamined,
  Settings,
  Technology,
  Verdict,
  VerdictReason,
} from '@sluice/contracts';

/** One engine's part in a scan. */
export interface EngineResult {
  readonly engine: string;
  readonly technology: Technology;
  /** Looks at content; hash lists and the inspector alone never make an object clean. */
  readonly isContentEngine: boolean;
  /** Latest self-test; null when there was none yet. */
  readonly status: EngineStatus | null;
  /** `excused`: it found something, and all of it is on the allow list. */
  readonly outcome: EngineOutcome | { readonly kind: 'excused' };
  readonly detectionsTotal: number;
  /** What it did not see, the first ones of all. */
  readonly notExamined: readonly NotExamined[];
  readonly notExaminedTotal: number;
  /** Every reason there is for it, of places that are not listed too. */
  readonly notExaminedReasons: readonly VerdictReason[];
  readonly durationMs: number;
  /** Parts that a password opened. */
  readonly unsealedCount?: number;
}

export interface CombineContext {
  readonly settings: Pick<Settings, 'allowTestSignatures' | 'maxSignatureAgeHours'>;
  readonly nowMs: number;
}

export interface Combined {
  readonly outcome: Verdict['outcome'];
  readonly reason: VerdictReason | null;
  /** The engine the reason is about. */
  readonly engine: string | null;
  readonly detections: readonly Detection[];
  readonly detectionsTotal: number;
}

/**
 * The verdict of one attempt, from what every engine said. The first line that fits wins.
 *
 * | engines                                                        | outcome        | reason                       |
 * |----------------------------------------------------------------|----------------|------------------------------|
 * | one detects (test or old signatures: too), not excused         | infected       |                              |
 * | none looks at content                                          | error          | no-engine                    |
 * | one was over the time of the scan                              | timeout        | engine-timeout               |
 * | one failed and may succeed another time                        | failed-attempt | engine-failed                |
 * | one failed for good                                            | error          | engine-failed                |
 * | one has test signatures that are not allowed                   | error          | test-signatures              |
 * | one has signatures older than allowed                          | error          | signatures-too-old           |
 * | one could not examine the object in full                       | error          | encrypted, too-large, …      |
 * | every one says clean or is excused                             | clean          |                              |
 * | anything else                                                  | error          | engine-failed                |
 *
 * Called only while every engine is healthy: with a broken one the job is handed back and this is not asked.
 */
export function combineOutcomes(results: readonly EngineResult[], context: CombineContext): Combined {
  const infected = results.filter((result) => result.outcome.kind === 'infected');
  if (infected.length > 0) return detected(infected);
  if (!results.some((result) => result.isContentEngine)) return concluded('error', 'no-engine', null);
  for (const line of lines) {
    const result = results.find((one) => line.fits(one, context));
    if (result !== undefined) return concluded(line.outcome, line.reason(result), result.engine);
  }
  const isClean = results.every(({ outcome }) => outcome.kind === 'clean' || outcome.kind === 'excused');
  // What is listed as not seen is not seen, whatever an outcome says.
  const isSeen = results.every((one) => one.notExaminedTotal === 0);
  return isClean && isSeen ? concluded('clean', null, null) : concluded('error', 'engine-failed', null);
}

interface Line {
  readonly fits: (result: EngineResult, context: CombineContext) => boolean;
  readonly outcome: Verdict['outcome'];
  readonly reason: (result: EngineResult) => VerdictReason;
}

const failedAs = (
  { outcome }: EngineResult,
  isMeant: (failed: EngineOutcome & { kind: 'failed' }) => boolean,
) => outcome.kind === 'failed' && isMeant(outcome);

const lines: readonly Line[] = [
  {
    fits: (result) => failedAs(result, ({ code }) => code === 'timeout'),
    outcome: 'timeout',
    reason: () => 'engine-timeout',
  },
  {
    fits: (result) => failedAs(result, ({ retryable }) => retryable),
    outcome: 'failed-attempt',
    reason: () => 'engine-failed',
  },
  { fits: (result) => failedAs(result, () => true), outcome: 'error', reason: () => 'engine-failed' },
  {
    fits: ({ status }, { settings }) => status?.isTestSignatures === true && !settings.allowTestSignatures,
    outcome: 'error',
    reason: () => 'test-signatures',
  },
  {
    fits: ({ status }, context) => areTooOld(status, context),
    outcome: 'error',
    reason: () => 'signatures-too-old',
  },
  {
    fits: ({ outcome }) => outcome.kind === 'unscannable',
    outcome: 'error',
    reason: ({ outcome }) => (outcome.kind === 'unscannable' ? outcome.reason : 'engine-failed'),
  },
];

function areTooOld(status: EngineStatus | null, { settings, nowMs }: CombineContext): boolean {
  if (status === null || status.signaturesAt === null) return false;
  const ageMs = nowMs - Date.parse(status.signaturesAt);
  return !(ageMs <= settings.maxSignatureAgeHours * 3600_000);
}

function detected(infected: readonly EngineResult[]): Combined {
  return {
    outcome: 'infected',
    reason: null,
    engine: null,
    detections: infected.flatMap(({ outcome }) => (outcome.kind === 'infected' ? outcome.detections : [])),
    detectionsTotal: infected.reduce((sum, result) => sum + result.detectionsTotal, 0),
  };
}

const concluded = (
  outcome: Verdict['outcome'],
  reason: VerdictReason | null,
  engine: string | null,
): Combined => ({ outcome, reason, engine, detections: [], detectionsTotal: 0 });
