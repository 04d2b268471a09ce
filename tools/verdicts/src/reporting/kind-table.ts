import { judgedEngines } from '../judging/judge-engines.js';
import type { KindResult, Seen } from '../judging/judge-kind.js';
import { untested } from '../kinds/untested.js';
import type { Kind } from '../making/kind.js';

const header = ['kind', ...judgedEngines, 'outcome', 'clean twin', 'cut at 50 %', 'cut at 90 %', 'why'];

/** A table for each group, in Markdown, and lists of what is not found. */
export function kindTable(kinds: readonly Kind[], results: readonly KindResult[]): string[] {
  const byName = new Map(results.map((result) => [result.kind, result]));
  const groups = [...new Set(kinds.map(({ group }) => group))];
  const tables = groups.flatMap((group) => [
    ...['', `#### ${group}`, ''],
    `| ${header.join(' | ')} |`,
    `|${header.map(() => '---').join('|')}|`,
    ...kinds.filter((kind) => kind.group === group).map((kind) => row(kind, byName.get(kind.name))),
  ]);
  return [
    ...named('Merely said', kinds, byName, 'said'),
    ...named('Missed', kinds, byName, 'missed'),
    ...untestedRows(),
    ...tables,
  ];
}

function untestedRows(): string[] {
  return [
    '',
    `Untested (${untested.length}):`,
    '',
    `| kind | ${judgedEngines.join(' | ')} | why |`,
    `|---|${judgedEngines.map(() => '---').join('|')}|---|`,
    ...untested.map(
      ({ name, why }) =>
        `| ${cell(name)} | ${judgedEngines.map(() => 'untested').join(' | ')} | ${cell(why)} |`,
    ),
  ];
}

function named(
  title: string,
  kinds: readonly Kind[],
  byName: ReadonlyMap<string, KindResult>,
  outcome: string,
): string[] {
  const list = kinds.filter(({ name }) => byName.get(name)?.outcome === outcome);
  if (list.length === 0) return ['', `${title}: none.`];
  return [
    '',
    `${title} (${list.length}):`,
    '',
    ...list.map((kind) => `- ${cell(kind.name)}: ${cell(whyOf(kind, byName.get(kind.name)))}`),
  ];
}

function row(kind: Kind, result: KindResult | undefined): string {
  const { seen = null, twin = null, cuts = {}, outcome = 'not run' } = result ?? {};
  const views = judgedEngines.map((engine) => seen?.views[engine] ?? '–');
  const cells = [
    kind.name,
    ...views,
    outcome,
    state(twin),
    state(cuts['50']),
    state(cuts['90']),
    whyOf(kind, result),
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
}

const state = (seen: Seen | null | undefined): string => seen?.state ?? '–';

/** What a report says, or why nothing has to be found. */
function whyOf(kind: Kind, result: KindResult | undefined): string {
  if (result?.outcome === 'found') return '';
  if (result?.outcome === 'not made') return result.notMade ?? '';
  return [kind.reason, ...(result?.seen?.unexamined.slice(0, 3) ?? [])]
    .filter((one) => one !== null)
    .join('; ');
}

/** Names come from objects: no pipe or mark of theirs may become one of ours. */
const cell = (text: string): string =>
  text
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, '·')
    .replace(/[\\`*_{}[\]<>|]/g, '\\$&');
