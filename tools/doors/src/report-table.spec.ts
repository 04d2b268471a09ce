import { describe, expect, it } from 'vitest';
import type { DoorClient } from './door-client.js';
import { isAsExpected, reasonsOf, reportRows } from './report-table.js';
import type { ClientReport } from './run-doors.js';

const client: DoorClient = {
  name: 'server',
  title: 'A server',
  packages: [],
  expected: { clean: 'delivered', infected: 'refused', encrypted: 'deferred', away: 'deferred' },
  start: () => Promise.reject(new Error('never started')),
};
const seen = (changes: Partial<DoorClient['expected']> = {}): ClientReport => ({
  kind: 'seen',
  client,
  version: '1.2',
  fates: { ...client.expected, ...changes },
});

describe('a client', () => {
  it('is right when each of its mails went where the guide says', () => {
    expect(isAsExpected(seen())).toBe(true);
    expect(reportRows([seen()])[1]).toEqual([
      'A server',
      '1.2',
      'delivered',
      'refused',
      'deferred',
      'deferred',
    ]);
  });
  it.each([
    ['clean', 'deferred'],
    ['infected', 'delivered'],
    ['encrypted', 'delivered'],
    ['away', 'lost'],
  ] as const)('is wrong when a mail that is %s was %s, and the table shows it', (occasion, fate) => {
    const report = seen({ [occasion]: fate });
    expect(isAsExpected(report)).toBe(false);
    expect(reportRows([report])[1]).toContain(`${fate.toUpperCase()}, not ${client.expected[occasion]}`);
  });
  it('that failed is wrong; one that was left out is not, and says why', () => {
    expect(isAsExpected({ kind: 'failed', client, why: 'no port' })).toBe(false);
    const leftOut: ClientReport = { kind: 'left-out', client, why: 'not root' };
    expect(isAsExpected(leftOut)).toBe(true);
    expect(reportRows([leftOut])[1]).toEqual(['A server', 'NOT RUN, see below']);
    expect(reasonsOf([leftOut, seen()])).toEqual(['A server: not root']);
  });
});
