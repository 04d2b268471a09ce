import { writeFileSync } from 'node:fs';
import type { PartReport } from '../parts/part-report.js';

const mostProblems = 200;

/** `docs/coverage.md`, as the last whole run found it. */
export function writeCoveragePage(
  file: string,
  parts: readonly PartReport[],
  about: readonly string[],
): void {
  const lines = [
    '# Coverage: what is seen of what is sent',
    '',
    'Made by `npm run verdicts`, which fails when anything below is wrong; not written by hand. The EICAR test file, put together when it runs, stands in every kind of file and mail known to us; each goes through the scanner itself with a real clamd, a rule and a list that know it. A rule counts only when it was shown the file itself (it has to stand at the very beginning), a list only when it was shown exactly its bytes.',
    '',
    '- **found**: the engine found it where it is. **said**: it did not, and the report names the place that was not examined; the state is `error`, never `not detected`. **clean**: nothing that a common reader would show holds it; the reason stands beside. **silent** or **missed**: neither; a failure.',
    '- The clean twin is the same with harmless bytes; the cut twins end early.',
    '',
    ...about.map((line) => `- ${line}`),
    ...parts.flatMap(section),
    '',
  ];
  writeFileSync(file, lines.join('\n'));
}

function section({ title, totals, problems, details }: PartReport): string[] {
  const shown = problems.slice(0, mostProblems).map((problem) => `- ${problem.replace(/[<>|*_]/g, '\\$&')}`);
  const hidden = problems.length > mostProblems ? [`- and ${problems.length - mostProblems} more`] : [];
  return [
    ...['', `## ${title}`, ''],
    ...totals.map((line) => `- ${line}`),
    ...(problems.length === 0 ? [] : ['', `Wrong (${problems.length}):`, '', ...shown, ...hidden]),
    ...details,
  ];
}
