import { allKinds } from '../making/all-kinds.js';
import type { Kind } from '../making/kind.js';
import { untested } from '../kinds/untested.js';
import { judgedEngines } from '../judging/judge-engines.js';
import type { KindOutcome, KindResult } from '../judging/judge-kind.js';
import { kindTable } from '../reporting/kind-table.js';
import { atOnce } from '../running/at-once.js';
import { EngineFault, orFault } from '../running/engine-fault.js';
import type { KeptResults } from '../running/kept-results.js';
import type { ProofScanner } from '../running/proof-scanner.js';
import { runKind } from '../running/run-kind.js';
import type { PartReport } from './part-report.js';

/** Of the kinds that were measured first. */
const leastFound = 440;
const mostSaid = 40;
const leastKinds = 600;

export interface KindsToProve {
  readonly kinds: readonly Kind[];
  readonly kept: KeptResults<KindResult>;
  /** Null: nothing more is scanned. */
  readonly scanner: ProofScanner | null;
  readonly scansAtOnce: number;
  readonly onProgress: (done: number, of: number, kind: string) => void;
}

/** Every kind against every engine. */
export async function proveKinds(work: KindsToProve): Promise<PartReport> {
  const { scanner } = work;
  const waiting = work.kinds.filter(({ name }) => !work.kept.has(name));
  const faults: string[] = [];
  let done = work.kinds.length - waiting.length;
  if (scanner !== null)
    await atOnce(
      waiting,
      work.scansAtOnce,
      async (kind) => ({ kind, result: await orFault(runKind(kind, scanner)) }),
      ({ kind, result }) => {
        if (result instanceof EngineFault) faults.push(`${kind.name}: not recorded, ${result.message}`);
        else work.kept.add(kind.name, result);
        done += 1;
        work.onProgress(done, work.kinds.length, kind.name);
      },
    );
  const results = work.kinds.flatMap(({ name }) => work.kept.all.find(({ kind }) => kind === name) ?? []);
  const report = kindsReport(work.kinds, results);
  return { ...report, problems: [...faults, ...report.problems] };
}

export function kindsReport(kinds: readonly Kind[], results: readonly KindResult[]): PartReport {
  const outcomes = (list: readonly Kind[], outcome: KindOutcome): string[] =>
    list
      .map(({ name }) => name)
      .filter((name) => results.some((one) => one.kind === name && one.outcome === outcome));
  const first = kinds.filter(({ set }) => set === 'first');
  const isWhole = kinds.length === allKinds.length;
  const problems = results.flatMap(({ kind, problems: found }) =>
    found.map((problem) => `${kind}: ${problem}`),
  );
  const [found, said] = [outcomes(first, 'found'), outcomes(first, 'said')];
  if (isWhole && found.length < leastFound)
    problems.push(
      `${found.length} of the first ${first.length} kinds are found by every engine; at least ${leastFound} have to be`,
    );
  if (isWhole && said.length > mostSaid)
    problems.push(
      `${said.length} of the first ${first.length} kinds are merely said; at most ${mostSaid} may be`,
    );
  const notRun = kinds.length - results.length;
  if (notRun > 0) problems.push(`${notRun} kinds were not run`);
  if (isWhole && kinds.length < leastKinds)
    problems.push(`${kinds.length} kinds; at least ${leastKinds} have to be`);
  const count = (list: readonly Kind[]): string =>
    (['found', 'said', 'clean', 'missed', 'not made'] as const)
      .map((outcome) => `${outcome} ${outcomes(list, outcome).length}`)
      .join(', ');
  return {
    title: 'Kinds',
    totals: [
      `${kinds.length} kinds: ${count(kinds)}`,
      `the first ${first.length}: ${count(first)}`,
      `${untested.length} groups of kinds are untested, and named below`,
      ...judgedEngines.map((engine) => `${engine}: ${enginesTotals(results, engine)}`),
      `clean twins held or alarmed on: ${results.filter(({ twin }) => twin !== null && twin.state !== 'not detected').length} (${results.filter(({ problems: list }) => list.some((one) => one.includes('clean twin'))).length} of them wrongly)`,
      `twins cut at 50 and 90 %: ${problems.filter((problem) => / cut (in base64 )?at /.test(problem)).length} wrongly not detected`,
    ],
    problems,
    details: kindTable(kinds, results),
  };
}

function enginesTotals(results: readonly KindResult[], engine: (typeof judgedEngines)[number]): string {
  const views = results.flatMap(({ seen }) => (seen === null ? [] : [seen.views[engine]]));
  const number = (wanted: string): number => views.filter((view) => view === wanted).length;
  return `found ${number('found')}, said ${number('said')}, silent ${number('silent')}`;
}
