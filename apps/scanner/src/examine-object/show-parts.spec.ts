import { describe, expect, it } from 'vitest';
import type { EngineOutcome, StreamTotals } from '@sluice/contracts';
import { fakeMalware } from '@sluice/contracts/testing';
import { hashOf, PartBench } from '../testing/part-bench.js';

const bad = Buffer.from(`some ${fakeMalware}`);
const found: EngineOutcome = {
  kind: 'infected',
  detections: [{ engine: 'fake', technology: 'am', name: 'Fake.Malware', path: [] }],
};
const clean: EngineOutcome = { kind: 'clean' };
const streamOf = (sizeBytes: number): StreamTotals => ({
  count: 1,
  totalBytes: sizeBytes,
  largestBytes: sizeBytes,
});

describe('showing parts to a content engine', () => {
  it('shows equal parts once, and finds them wherever they are', async () => {
    const bench = new PartBench();
    const twins = Array.from({ length: 50 }, (_, index) => ({ number: index + 1, bytes: bad }));
    await bench.take(...twins, { number: 51, bytes: Buffer.from('other') });
    expect(bench.engine.scanCount).toBe(2);
    expect(bench.conclude(clean)).toMatchObject({
      outcome: { kind: 'infected', detections: [{ path: ['a'] }] },
    });
  });

  it('names the bytes of the part that was detected', async () => {
    const bench = new PartBench();
    await bench.take({ number: 1, bytes: bad });
    const { outcome } = bench.conclude(clean);
    expect(outcome).toMatchObject({
      detections: [{ path: ['a'], sha256: hashOf(bad) }],
    });
  });

  it('tells a detection of the whole by the part that explains it, and keeps one that no part explains', async () => {
    const bench = new PartBench();
    await bench.take({ number: 1, bytes: bad, label: 'bad.exe' });
    expect(bench.conclude(found).outcome).toMatchObject({ detections: [{ path: ['bad.exe'] }] });
    expect(new PartBench().conclude(found).outcome).toMatchObject({ detections: [{ path: [] }] });
  });

  it('excuses by hash, never by label, and a whole only when all was seen alone', async () => {
    const good = Buffer.from(`allowed ${fakeMalware}`);
    const bench = new PartBench();
    bench.allowed.add(hashOf(good));
    await bench.take({ number: 1, bytes: good, label: 'logo.png' });
    expect(bench.conclude(found).outcome.kind).toBe('excused');
    expect(bench.conclude(found, { unexaminedTotal: 1 }).outcome.kind).toBe('infected');
    await bench.take({ number: 2, bytes: bad, label: 'logo.png' });
    expect(bench.conclude(found).outcome).toMatchObject({ kind: 'infected' });
    expect(bench.conclude(found).detectionsTotal).toBe(1);
  });

  it('lists what an engine could not examine by its place, unless it saw all that is in it', async () => {
    const bench = new PartBench();
    bench.engine.nextOutcome = { kind: 'unscannable', reason: 'too-large' };
    await bench.take({ number: 1, bytes: bad, isCovered: true });
    expect(bench.conclude(clean).outcome).toEqual(clean);
    await bench.take({ number: 2, bytes: Buffer.from('x'), label: 'big' });
    expect(bench.conclude(clean)).toMatchObject({
      outcome: { kind: 'unscannable', reason: 'too-large' },
      notExamined: [{ path: ['big'], engine: 'fake', reason: 'too-large' }],
    });
  });

  it('lists what an engine called clean and is known to leave out of such a kind', async () => {
    const bench = new PartBench();
    bench.engine.missedOf = ({ mime, streams, sizeBytes }) =>
      mime === 'application/pdf' && streams.largestBytes > 100 && sizeBytes === 1
        ? { reason: 'limit-exceeded', limit: 'MaxFileSize' }
        : null;
    await bench.take({
      number: 1,
      bytes: Buffer.from('a'),
      mime: 'application/pdf',
      streams: streamOf(100),
    });
    await bench.take({ number: 2, bytes: bad, mime: 'application/pdf', streams: streamOf(101) });
    expect(bench.conclude(clean).notExaminedTotal).toBe(0);
    await bench.take({
      number: 3,
      bytes: Buffer.from('b'),
      mime: 'application/pdf',
      streams: streamOf(101),
    });
    expect(bench.conclude(clean).notExamined).toEqual([
      { path: ['a'], engine: 'fake', reason: 'limit-exceeded', limit: 'MaxFileSize' },
    ]);
  });

  it('waives what an engine could not examine of a whole only when every part was opened and seen', () => {
    const sealed: EngineOutcome = { kind: 'unscannable', reason: 'limit-exceeded' };
    expect(new PartBench().conclude(sealed).outcome.kind).toBe('clean');
    expect(new PartBench().conclude(sealed, { isCovered: false }).outcome.kind).toBe('unscannable');
  });

  it('never says clean when the engine died in between, and asks it no more', async () => {
    const bench = new PartBench();
    bench.engine.nextOutcome = { kind: 'failed', code: 'unreachable', retryable: true };
    const parts = Array.from({ length: 30 }, (_, index) => Buffer.from(`part ${index}`));
    await bench.take(...parts.map((bytes, index) => ({ number: index + 1, bytes })));
    expect(bench.engine.scanCount).toBeLessThan(30);
    expect(bench.conclude(clean).outcome).toMatchObject({ kind: 'failed', code: 'unreachable' });
  });

  it('passes large parts straight through, whole', async () => {
    const bench = new PartBench();
    const large = Buffer.concat([Buffer.alloc(5_000_000, 'x'), bad]);
    await bench.take({ number: 1, bytes: large });
    expect(bench.conclude(clean).outcome.kind).toBe('infected');
  });

  it('says which bound was reached when more comes out than may be unpacked', async () => {
    const bench = new PartBench({ maxTotalBytes: 1000 });
    await bench.take({ number: 1, bytes: Buffer.alloc(900, 1) }, { number: 2, bytes: Buffer.alloc(900, 2) });
    expect(bench.engine.scanCount).toBe(1);
    expect(bench.conclude(clean).notExamined).toEqual([
      { path: ['a'], engine: 'fake', reason: 'limit-exceeded', limit: 'clamavBytes' },
    ]);
  });
});
