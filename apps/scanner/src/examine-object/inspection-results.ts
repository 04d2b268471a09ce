import type { EngineOutcome, EngineStatus, NotExamined } from '@sluice/contracts';
import type { EngineResult } from '../combine-outcomes/combine-outcomes.js';
import type { Inspection, PartEngineRun } from '../inspection/inspection.schema.js';
import { partEngineNames, partEngines } from '../inspection/part-engines.js';
import type { InspectionOutcome } from './inspection-outcome.js';
import { inspectorName } from './inspector.js';

export interface InspectionContext {
  readonly durationMs: number;
  readonly statuses: ReadonlyMap<string, EngineStatus>;
  /** The object's own hash is on the allow list: what engines find in it is excused, unless it is denied. */
  readonly isObjectAllowed: boolean;
}

/** What the inspector's part in a scan means, engine by engine: the inspector itself and those inside it. */
export function inspectionResults(outcome: InspectionOutcome, context: InspectionContext): EngineResult[] {
  const { durationMs, statuses, isObjectAllowed } = context;
  const configured = partEngineNames.filter((name) => statuses.has(name));
  const inspection = outcome.kind === 'inspected' ? outcome.inspection : null;
  return [
    {
      engine: inspectorName,
      technology: 'am',
      isContentEngine: false,
      detectionsTotal: 0,
      durationMs,
      status: statuses.get(inspectorName) ?? null,
      ...unexaminedBy(outcome),
      unsealedCount: inspection?.unsealedCount ?? 0,
    },
    ...configured.map((engine): EngineResult => {
      const run = inspection?.runs.find((one) => one.engine === engine && isOfAll(one, inspection));
      const { technology, isContentEngine, isExcusable } = partEngines[engine];
      const found = run === undefined ? missingRun(outcome) : runOutcome(run, isExcusable && isObjectAllowed);
      return {
        engine,
        technology,
        isContentEngine,
        status: statuses.get(engine) ?? null,
        outcome: found,
        detectionsTotal: found.kind === 'infected' ? (run?.detectionsTotal ?? 0) : 0,
        ...unseen(engine, found),
        durationMs: run?.durationMs ?? 0,
      };
    }),
  ];
}

/** Of every part there is, or it is worth nothing. */
const isOfAll = (run: PartEngineRun, { partCount }: Inspection): boolean => run.partCount === partCount;

type Said = Pick<EngineResult, 'outcome' | 'notExamined' | 'notExaminedTotal' | 'notExaminedReasons'>;

/** Did the inspector see everything there is in the object? */
function unexaminedBy(outcome: InspectionOutcome): Said {
  if (outcome.kind !== 'inspected') {
    const said = missingRun(outcome);
    return { outcome: said, ...unseen(inspectorName, said) };
  }
  const { unexamined, unexaminedTotal, unexaminedReasons, isOutOfTime } = outcome.inspection;
  const notExamined = unexamined.map(({ path, reason, limit, detail }): NotExamined => ({
    path,
    engine: inspectorName,
    reason,
    ...(limit !== undefined && { limit }),
    ...(detail !== undefined && { detail }),
  }));
  const [first] = unexamined;
  const listed = {
    notExamined,
    notExaminedTotal: Math.max(unexaminedTotal, notExamined.length),
    notExaminedReasons: unexaminedReasons,
  };
  if (isOutOfTime) {
    const timeout: EngineOutcome = { kind: 'failed', code: 'timeout', retryable: true };
    const late = unseen(inspectorName, timeout);
    return {
      outcome: timeout,
      notExamined: [...late.notExamined, ...notExamined],
      notExaminedTotal: listed.notExaminedTotal + 1,
      notExaminedReasons: [...late.notExaminedReasons, ...unexaminedReasons],
    };
  }
  if (first !== undefined) return { outcome: { kind: 'unscannable', reason: first.reason }, ...listed };
  // Counted and not listed is never clean either.
  if (unexaminedTotal > 0) return { outcome: { kind: 'unscannable', reason: 'unsupported' }, ...listed };
  return { outcome: { kind: 'clean' }, ...listed };
}

/** What an engine that failed, or took no object of this size, did not see: the whole. */
function unseen(engine: string, outcome: EngineResult['outcome']): Omit<Said, 'outcome'> {
  const reason = ((): NotExamined['reason'] | null => {
    if (outcome.kind === 'unscannable') return outcome.reason;
    if (outcome.kind !== 'failed') return null;
    return outcome.code === 'timeout' ? 'engine-timeout' : 'engine-failed';
  })();
  if (reason === null) return { notExamined: [], notExaminedTotal: 0, notExaminedReasons: [] };
  return { notExamined: [{ path: [], engine, reason }], notExaminedTotal: 1, notExaminedReasons: [reason] };
}

function runOutcome(run: PartEngineRun, isObjectAllowed: boolean): EngineResult['outcome'] {
  switch (run.outcome) {
    case 'clean':
    case 'excused':
      return { kind: run.outcome };
    case 'infected':
      return isObjectAllowed ? { kind: 'excused' } : { kind: 'infected', detections: run.detections };
    case 'failed':
      return { kind: 'failed', code: 'bad-answer', retryable: true };
  }
}

/** The engine had to run and there is no word of it. */
function missingRun(outcome: InspectionOutcome): EngineOutcome {
  if (outcome.kind === 'too-large') return { kind: 'unscannable', reason: 'too-large' };
  const code = outcome.kind === 'failed' ? outcome.code : 'bad-answer';
  return { kind: 'failed', code, retryable: true };
}
