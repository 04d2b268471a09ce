import { describe, expect, it } from 'vitest';
import { statusOf, summariseCauses, type CauseLevel } from './health.js';

const causes = (...levels: CauseLevel[]) => levels.map((level) => ({ level }));

describe('the status', () => {
  it.each([
    [[], 'ok', null],
    [['advisory', 'advisory'], 'ok', '2 reminders'],
    [['advisory', 'degraded'], 'degraded', '1 problem, 1 reminder'],
    [['degraded', 'down', 'advisory'], 'down', '2 problems, 1 reminder'],
  ] as const)('of %j is %s', (levels, status, summary) => {
    expect(statusOf(causes(...levels))).toBe(status);
    expect(summariseCauses(causes(...levels))).toBe(summary);
  });
});
