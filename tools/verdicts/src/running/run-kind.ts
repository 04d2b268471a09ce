import {
  type KindResult,
  type Seen,
  outcomeOf,
  problemsOfCut,
  problemsOfKind,
  problemsOfTwin,
} from '../judging/judge-kind.js';
import { type Kind, cutPercents } from '../making/kind.js';
import { ToolFailed, ToolMissing } from '../making/run-tool.js';
import { type ProofScanner, harmless, needle } from './proof-scanner.js';

/** The kind, its twin without the needle, and those of its twins that end early. */
export async function runKind(
  kind: Kind,
  scanner: ProofScanner,
  percents: readonly (typeof cutPercents)[number][] = cutPercents,
): Promise<KindResult> {
  const nothing = { kind: kind.name, seen: null, isFoundBare: null, twin: null, cuts: {} };
  try {
    const [infected, clean] = [await kind.make(needle), await kind.make(harmless)];
    const seen = await scanner.scan(infected, kind.objectType);
    const twin = await scanner.scan(clean, kind.objectType);
    const isFoundBare = await scanner.isFoundBare(infected);
    const outcome = outcomeOf(kind, seen);
    const problems = [...problemsOfKind(kind, outcome, seen), ...problemsOfTwin(kind, twin)];
    const cuts: Record<string, Seen> = {};
    for (const percent of percents) {
      const bytes = infected.subarray(0, Math.floor((infected.length * percent) / 100));
      const seenCut = await scanner.scan(bytes, kind.objectType);
      cuts[percent] = seenCut;
      problems.push(...problemsOfCut(kind, { percent, bytes, needle }, seenCut));
    }
    return { kind: kind.name, outcome, notMade: null, seen, isFoundBare, twin, cuts, problems };
  } catch (error) {
    if (!(error instanceof ToolMissing || error instanceof ToolFailed))
      throw new Error(`${kind.name}: ${(error as Error).message}`, { cause: error });
    return {
      ...nothing,
      outcome: 'not made',
      notMade: error.message,
      problems: [`not made: ${error.message}`],
    };
  }
}
