import { afterEach, describe, expect, it, vi } from 'vitest';
import { EarlierScans, type EarlierScan } from './earlier-scans.js';

afterEach(() => {
  vi.restoreAllMocks();
});
const setClock = (nowMs: number) => vi.spyOn(performance, 'now').mockReturnValue(nowMs);
const left = (begunAtMs: number): EarlierScan => ({ kind: 'left', begunAtMs });

describe('EarlierScans', () => {
  it('knows what came before and when it was begun, once', () => {
    const earlier = new EarlierScans();
    setClock(5000);
    expect(earlier.take('a')).toBeNull();
    earlier.add('a', left(1000));
    expect([earlier.take('a'), earlier.take('a')]).toEqual([left(1000), null]);
  });
  it.each([
    ['left', 600_000],
    ['judged', 3_600_000],
  ] as const)('knows what was %s for %d ms of its beginning, whenever it was answered', (kind, keptMs) => {
    const earlier = new EarlierScans();
    setClock(300_000);
    earlier.add('young', { kind, begunAtMs: 1 });
    earlier.add('old', { kind, begunAtMs: 0 });
    setClock(keptMs);
    expect([earlier.take('young'), earlier.take('old')]).toEqual([{ kind, begunAtMs: 1 }, null]);
  });
  it('forgets the oldest, not what came again since', () => {
    const earlier = new EarlierScans();
    setClock(5000);
    earlier.add('first', left(1000));
    earlier.add('second', left(1000));
    earlier.add('first', left(1000));
    for (let at = 0; at < 9_999; at += 1) earlier.add(`more-${at}`, left(1000));
    expect([earlier.take('first'), earlier.take('second')]).toEqual([left(1000), null]);
  });
});
