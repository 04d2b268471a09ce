import { describe, expect, it } from 'vitest';
import { axisTicks, formatStep } from './axis-ticks.js';
import { markCauses, numberCauses } from './cause-marks.js';

const at = (time: string) => `2026-11-21T${time}:00.000Z`;
const points = Array.from({ length: 60 }, (_, index) => ({ atMs: Date.parse(at('12:00')) + index * 60_000 }));
const cause = (id: string, beganAt: string, endedAt: string | null, level: 'down' | 'advisory' = 'down') => ({
  id,
  level,
  title: id,
  beganAt,
  endedAt,
  durationSeconds: 1,
});

describe('marks of causes', () => {
  it('stand where a cause began and ended, numbered in the order they began', () => {
    const causes = numberCauses([
      cause('second', `2026-11-21T12:30:40.000Z`, null),
      cause('reminder', at('12:10'), null, 'advisory'),
      cause('first', at('12:05'), at('12:30')),
    ]);
    expect(causes.map(({ number, cause: { id } }) => [number, id])).toEqual([
      [1, 'first'],
      [2, 'second'],
    ]);
    const marks = markCauses(causes, points, 60);
    expect(marks.map(({ atMs, label }) => [new Date(atMs).toISOString(), label])).toEqual([
      [at('12:05'), '1'],
      [at('12:30'), '1 ✓, 2'],
    ]);
  });

  it('have no begin for what began before the charts do', () => {
    const marks = markCauses(numberCauses([cause('old', at('09:00'), at('12:01'))]), points, 60);
    expect(marks.map(({ label }) => label)).toEqual(['1 ✓']);
  });
});

describe('times below a chart', () => {
  it('are words for every step, and none where a chart asks for no step', () => {
    expect(formatStep(Date.parse(at('12:07')), false)).toMatch(/^\d\d:07$/);
    for (const nothing of [undefined, null, Number.NaN, 'auto']) expect(formatStep(nothing, true)).toBe('');
  });

  it('are round ones of the shown zone', () => {
    const halfHour = () => 30 * 60_000;
    const ticks = axisTicks(points.slice(3), halfHour).map((ms) => new Date(ms).toISOString());
    expect(ticks).toEqual(['12:10', '12:20', '12:30', '12:40', '12:50'].map(at));
    const hours = Array.from({ length: 24 }, (_, index) => ({
      atMs: Date.parse(at('00:00')) + index * 3_600_000,
    }));
    expect(axisTicks(hours, halfHour)).toEqual([]);
    expect(axisTicks(hours, () => 3_600_000).map((ms) => new Date(ms).getUTCHours())).toEqual([
      2, 5, 8, 11, 14, 17, 20, 23,
    ]);
  });
});
