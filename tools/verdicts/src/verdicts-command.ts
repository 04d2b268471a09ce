import path from 'node:path';
import { parseArgs } from 'node:util';
import type { KindResult } from './judging/judge-kind.js';
import { allKinds } from './making/all-kinds.js';
import type { Kind } from './making/kind.js';
import { requireTools } from './making/require-tools.js';
import type { PartReport } from './parts/part-report.js';
import { proveKinds } from './parts/prove-kinds.js';
import { writeCoveragePage } from './reporting/coverage-page.js';
import { KeptResults } from './running/kept-results.js';
import { needle, startProofScanner } from './running/proof-scanner.js';

const usage = `npm run verdicts [-- --kind NAME …] [-- --group NAME …] [-- --resume]

Puts the EICAR test file into every kind of file and mail, scans each with the scanner's own pieces (ClamAV, YARA-X, hash
lists), and prints what every engine found, what the report says was not examined, and what was missed. A miss is a
failure: exit code 1. A whole run writes docs/coverage.md.

--kind, --group   only these; nothing is written
--resume          goes on where the last run was stopped (.sluice/verdicts)`;

const scansAtOnce = 3;
const stateFolder = '.sluice/verdicts';

export async function verdictsCommand(args: readonly string[]): Promise<void> {
  // Ending by `exit` lets the launcher take its children along.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  const options = readOptions(args);
  if (options === null) return process.exit(2);
  const startedMs = Date.now();
  await requireTools((line) => console.log(line));
  const reports = await prove(options);
  for (const report of reports) print(report);
  const isWhole = options.kinds.length === allKinds.length;
  const minutes = `${((Date.now() - startedMs) / 60_000).toFixed(1)} minutes`;
  if (isWhole) {
    const day = new Date().toISOString().slice(0, 10);
    writeCoveragePage(path.resolve('docs/coverage.md'), reports, [
      `Last whole run: ${day}, Node ${process.versions.node}.`,
    ]);
  }
  const wrong = reports.reduce((sum, { problems }) => sum + problems.length, 0);
  console.log(`\n${wrong === 0 ? 'Nothing is wrong' : `${wrong} things are wrong`}; ${minutes}.`);
  process.exit(wrong === 0 ? 0 : 1);
}

interface Options {
  readonly kinds: readonly Kind[];
  readonly isResumed: boolean;
}

/** Null: explained instead. */
function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kind: { type: 'string', multiple: true },
      group: { type: 'string', multiple: true },
      resume: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const { kind: names, group: groups } = values;
  const kinds = allKinds.filter(
    ({ name, group }) => (names?.includes(name) ?? groups === undefined) || groups?.includes(group) === true,
  );
  const unknown = (names ?? []).filter((name) => !allKinds.some((kind) => kind.name === name));
  if (unknown.length > 0) console.error(`There is no kind ${unknown.join(', ')}.`);
  if (values.help !== true && unknown.length === 0 && kinds.length > 0)
    return { kinds, isResumed: values.resume === true };
  console.log(`${usage}\n\nGroups: ${[...new Set(allKinds.map(({ group }) => group))].join(', ')}`);
  return null;
}

async function prove({ kinds, isResumed }: Options): Promise<PartReport[]> {
  const kept = new KeptResults<KindResult>(path.resolve(stateFolder, 'kinds.jsonl'), isResumed);
  const scanner = await startProofScanner(
    allKinds.map((kind) => kind.leaf(needle)),
    scansAtOnce,
  );
  try {
    return [await proveKinds({ kinds, kept, scanner, scansAtOnce, onProgress: showProgress })];
  } finally {
    await scanner.stop();
  }
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
