import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Seen } from '../judging/judge-kind.js';
import { collectFiles, countOfPackages } from '../clean/collect-files.js';
import { atOnce } from '../running/at-once.js';
import { EngineFault, orFault } from '../running/engine-fault.js';
import type { KeptResults } from '../running/kept-results.js';
import type { ProofScanner } from '../running/proof-scanner.js';
import type { PartReport } from './part-report.js';

const wanted = 3300;
const leastFiles = 3000;
/** At most one in so many may be held. */
const oneIn = 1000;

export interface FileResult {
  readonly file: string;
  readonly seen: Seen;
}

/** Files that no one made for this: one in a thousand may be held, none alarmed on. */
export async function proveCleanFiles(
  scanner: ProofScanner | null,
  {
    root,
    folder,
    kept,
    scansAtOnce,
  }: { root: string; folder: string; kept: KeptResults<FileResult>; scansAtOnce: number },
  onProgress: (done: number, of: number, name: string) => void,
): Promise<PartReport> {
  if (scanner === null) return cleanFilesReport(kept.all, { packages: countOfPackages(folder), root });
  const { files, packages } = await collectFiles(root, folder, wanted);
  const waiting = files.filter((file) => !kept.has(file));
  const faulty: string[] = [];
  let done = files.length - waiting.length;
  await atOnce(
    waiting,
    scansAtOnce,
    // Once: what takes too long beside others takes too long beside them again.
    async (file) => ({ file, seen: await orFault(scanner.scan(readFileSync(file), 'file', 1)) }),
    ({ file, seen }) => {
      if (seen instanceof EngineFault) faulty.push(file);
      else kept.add(file, { file, seen });
      done += 1;
      onProgress(done, files.length, path.basename(file));
    },
  );
  // Others that were scanned beside it may have taken the time; what fails alone, too, is held for whoever sends it.
  for (const file of faulty) {
    onProgress(files.length, files.length, `${path.basename(file)}, alone`);
    kept.add(file, { file, seen: await scanner.scanOnce(readFileSync(file), 'file') });
  }
  const results = new Map(kept.all.map((one) => [one.file, one]));
  return cleanFilesReport(
    files.flatMap((file) => results.get(file) ?? []),
    { packages, root },
  );
}

export function cleanFilesReport(
  results: readonly FileResult[],
  { packages, root }: { packages: number; root: string },
): PartReport {
  const shown = ({ file, seen }: FileResult): string =>
    `${path.relative(root, file).replaceAll('../', '')}: ${seen.state}, ${[...seen.names, ...seen.unexamined].slice(0, 3).join('; ')}`;
  const held = results.filter(({ seen }) => seen.state !== 'not detected');
  const alarms = held
    .filter(({ seen }) => seen.state === 'detect')
    .map((one) => `alarm on a clean file: ${shown(one)}`);
  const most = Math.floor(results.length / oneIn);
  const problems = [...alarms];
  if (results.length < leastFiles)
    problems.push(`${results.length} clean files; at least ${leastFiles} have to be`);
  if (held.length > most)
    problems.push(`${held.length} of ${results.length} clean files are held; at most ${most} may be`);
  const extensions = new Set(results.map(({ file }) => path.extname(file).toLowerCase())).size;
  return {
    title: 'Clean files',
    totals: [
      `${results.length} files of ${extensions} extensions (installed here, node packages, ${packages} Debian packages with their contents; folders of test data left out): ${results.length - held.length} not detected, ${held.length} held`,
      ...(results.length < wanted
        ? [`${wanted - results.length} of ${wanted} have no result: there were no more`]
        : []),
    ],
    problems,
    details:
      held.length === 0
        ? []
        : [
            '',
            'Held:',
            '',
            ...held.slice(0, 100).map((one) => `- ${shown(one).replace(/[<>|*_[\]]/g, '\\$&')}`),
          ],
  };
}
