import { describe, expect, it } from 'vitest';
import type { EngineOutcome } from '@sluice/contracts';
import { fakeMalware } from '@sluice/contracts/testing';
import { type Given, PartBench } from '../testing/part-bench.js';

const clean: EngineOutcome = { kind: 'clean' };
const small = (texts: readonly string[]): Given[] =>
  texts.map((text, index) => ({ number: index + 1, bytes: Buffer.from(text), label: `${index}` }));
const texts = (count: number, bad: (index: number) => boolean): string[] =>
  Array.from({ length: count }, (_, index) => `${bad(index) ? fakeMalware : 'part'} ${index}`);

describe('showing small parts to a content engine', () => {
  it('shows many small parts in few calls, finds the bad one among them and no other', async () => {
    const bench = new PartBench();
    await bench.takeWhileBusy(small(texts(90, (index) => index === 61)));
    expect(bench.conclude(clean)).toMatchObject({
      outcome: { kind: 'infected', detections: [{ path: ['61'] }] },
      detectionsTotal: 1,
    });
    const [view] = bench.show.views;
    expect(view?.shownCount).toBe(90);
    expect(view?.callCount).toBe(bench.engine.scanCount + bench.engine.bundles.length);
    expect(view?.callCount).toBeLessThan(30);
  });

  it('asks one by one where bundle after bundle is not clean, and loses nothing', async () => {
    const bench = new PartBench();
    await bench.takeWhileBusy(small(texts(90, () => true)));
    expect(bench.conclude(clean).detectionsTotal).toBe(90);
    expect(bench.engine.bundles.length).toBeLessThanOrEqual(20);
  });

  it('never gathers more than a bundle takes', async () => {
    const bench = new PartBench();
    await bench.take(...small(texts(1000, () => false)));
    expect(bench.show.views[0]?.shownCount).toBe(1000);
    expect(Math.max(0, ...bench.engine.bundles)).toBeLessThanOrEqual(100);
  });

  it('says of each of many what the engine is known to leave out of its kind', async () => {
    const bench = new PartBench();
    bench.engine.missedOf = ({ mime }) => (mime === 'text/html' ? { reason: 'unsupported' } : null);
    const parts = small(texts(50, () => false));
    await bench.takeWhileBusy(
      parts.map((one, index) => (index === 40 ? { ...one, mime: 'text/html' } : one)),
    );
    expect(bench.engine.bundles).toEqual([46]);
    expect(bench.conclude(clean).notExamined).toEqual([
      { path: ['40'], engine: 'fake', reason: 'unsupported' },
    ]);
  });

  it('never says clean of a bundle that the engine failed on', async () => {
    const bench = new PartBench();
    const parts = small(texts(50, () => false));
    await bench.takeWhileBusy(parts, { kind: 'failed', code: 'unreachable', retryable: true });
    expect(bench.conclude(clean).outcome).toMatchObject({ kind: 'failed', code: 'unreachable' });
  });
});
