import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadSevenZip } from '@sluice/containers';
import type { KindResult } from './judging/judge-kind.js';
import { allKinds } from './making/all-kinds.js';
import type { Kind } from './making/kind.js';
import { requireTools } from './making/require-tools.js';
import type { PartReport } from './parts/part-report.js';
import { type BombResult, proveBombs, scanTimeoutSeconds } from './parts/prove-bombs.js';
import { type FileResult, proveCleanFiles } from './parts/prove-clean-files.js';
import { type ShapeResult, proveCleanMails } from './parts/prove-clean-mails.js';
import { proveDifferential } from './parts/prove-differential.js';
import { proveKinds } from './parts/prove-kinds.js';
import { writeCoveragePage } from './reporting/coverage-page.js';
import { type BuildIdentity, buildIdentity } from './running/build-identity.js';
import { KeptResults } from './running/kept-results.js';
import { type ProofScanner, needle, startProofScanner } from './running/proof-scanner.js';

const usage = `npm run verdicts [-- --kind NAME …] [-- --group NAME …] [-- --part NAME …] [-- --resume]

Puts the EICAR test file into every kind of file and mail, scans each with the scanner's own pieces (ClamAV, YARA-X, hash
lists), and prints what every engine found, what the report says was not examined, and what was missed. A miss is a
failure: exit code 1. A whole run writes docs/coverage.md.

--kind, --group   only these kinds; the page is not written
--part            only this: kinds, files, mails, clamd, bombs
--resume          goes on where the last run was stopped (.sluice/verdicts); what another build found is made again
--any-build       with --resume or --page: what other builds found counts too, and the page names each of them
--page            scans nothing; writes the page from what was found so far, with what was not run said so`;

const scansAtOnce = 3;
const stateFolder = '.sluice/verdicts';

export async function verdictsCommand(args: readonly string[]): Promise<void> {
  // Ending by `exit` lets the launcher take its children along.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  const options = readOptions(args);
  if (options === null) return process.exit(2);
  const startedMs = Date.now();
  if (!options.isPage) {
    if ((await loadSevenZip()) === null) {
      console.error(
        '✗ The package 7z-wasm is not installed: every kind that only it opens would be merely said.\n  npm install --include=optional',
      );
      return process.exit(2);
    }
    await requireTools((line) => console.log(line));
  }
  const build = buildIdentity(process.cwd());
  const { reports, builds } = await prove(options, build);
  for (const report of reports) print(report);
  const isWhole = options.kinds.length === allKinds.length && options.parts.length === partNames.length;
  const minutes = `${((Date.now() - startedMs) / 60_000).toFixed(1)} minutes`;
  if (isWhole) {
    const day = new Date().toISOString().slice(0, 10);
    const how = options.isResumed
      ? 'Put together from runs that were stopped and resumed, the last one on'
      : 'Last whole run:';
    writeCoveragePage(path.resolve('docs/coverage.md'), reports, [
      `${how} ${day}, Node ${process.versions.node}.`,
      `Found by: ${[...builds].map(([text, count]) => `${text}, ${count} results`).join('; ') || 'nothing yet'}.`,
    ]);
  }
  const wrong = reports.reduce((sum, { problems }) => sum + problems.length, 0);
  console.log(`\n${wrong === 0 ? 'Nothing is wrong' : `${wrong} things are wrong`}; ${minutes}.`);
  process.exit(wrong === 0 ? 0 : 1);
}

const partNames = ['kinds', 'files', 'mails', 'clamd', 'bombs'] as const;
type PartName = (typeof partNames)[number];

interface Options {
  readonly parts: readonly PartName[];
  readonly kinds: readonly Kind[];
  readonly isResumed: boolean;
  /** Scans nothing. */
  readonly isPage: boolean;
  readonly isAnyBuild: boolean;
}

/** Null: explained instead. */
function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kind: { type: 'string', multiple: true },
      group: { type: 'string', multiple: true },
      part: { type: 'string', multiple: true },
      resume: { type: 'boolean' },
      page: { type: 'boolean' },
      'any-build': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const { kind: names, group: groups } = values;
  const kinds = allKinds.filter(
    ({ name, group }) => (names?.includes(name) ?? groups === undefined) || groups?.includes(group) === true,
  );
  const hasChoice = names !== undefined || groups !== undefined;
  const parts = partNames.filter((part) => values.part?.includes(part) ?? (!hasChoice || part === 'kinds'));
  const unknown = (names ?? []).filter((name) => !allKinds.some((kind) => kind.name === name));
  if (unknown.length > 0) console.error(`There is no kind ${unknown.join(', ')}.`);
  if (values.help !== true && unknown.length === 0 && kinds.length > 0 && parts.length > 0)
    return {
      kinds,
      parts,
      isPage: values.page === true,
      isAnyBuild: values['any-build'] === true,
      isResumed: values.resume === true || values.page === true,
    };
  console.log(`${usage}\n\nGroups: ${[...new Set(allKinds.map(({ group }) => group))].join(', ')}`);
  return null;
}

interface Proved {
  readonly reports: readonly PartReport[];
  /** How many results came from which build. */
  readonly builds: ReadonlyMap<string, number>;
}

async function prove(
  { kinds, parts, isResumed, isPage, isAnyBuild }: Options,
  build: BuildIdentity,
): Promise<Proved> {
  const opened: KeptResults<object>[] = [];
  const kept = <Result extends object>(name: PartName): KeptResults<Result> => {
    const results = new KeptResults<Result>(path.resolve(stateFolder, `${name}.jsonl`), {
      build,
      isAnyBuild,
    });
    opened.push(results);
    const isSome = name === 'kinds' && kinds.length < allKinds.length;
    if (!isResumed && parts.includes(name)) results.forget(isSome ? kinds.map((kind) => kind.name) : 'all');
    if (isResumed && parts.includes(name) && results.leftOut > 0)
      console.log(
        `${name}: ${results.leftOut} results are of other builds than ${build.text}, and do not count (--any-build)`,
      );
    return results;
  };
  const leaves = allKinds.map((kind) => kind.leaf(needle));
  const kindResults = kept<KindResult>('kinds');
  const files = {
    root: process.cwd(),
    folder: path.resolve(stateFolder, 'packages'),
    kept: kept<FileResult>('files'),
  };
  type Prover = (scanner: ProofScanner | null) => Promise<PartReport>;
  const provers: Readonly<Record<PartName, Prover>> = {
    kinds: (scanner) =>
      proveKinds({ kinds, kept: kindResults, scanner, scansAtOnce, onProgress: showProgress }),
    files: (scanner) => proveCleanFiles(scanner, { ...files, scansAtOnce }, showProgress),
    mails: (scanner) => proveCleanMails(scanner, { kept: kept<ShapeResult>('mails'), scansAtOnce }),
    clamd: (scanner) =>
      proveDifferential(scanner, { kinds: kindResults.all, kept: kept('clamd'), scansAtOnce }),
    bombs: (scanner) => proveBombs(scanner, kept<BombResult>('bombs'), showProgress),
  };
  const reports: PartReport[] = [];
  for (const part of parts) {
    const startedMs = Date.now();
    const timeout = part === 'bombs' ? scanTimeoutSeconds : undefined;
    const scanner = isPage ? null : await startProofScanner(leaves, scansAtOnce, timeout);
    try {
      reports.push(await provers[part](scanner));
    } finally {
      await scanner?.stop();
    }
    console.error(`${part}: ${Math.round((Date.now() - startedMs) / 1000)} s`);
  }
  const builds = new Map<string, number>();
  for (const results of opened)
    for (const [text, count] of results.builds) builds.set(text, (builds.get(text) ?? 0) + count);
  return { reports, builds };
}

/** On a terminal one line that changes, elsewhere a line now and then. */
function showProgress(done: number, of: number, name: string): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r\u001b[K${done} of ${of}  ${name}${done === of ? '\n' : ''}`);
  else if (done % 100 === 0 || done === of) console.error(`${done} of ${of}`);
}

function print({ title, totals, problems }: PartReport): void {
  console.log(`\n── ${title}`);
  for (const problem of problems) console.log(`  ✗ ${problem}`);
  for (const line of totals) console.log(`  ${line}`);
}
