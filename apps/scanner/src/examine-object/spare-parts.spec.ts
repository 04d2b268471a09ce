import { describe, expect, it } from 'vitest';
import type { EngineOutcome } from '@sluice/contracts';
import { fakeMalware } from '@sluice/contracts/testing';
import { type Given, PartBench, recordOf } from '../testing/part-bench.js';
import { UnbelievablePart } from './show-parts.js';

const bad = Buffer.from(`some ${fakeMalware}`);
const found: EngineOutcome = {
  kind: 'infected',
  detections: [{ engine: 'fake', technology: 'am', name: 'Fake.Malware', path: [] }],
};
const clean: EngineOutcome = { kind: 'clean' };

describe('a part that an engine opens by itself', () => {
  const packed = (number: number, bytes = Buffer.from(`file ${number}`)): Given => ({
    number,
    bytes,
    packing: 'plain-zip',
  });
  const benchWith = (whole: EngineOutcome | null): PartBench => {
    const bench = new PartBench();
    bench.engine.packings.add('plain-zip');
    if (whole !== null) bench.show.views[0]!.tellWhole(whole);
    return bench;
  };

  it('is spared once the engine has said clean of the object', async () => {
    const bench = benchWith(clean);
    await bench.take(packed(1), packed(2), { number: 3, bytes: Buffer.from('other') });
    expect(bench.engine.scanCount).toBe(1);
    expect(bench.show.views[0]).toMatchObject({ sparedCount: 2, shownCount: 1 });
    expect(bench.conclude(clean).outcome).toEqual(clean);
  });

  it('waits for that word, and is shown when it is another one', async () => {
    const said: EngineOutcome[] = [
      found,
      { kind: 'unscannable', reason: 'limit-exceeded', limit: 'beside x', isRemark: true },
      { kind: 'unscannable', reason: 'limit-exceeded' },
      { kind: 'failed', code: 'timeout', retryable: true },
    ];
    for (const whole of said) {
      const bench = benchWith(null);
      const done = bench.take(packed(1, bad));
      await new Promise((resolve) => setImmediate(resolve));
      expect(bench.engine.scanCount).toBe(0);
      bench.show.views[0]!.tellWhole(whole);
      await done;
      expect(bench.engine.scanCount).toBe(1);
      expect(bench.conclude(clean).outcome).toMatchObject({ detections: [{ path: ['a'] }] });
    }
  });

  it('is shown when the engine was not seen to open such, or is another one by now', async () => {
    const other = new PartBench();
    await other.take(packed(1, bad));
    expect(other.conclude(clean).outcome.kind).toBe('infected');
    const bench = benchWith(null);
    const done = bench.take(packed(1, bad));
    bench.engine.packings.clear();
    bench.show.views[0]!.tellWhole(clean);
    await done;
    expect(bench.conclude(clean).outcome.kind).toBe('infected');
  });

  const large = (number: number, sizeBytes = 200_000): Given =>
    packed(number, Buffer.alloc(sizeBytes, `${number} ${fakeMalware}`));

  it('waits on its way when more is held than may be, and is spared when the word is there', async () => {
    const bench = benchWith(null);
    for (const number of [1, 2, 3, 4, 5]) await bench.show.take(recordOf(large(number)));
    let hasGoneOn = false;
    const sixth = bench.show.take(recordOf(large(6))).then(() => (hasGoneOn = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect([hasGoneOn, bench.engine.scanCount]).toEqual([false, 0]);
    bench.show.views[0]!.tellWhole(clean);
    await sixth;
    await bench.show.finish();
    expect(bench.show.views[0]).toMatchObject({ sparedCount: 6, shownCount: 0 });
  });

  it('is spared at any size, and shown in full after any other word', async () => {
    const sparing = benchWith(clean);
    await sparing.take(large(1, 5_000_000));
    expect(sparing.show.views[0]).toMatchObject({ sparedCount: 1, shownCount: 0 });
    const showing = benchWith({ kind: 'failed', code: 'timeout', retryable: true });
    await showing.take(large(1, 5_000_000));
    expect(showing.show.views[0]).toMatchObject({ sparedCount: 0, shownCount: 1, shownBytes: 5_000_000 });
    expect(showing.conclude(clean).outcome.kind).toBe('infected');
  });

  it('is shown when that word does not come while there is time to show it', async () => {
    const bench = new PartBench({}, 90);
    bench.engine.packings.add('plain-zip');
    await bench.show.take(recordOf(large(1, 2_000_000)));
    expect(bench.show.views[0]).toMatchObject({ sparedCount: 0, shownCount: 1 });
  });

  it('is not believed when it has other bytes than announced, spared or not', async () => {
    const bench = benchWith(clean);
    const lie = { ...large(1, 2_000_000), sha256: '0'.repeat(64) };
    await expect(bench.take(lie)).rejects.toBeInstanceOf(UnbelievablePart);
    await expect(bench.take({ ...large(2), sizeBytes: 200_001 })).rejects.toBeInstanceOf(UnbelievablePart);
  });

  it('counts for what the engine leaves out of its kind', async () => {
    const bench = benchWith(clean);
    bench.engine.missedOf = ({ mime }) => (mime === 'text/html' ? { reason: 'unsupported' } : null);
    await bench.take({ ...packed(1), mime: 'text/html' });
    expect(bench.conclude(clean).outcome.kind).toBe('unscannable');
  });
});
