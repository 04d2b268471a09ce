import { isReached, type Measurement } from './figure.js';

const marks = new Map<boolean | null, string>([
  [true, 'reached'],
  [false, 'MISSED'],
  [null, ''],
]);

/** The table of the terminal and of docs/performance.md: Markdown, columns of equal width. */
export function terminalTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map((one) => [
    one.figure,
    `${one.value} ${one.unit}`,
    one.floor === null ? '—' : `${one.floor} ${one.unit} (${one.floorName})`,
    String(one.score),
    one.target === null ? 'reported' : `${one.target.sign} ${one.target.limit}`,
    marks.get(isReached(one)) ?? '',
  ]);
  const all = [['figure', 'measured', 'floor in the same run', 'score', 'to reach', ''], ...rows];
  const widths = (all[0] ?? []).map((_, column) =>
    Math.max(3, ...all.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = all;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
