import { describe, expect, it } from 'vitest';
import { formatTick, valueTicks, type Scale } from './value-ticks.js';

const shown = (highest: number, scale: Scale) =>
  valueTicks(highest, scale).map((value) => formatTick(value, scale));

describe('the values beside a chart', () => {
  it.each<[number, Scale, string[]]>([
    [280, 'seconds', ['0', '2 min', '4 min', '6 min']],
    [70, 'seconds', ['0', '30 s', '1 min', '1.5 min']],
    [9000, 'seconds', ['0', '1 h', '2 h', '3 h']],
    [375, 'milliseconds', ['0', '100 ms', '200 ms', '300 ms', '400 ms']],
    [1900, 'milliseconds', ['0', '500 ms', '1 s', '1.5 s', '2 s']],
    [403, 'count', ['0', '200', '400', '600']],
    [0.3, 'count', ['0', '0.1', '0.2', '0.3']],
    [12_000, 'count', ['0', '5,000', '10,000', '15,000']],
    [3, 'percent', ['0 %', '25 %', '50 %', '75 %', '100 %']],
    [0, 'seconds', ['0', '1 s']],
    [0, 'count', ['0', '1']],
  ])('of at most %d %s are round: %j', (highest, scale, words) => {
    expect(shown(highest, scale)).toEqual(words);
  });

  it('are what they say, tenths too', () => {
    expect(valueTicks(0.3, 'count')).toEqual([0, 0.1, 0.2, 0.3]);
  });

  it.each<Scale>(['count', 'milliseconds', 'seconds'])(
    'of %s reach above any height, in few steps',
    (scale) => {
      for (const highest of [0.05, 1, 7, 99, 1234, 86_400, 9e8, 5e12]) {
        const ticks = valueTicks(highest, scale);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest);
        expect(ticks.length).toBeLessThanOrEqual(5);
      }
    },
  );
});
