import type { EngineOutcome, EngineStatus } from '@sluice/contracts';
import type { EngineResult } from '../combine-outcomes/combine-outcomes.js';
import type { PartEngineRun } from './inspection.schema.js';
import { type InspectionOutcome, inspectorName } from './inspector.js';

/** What the inspector's part in a scan means, engine by engine: the inspector itself, YARA, the hash lists. */
export function inspectionResults(
  outcome: InspectionOutcome,
  durationMs: number,
  statuses: ReadonlyMap<string, EngineStatus>,
): EngineResult[] {
  const configured = ['hash-list', 'yara'].filter((name) => statuses.has(name));
  const runs = outcome.kind === 'inspected' ? outcome.inspection.runs : [];
  return [
    {
      ...{ engine: inspectorName, technology: 'am', isContentEngine: false, detectionsTotal: 0, durationMs },
      status: statuses.get(inspectorName) ?? null,
      outcome: inspectorOutcome(outcome),
    },
    ...configured.map((engine): EngineResult => {
      const run = runs.find((one) => one.engine === engine);
      const status = statuses.get(engine) ?? null;
      const isYara = engine === 'yara';
      return {
        ...{ engine, technology: isYara ? 'yara' : 'am', isContentEngine: isYara, status },
        outcome: run === undefined ? missingRun(outcome) : runOutcome(run),
        detectionsTotal: run?.detectionsTotal ?? 0,
        durationMs: run?.durationMs ?? 0,
      };
    }),
  ];
}

/** Did the inspector see everything there is in the object? */
function inspectorOutcome(outcome: InspectionOutcome): EngineOutcome {
  if (outcome.kind !== 'inspected') return missingRun(outcome);
  const { inspection } = outcome;
  if (inspection.isOutOfTime) return { kind: 'failed', code: 'timeout', retryable: true };
  const [first] = inspection.unexamined;
  if (first !== undefined) return { kind: 'unscannable', reason: first.reason };
  return { kind: 'clean' };
}

function runOutcome(run: PartEngineRun): EngineOutcome {
  switch (run.outcome) {
    case 'clean':
      return { kind: 'clean' };
    case 'infected':
      return { kind: 'infected', detections: run.detections };
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
