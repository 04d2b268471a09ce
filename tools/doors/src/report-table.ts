import { occasions, type Occasion } from './door-client.js';
import type { ClientReport } from './run-doors.js';

const titles: Readonly<Record<Occasion, string>> = {
  clean: 'clean',
  infected: 'EICAR in a zip',
  encrypted: 'encrypted zip',
  away: 'clean, Sluice away',
};

/** Whether it went as documented; what was left out proves nothing, and is no failure. */
export const isAsExpected = (report: ClientReport): boolean =>
  report.kind === 'left-out' ||
  (report.kind === 'seen' && occasions.every((one) => report.fates[one] === report.client.expected[one]));

/** Rows for the terminal, headings first. */
export function reportRows(reports: readonly ClientReport[]): string[][] {
  const heading = ['program', 'version', ...occasions.map((one) => titles[one])];
  return [heading, ...reports.map(rowOf)];
}

/** Why there is no more to say of a client; a cell would cut it. */
export const reasonsOf = (reports: readonly ClientReport[]): string[] =>
  reports.flatMap((one) => (one.kind === 'seen' ? [] : [`${one.client.title}: ${one.why}`]));

function rowOf(report: ClientReport): string[] {
  const { client } = report;
  switch (report.kind) {
    case 'left-out':
      return [client.title, 'NOT RUN, see below'];
    case 'failed':
      return [client.title, 'FAILED, see below'];
    case 'seen':
      return [client.title, report.version, ...occasions.map((one) => cellOf(report, one))];
  }
}

function cellOf({ fates, client }: Extract<ClientReport, { kind: 'seen' }>, occasion: Occasion): string {
  const [seen, expected] = [fates[occasion], client.expected[occasion]];
  return seen === expected ? seen : `${seen.toUpperCase()}, not ${expected}`;
}
