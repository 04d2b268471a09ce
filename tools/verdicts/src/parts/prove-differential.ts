import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { KindResult, Seen } from '../judging/judge-kind.js';
import { atOnce } from '../running/at-once.js';
import { EngineFault, orFault } from '../running/engine-fault.js';
import type { KeptResults } from '../running/kept-results.js';
import type { ProofScanner } from '../running/proof-scanner.js';
import type { PartReport } from './part-report.js';

/** Debian's `clamav-testfiles`: one harmless program in archives and packers. */
export const testFilesFolder = '/usr/share/clamav-testfiles';
/** MD5 and size of that program, as ClamAV's own test signature has them. */
export const testFilesSignature = 'aa15bcf478d165efd2065190eb473bcb:544:ClamAV-Test-File\n';

export interface TestFileResult {
  readonly name: string;
  readonly isBare: boolean;
  readonly seen: Seen;
}

export interface DifferentialWork {
  readonly kinds: readonly KindResult[];
  readonly kept: KeptResults<TestFileResult>;
  readonly scansAtOnce: number;
}

/** Whatever clamd alone detects, the system detects. */
export async function proveDifferential(
  scanner: ProofScanner | null,
  { kinds, kept, scansAtOnce }: DifferentialWork,
): Promise<PartReport> {
  const lost = kinds.filter(({ isFoundBare, seen }) => isFoundBare === true && seen?.state !== 'detect');
  const bareKinds = kinds.filter(({ isFoundBare }) => isFoundBare === true).length;
  const files = existsSync(testFilesFolder) ? readdirSync(testFilesFolder).sort() : [];
  const problems = lost.map(
    ({ kind, seen }) => `${kind}: clamd alone detects it, the system says ${seen?.state ?? 'nothing'}`,
  );
  const faults: string[] = [];
  if (scanner !== null)
    await atOnce(
      files.filter((name) => !kept.has(name)),
      scansAtOnce,
      async (name) => {
        const content = readFileSync(path.join(testFilesFolder, name));
        const isBare = await scanner.isFoundBare(content);
        return { name, isBare, seen: await orFault(scanner.scan(content, 'file')) };
      },
      ({ name, isBare, seen }) => {
        if (seen instanceof EngineFault) faults.push(`${name}: not recorded, ${seen.message}`);
        else kept.add(name, { name, isBare, seen });
      },
    );
  const bare = kept.all.filter(({ name, isBare }) => isBare && files.includes(name));
  const bareFiles = bare.length;
  for (const { name, seen } of bare)
    if (seen.state !== 'detect')
      problems.push(`${name} of clamav-testfiles: clamd alone detects it, the system says ${seen.state}`);
  if (files.length === 0) problems.push(`${testFilesFolder} is missing: apt-get install clamav-testfiles`);
  else if (bareFiles === 0)
    problems.push('clamd alone detects none of clamav-testfiles: nothing was compared');
  return {
    title: 'What clamd alone detects',
    totals: [
      `${bareKinds} kinds and ${bareFiles} of the ${files.length} files of clamav-testfiles are detected by clamd alone, with the same signatures; the system detects ${bareKinds + bareFiles - problems.length} of these`,
    ],
    problems: [...faults, ...problems],
    details: [],
  };
}
