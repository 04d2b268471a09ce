import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type EngineOutcome, type StreamTotals, defaultSettings, noStreams } from '@sluice/contracts';
import { FakeEngine, fakeMalware } from '@sluice/contracts/testing';
import type { EngineResult } from '../combine-outcomes/combine-outcomes.js';
import type { Inspection } from '../inspection/inspection.schema.js';
import { contentEngineResult } from './content-engine-result.js';
import { CallLimit } from './call-limit.js';
import { CutShort } from './cut-short.js';
import { PartShow, UnbelievablePart } from './show-parts.js';

const { maxDepth, maxParts, maxTotalBytes, maxPartBytes, maxHeldBytes, maxRatio } = defaultSettings;
const limits = { maxDepth, maxParts, maxTotalBytes, maxPartBytes, maxHeldBytes, maxRatio };
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const bad = Buffer.from(`some ${fakeMalware}`);

interface Given {
  readonly number: number;
  readonly within?: number[];
  readonly bytes: Buffer;
  readonly label?: string;
  readonly sha256?: string;
  readonly isCovered?: boolean;
  readonly sizeBytes?: number;
  readonly mime?: string;
  readonly streams?: StreamTotals;
  readonly packing?: string;
}

const streamOf = (sizeBytes: number): StreamTotals => ({
  count: 1,
  totalBytes: sizeBytes,
  largestBytes: sizeBytes,
});

const recordOf = ({ number, within = [0], bytes, label = 'a', ...given }: Given) => ({
  about: {
    number,
    within,
    path: within.map(() => label),
    isCovered: given.isCovered ?? false,
    sha256: given.sha256 ?? hashOf(bytes),
    mime: given.mime ?? 'application/octet-stream',
    streams: given.streams ?? noStreams,
    ...(given.packing !== undefined && { packing: given.packing }),
  },
  sizeBytes: given.sizeBytes ?? bytes.length,
  bytes: (async function* () {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  })(),
});

class Bench {
  readonly engine = new FakeEngine();
  readonly allowed = new Set<string>();
  readonly show: PartShow;

  constructor(changes: Partial<typeof limits> = {}, timeMs = 60_000) {
    this.show = new PartShow([this.engine], {
      limits: { ...limits, ...changes },
      objectBytes: 1000,
      deadlineMs: performance.now() + timeMs,
      isAllowed: (sha256) => this.allowed.has(sha256),
      cut: new CutShort({ isMailHeldUp: () => false, keepFromOthers: () => undefined }),
      calls: new CallLimit(2),
      onSaid: () => undefined,
    });
  }

  async take(...parts: Given[]): Promise<void> {
    for (const part of parts) await this.show.take(recordOf(part));
    await this.show.finish();
  }

  /** While calls are under way the rest gathers: fewer than a bundle takes. */
  async takeWhileBusy(parts: readonly Given[], outcome: EngineOutcome | null = null): Promise<void> {
    let open = (): void => undefined;
    this.engine.gate = new Promise((resolve) => (open = resolve));
    for (const part of parts) await this.show.take(recordOf(part));
    this.engine.nextOutcome = outcome;
    open();
    await this.show.finish();
  }

  conclude(whole: EngineOutcome, inspection: Partial<Inspection> = {}): EngineResult {
    const inspected: Inspection = {
      kind: 'inspection',
      detectedType: 'application/zip',
      mail: null,
      partCount: 9,
      isOutOfTime: false,
      isCovered: true,
      streams: noStreams,
      unexamined: [],
      unexaminedTotal: 0,
      unexaminedReasons: [],
      unsealedCount: 0,
      runs: [],
      ...inspection,
    };
    const outcome = { kind: 'inspected', inspection: inspected } as const;
    const context = { whole, inspected: outcome, isObjectAllowed: false, status: null, durationMs: 1 };
    return contentEngineResult(this.show.views[0]!, context);
  }
}

const found: EngineOutcome = {
  kind: 'infected',
  detections: [{ engine: 'fake', technology: 'am', name: 'Fake.Malware', path: [] }],
};
const clean: EngineOutcome = { kind: 'clean' };

describe('showing parts to a content engine', () => {
  it('shows equal parts once, and finds them wherever they are', async () => {
    const bench = new Bench();
    const twins = Array.from({ length: 50 }, (_, index) => ({ number: index + 1, bytes: bad }));
    await bench.take(...twins, { number: 51, bytes: Buffer.from('other') });
    expect(bench.engine.scanCount).toBe(2);
    expect(bench.conclude(clean)).toMatchObject({
      outcome: { kind: 'infected', detections: [{ path: ['a'] }] },
    });
  });

  it('names the bytes of the part that was detected', async () => {
    const bench = new Bench();
    await bench.take({ number: 1, bytes: bad });
    const { outcome } = bench.conclude(clean);
    expect(outcome).toMatchObject({
      detections: [{ path: ['a'], sha256: hashOf(bad) }],
    });
  });

  it('tells a detection of the whole by the part that explains it, and keeps one that no part explains', async () => {
    const bench = new Bench();
    await bench.take({ number: 1, bytes: bad, label: 'bad.exe' });
    expect(bench.conclude(found).outcome).toMatchObject({ detections: [{ path: ['bad.exe'] }] });
    expect(new Bench().conclude(found).outcome).toMatchObject({ detections: [{ path: [] }] });
  });

  it('excuses by hash, never by label, and a whole only when all was seen alone', async () => {
    const good = Buffer.from(`allowed ${fakeMalware}`);
    const bench = new Bench();
    bench.allowed.add(hashOf(good));
    await bench.take({ number: 1, bytes: good, label: 'logo.png' });
    expect(bench.conclude(found).outcome.kind).toBe('excused');
    expect(bench.conclude(found, { unexaminedTotal: 1 }).outcome.kind).toBe('infected');
    await bench.take({ number: 2, bytes: bad, label: 'logo.png' });
    expect(bench.conclude(found).outcome).toMatchObject({ kind: 'infected' });
    expect(bench.conclude(found).detectionsTotal).toBe(1);
  });

  it('lists what an engine could not examine by its place, unless it saw all that is in it', async () => {
    const bench = new Bench();
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
    const bench = new Bench();
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
    expect(new Bench().conclude(sealed).outcome.kind).toBe('clean');
    expect(new Bench().conclude(sealed, { isCovered: false }).outcome.kind).toBe('unscannable');
  });

  it('never says clean when the engine died in between, and asks it no more', async () => {
    const bench = new Bench();
    bench.engine.nextOutcome = { kind: 'failed', code: 'unreachable', retryable: true };
    const parts = Array.from({ length: 30 }, (_, index) => Buffer.from(`part ${index}`));
    await bench.take(...parts.map((bytes, index) => ({ number: index + 1, bytes })));
    expect(bench.engine.scanCount).toBeLessThan(30);
    expect(bench.conclude(clean).outcome).toMatchObject({ kind: 'failed', code: 'unreachable' });
  });

  const small = (texts: readonly string[]): Given[] =>
    texts.map((text, index) => ({ number: index + 1, bytes: Buffer.from(text), label: `${index}` }));
  const texts = (count: number, bad: (index: number) => boolean): string[] =>
    Array.from({ length: count }, (_, index) => `${bad(index) ? fakeMalware : 'part'} ${index}`);

  describe('a part that an engine opens by itself', () => {
    const packed = (number: number, bytes = Buffer.from(`file ${number}`)): Given => ({
      number,
      bytes,
      packing: 'plain-zip',
    });
    const benchWith = (whole: EngineOutcome | null): Bench => {
      const bench = new Bench();
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
      const other = new Bench();
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
      const bench = new Bench({}, 90);
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

  it('shows many small parts in few calls, finds the bad one among them and no other', async () => {
    const bench = new Bench();
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
    const bench = new Bench();
    await bench.takeWhileBusy(small(texts(90, () => true)));
    expect(bench.conclude(clean).detectionsTotal).toBe(90);
    expect(bench.engine.bundles.length).toBeLessThanOrEqual(20);
  });

  it('never gathers more than a bundle takes', async () => {
    const bench = new Bench();
    await bench.take(...small(texts(1000, () => false)));
    expect(bench.show.views[0]?.shownCount).toBe(1000);
    expect(Math.max(0, ...bench.engine.bundles)).toBeLessThanOrEqual(100);
  });

  it('says of each of many what the engine is known to leave out of its kind', async () => {
    const bench = new Bench();
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
    const bench = new Bench();
    const parts = small(texts(50, () => false));
    await bench.takeWhileBusy(parts, { kind: 'failed', code: 'unreachable', retryable: true });
    expect(bench.conclude(clean).outcome).toMatchObject({ kind: 'failed', code: 'unreachable' });
  });

  it('passes large parts straight through, whole', async () => {
    const bench = new Bench();
    const large = Buffer.concat([Buffer.alloc(5_000_000, 'x'), bad]);
    await bench.take({ number: 1, bytes: large });
    expect(bench.conclude(clean).outcome.kind).toBe('infected');
  });

  it('says which bound was reached when more comes out than may be unpacked', async () => {
    const bench = new Bench({ maxTotalBytes: 1000 });
    await bench.take({ number: 1, bytes: Buffer.alloc(900, 1) }, { number: 2, bytes: Buffer.alloc(900, 2) });
    expect(bench.engine.scanCount).toBe(1);
    expect(bench.conclude(clean).notExamined).toEqual([
      { path: ['a'], engine: 'fake', reason: 'limit-exceeded', limit: 'clamavBytes' },
    ]);
  });

  it.each<[string, Given]>([
    ['other bytes than it says', { number: 1, bytes: bad, sha256: '0'.repeat(64) }],
    ['other bytes than it says, many', { number: 1, bytes: Buffer.alloc(400_000), sha256: '0'.repeat(64) }],
    ['fewer bytes than it says', { number: 1, bytes: bad, sizeBytes: bad.length + 1 }],
    ['the object itself', { number: 0, bytes: bad }],
    ['a part within itself', { number: 1, within: [0, 1], bytes: bad }],
    ['a part of no object', { number: 2, within: [1], bytes: bad }],
    ['a part larger than can be', { number: 1, bytes: bad, sizeBytes: 10 ** 12 }],
    ['something that is no part', { number: Number.NaN, bytes: bad }],
  ])('does not believe an inspector that gives %s', async (_title, part) => {
    await expect(new Bench().take(part)).rejects.toBeInstanceOf(UnbelievablePart);
  });

  it('does not believe one number twice, or more parts than there can be', async () => {
    const bench = new Bench({ maxParts: 3 });
    await bench.take({ number: 1, bytes: bad });
    await expect(bench.take({ number: 1, bytes: bad })).rejects.toBeInstanceOf(UnbelievablePart);
    await bench.take({ number: 2, bytes: bad }, { number: 3, bytes: bad });
    await expect(bench.take({ number: 4, bytes: bad })).rejects.toBeInstanceOf(UnbelievablePart);
  });
});
