import type { Report } from '@sluice/contracts';
import { formatTable } from '@sluice/tool-launcher';

/** What became of one file: a report, or the reason why there is none. */
export type FileResult =
  | { readonly kind: 'report'; readonly file: string; readonly report: Report }
  | { readonly kind: 'failed'; readonly file: string; readonly reason: string };

/** 1 when anything was detected, else 2 when anything is not known to be clean, else 0. */
export function exitCodeFor(results: readonly FileResult[]): 0 | 1 | 2 {
  if (results.some((one) => one.kind === 'report' && one.report.state === 'detect')) return 1;
  const isClean = (one: FileResult): boolean =>
    one.kind === 'report' &&
    one.report.state === 'not detected' &&
    one.report.policyApplied === null &&
    one.report.released === null;
  return results.every(isClean) ? 0 : 2;
}

const mostShown = 5;
const mostPlacesShown = 10;
/** So that the reason behind it is not cut off. */
const longestPlace = 60;

export function describeVerdicts(results: readonly FileResult[]): string {
  return formatTable([['FILE', 'VERDICT', 'DETAILS'], ...results.flatMap(rowsFor)], 120);
}

function rowsFor(one: FileResult): string[][] {
  if (one.kind === 'failed') return [[one.file, 'error', one.reason]];
  const { state, detections, detectionsTotal } = one.report;
  const details =
    state === 'detect' ? detections.slice(0, mostShown).map(describeDetection) : [explain(one.report)];
  const hidden = detectionsTotal - Math.min(detections.length, mostShown);
  if (state === 'detect' && hidden > 0) details.push(`and ${hidden} more`);
  details.push(
    ...describePolicy(one.report),
    ...describeReused(one.report),
    ...describeUnsealed(one.report),
    ...describeNotExamined(one.report),
  );
  const [first = '', ...rest] = details;
  return [[one.file, state, first], ...rest.map((detail) => ['', '', detail])];
}

function describeDetection({ name, engine, path }: Report['detections'][number]): string {
  const place = path.length === 0 ? '' : ` in ${path.join(' › ')}`;
  return `${name} (${engine})${place}`;
}

/** That the state is a policy's and not the engines'. */
function describePolicy({ policyApplied }: Report): string[] {
  if (policyApplied === null) return [];
  const { state, stateBefore, version } = policyApplied;
  return [`by version ${version} of the system's policy ${state}, without it ${stateBefore}`];
}

/** That engines saw the same bytes earlier, and not this object. */
const describeReused = ({ reused }: Report): string[] =>
  reused === null ? [] : [`known: the same bytes were examined at ${reused.examinedAt}`];

/** Never which one. */
function describeUnsealed({ engines }: Report): string[] {
  const count = engines.reduce((sum, { unsealedCount }) => sum + (unsealedCount ?? 0), 0);
  if (count === 0) return [];
  return [`${count === 1 ? '1 part was' : `${count} parts were`} opened with a password`];
}

const shortened = (place: string): string =>
  place.length <= longestPlace
    ? place
    : `${place.slice(0, longestPlace / 2)}…${place.slice(1 - longestPlace / 2)}`;

/** What no verdict covers, and where: one line for each place, however many engines missed it there. */
function describeNotExamined({ notExamined, notExaminedTotal }: Report): string[] {
  const lines = new Map<string, Set<string>>();
  for (const { path, engine, reason, limit, detail } of notExamined) {
    const place = path.length === 0 ? 'the object' : shortened(path.join(' › '));
    const why = [
      reason,
      limit === undefined ? null : `(${limit})`,
      detail === undefined ? null : `: ${detail}`,
    ];
    const line = `not examined: ${place}, ${why
      .filter((part) => part !== null)
      .join(' ')
      .replace(' :', ':')}`;
    lines.set(line, (lines.get(line) ?? new Set()).add(engine));
  }
  const shown = [...lines].slice(0, mostPlacesShown);
  const listed = shown.reduce((sum, [, engines]) => sum + engines.size, 0);
  const hidden = notExaminedTotal - listed;
  return [
    ...shown.map(([line, engines]) => `${line} [${[...engines].join(', ')}]`),
    ...(hidden > 0 ? [`and ${hidden} more not examined, of which --json lists up to 100`] : []),
  ];
}

function explain({ state, reason, reasonText, engines }: Report): string {
  if (state === 'not detected' && reason === null) return engines.map(({ engine }) => engine).join(', ');
  return [reason, reasonText].filter((part) => part !== null).join(': ');
}
