import { describe, expect, it } from 'vitest';
import type { Statistics, StatisticsStep } from '@sluice/console-api';
import { readRange } from './chart-range.js';
import { staleNote } from './tiles.js';

const latest = readRange({ range: '1h', from: null, until: null });
const step = (type: 'mail' | 'other', time: string, p95Ms: number | null): StatisticsStep => ({
  at: `2026-11-21T${time}:00.000Z`,
  type,
  accepted: 1,
  detect: 0,
  notDetected: 1,
  timeout: 0,
  error: 0,
  p50Ms: p95Ms,
  p95Ms,
});
const until = (time: string, ...series: StatisticsStep[]): Statistics => ({
  from: '2026-11-21T12:00:00.000Z',
  until: `2026-11-21T${time}:30.000Z`,
  stepSeconds: 60,
  series,
  totals: [],
  queues: [],
});

describe('the tile of mail verdicts', () => {
  it('says for how long there was none, whatever others get', () => {
    const series = [step('mail', '12:10', 200), step('mail', '12:30', null), step('other', '12:31', 90)];
    expect(staleNote(until('12:32', ...series), latest)).toBe('no verdict for 21 min');
  });

  it.each([
    ['while mail gets verdicts', until('12:14', step('mail', '12:10', 200)), latest],
    ['where no mail came', until('12:59', step('other', '12:10', 200)), latest],
    [
      'of a time that is over',
      until('12:59', step('mail', '12:10', 200)),
      readRange({ range: null, from: '2026-11-21T12:00:00Z', until: '2026-11-21T12:59:30Z' }),
    ],
    ['before anything is known', undefined, latest],
  ])('says nothing of it %s', (_, statistics, range) => {
    expect(staleNote(statistics, range)).toBeNull();
  });
});
