import { describe, expect, it } from 'vitest';
import type { CauseMark } from './cause-marks.js';
import { layMarks } from './lay-marks.js';

const minute = 60_000;
const points = Array.from({ length: 101 }, (_, index) => ({ atMs: index * minute }));
const marksAt = (...places: readonly (readonly [number, string])[]): CauseMark[] =>
  places.map(([index, label]) => ({ atMs: index * minute, label }));
const laid = (plotPx: number, ...places: readonly (readonly [number, string])[]) =>
  layMarks(marksAt(...places), points, plotPx).map(({ atMs, label }) => [atMs / minute, label]);

describe('marks above a chart', () => {
  it('have a text each where there is room, and share one where there is none', () => {
    const places = [
      [10, '1'],
      [13, '2'],
      [60, '1 ✓'],
    ] as const;
    expect(laid(1000, ...places)).toEqual([
      [10, '1'],
      [13, '2'],
      [60, '1 ✓'],
    ]);
    expect(laid(200, ...places)).toEqual([
      [10, '1, 2'],
      [13, ''],
      [60, '1 ✓'],
    ]);
  });

  it('name the first and the last of many, so that no text runs out of its card', () => {
    const many = Array.from({ length: 9 }, (_, index) => [95 + index * 0.3, String(index + 1)] as const);
    expect(laid(500, ...many).map(([, label]) => label)).toEqual(['1…9', '', '', '', '', '', '', '', '']);
  });

  it('join those before, when the text that two share reaches them', () => {
    const texts = laid(400, [10, 'A'], [16, '1 ✓, 2'], [17, '3']).map(([, label]) => label);
    expect(texts).toEqual(['A…3', '', '']);
  });

  it('never lie over one another, wherever they are and however wide the chart is', () => {
    for (const plotPx of [180, 260, 420, 700, 1400])
      for (let seed = 1; seed < 60; seed += 1) {
        const places = Array.from(
          { length: 1 + (seed % 12) },
          (_, index) =>
            [(seed * 37 * (index + 1)) % 101, index % 3 === 0 ? `${index} ✓` : String(index)] as const,
        );
        const shown = layMarks(marksAt(...places), points, plotPx).filter(({ label }) => label !== '');
        const ends = shown.map(({ atMs, label }) => {
          const xPx = (atMs / minute / 100) * plotPx;
          return [xPx - label.length * 3.5, xPx + label.length * 3.5] as const;
        });
        for (const [index, [start]] of ends.entries())
          if (index > 0) expect(start).toBeGreaterThan(ends[index - 1]?.[1] ?? 0);
      }
  });
});
