import { describe, expect, it } from 'vitest';
import { joinMarks } from './cause-marks.js';
import { gatherChanges, markChanges } from './chart-changes.js';

const at = (time: string) => `2026-11-21T${time}.000Z`;
const points = Array.from({ length: 60 }, (_, index) => ({
  atMs: Date.parse(at('12:00:00')) + index * 60_000,
}));
const started = (instance: string, time: string) => ({ instance, startedAt: at(time) });
const changed = (target: string | null, time: string) => ({ at: at(time), actor: 'ann', target });

describe('changes in the time of the charts', () => {
  it('are lettered in their order, those of one step together', () => {
    const changes = gatherChanges(
      {
        instances: [
          started('scanner-2', '12:40:50'),
          started('scanner-1', '12:40:05'),
          started('old', '09:00:00'),
        ],
        entries: [changed('maxObjectSize, maxDepth', '12:05:59'), changed(null, '13:00:00')],
      },
      points,
      60,
    );
    expect(changes.map(({ letter, at: first, texts }) => [letter, first, texts])).toEqual([
      ['A', at('12:05:59'), ['ann changed Largest object, Depth']],
      ['B', at('12:40:05'), ['scanner-1 started', 'scanner-2 started']],
    ]);
    expect(markChanges(changes).map((one) => new Date(one.atMs).toISOString())).toEqual([
      at('12:05:00'),
      at('12:40:00'),
    ]);
  });

  it('are the newest where there are more than letters', () => {
    const entries = Array.from({ length: 20 }, (_, minute) =>
      changed('maxDepth', `12:${String(minute).padStart(2, '0')}:00`),
    );
    const changes = gatherChanges({ instances: [], entries }, points, 60);
    expect([changes.length, changes.at(0)?.letter, changes.at(-1)?.at]).toEqual([12, 'A', at('12:19:00')]);
  });

  it('share a mark with a problem that began in the same step', () => {
    const atMs = Date.parse(at('12:05:00'));
    expect(
      joinMarks([
        { atMs, label: '1' },
        { atMs, label: 'A' },
      ]),
    ).toEqual([{ atMs, label: '1, A' }]);
  });
});
