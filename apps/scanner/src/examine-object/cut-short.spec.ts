import { afterEach, describe, expect, it } from 'vitest';
import type { Engine, EngineOutcome, ScanContent } from '@sluice/contracts';
import { FakeEngine } from '@sluice/contracts/testing';
import { until } from '@sluice/timing';
import { CutShort } from './cut-short.js';

const content = (): ScanContent => ({
  sizeBytes: 1,
  bytes: (async function* () {
    yield Buffer.from('x');
  })(),
});

describe('an object that cannot become clean any more', () => {
  const open: CutShort[] = [];
  const kept: Promise<unknown>[] = [];
  const cutting = (isMailHeldUp: () => boolean, graceMs = 0): CutShort => {
    const cut = new CutShort({ isMailHeldUp, keepFromOthers: (until) => kept.push(until), graceMs });
    open.push(cut);
    return cut;
  };
  afterEach(() => {
    for (const cut of open.splice(0)) cut.end();
    kept.length = 0;
  });

  /** An engine that is at work until it is let go. */
  function slowEngine(): { engine: FakeEngine; letGo: () => void } {
    const engine = new FakeEngine();
    let letGo: () => void = () => undefined;
    engine.gate = new Promise((resolve) => (letGo = resolve));
    return { engine, letGo };
  }
  const scan = (cut: CutShort, engine: Engine): Promise<EngineOutcome> =>
    cut.scan(() => engine.scan(content(), { timeoutMs: 60_000 }));

  it('is ended while mail waits, and its engine counts as over its time and as still at work', async () => {
    const cut = cutting(() => true);
    const { engine, letGo } = slowEngine();
    const said = scan(cut, engine);
    cut.hopeless(null);
    expect(await said).toEqual({ kind: 'failed', code: 'timeout', retryable: true });
    expect(cut.signal.aborted).toBe(true);
    expect(kept).toHaveLength(1);
    expect(await scan(cut, engine)).toMatchObject({ code: 'timeout' });
    expect(engine.scanCount).toBe(1);
    letGo();
    expect(await kept[0]).toEqual({ kind: 'clean' });
  });

  it('has all of its time while no mail waits, and less as soon as one does', async () => {
    let isHeldUp = false;
    const cut = cutting(() => isHeldUp);
    const { engine, letGo } = slowEngine();
    const said = scan(cut, engine);
    cut.hopeless(null);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(cut.signal.aborted).toBe(false);
    isHeldUp = true;
    await until(() => cut.signal.aborted);
    expect(await said).toMatchObject({ kind: 'failed' });
    letGo();
  });

  it('keeps what engines say within the grace', async () => {
    const cut = cutting(() => true, 60_000);
    const { engine, letGo } = slowEngine();
    const said = scan(cut, engine);
    cut.hopeless(null);
    letGo();
    expect(await said).toEqual({ kind: 'clean' });
    expect(kept).toEqual([]);
  });

  it('is tried again when an engine had failed on it', async () => {
    const cut = cutting(() => true);
    const { engine, letGo } = slowEngine();
    const said = scan(cut, engine);
    cut.hopeless('crashed');
    expect(await said).toEqual({ kind: 'failed', code: 'crashed', retryable: true });
    letGo();
  });

  it('is not ended before it is hopeless', async () => {
    const cut = cutting(() => true);
    const { engine, letGo } = slowEngine();
    const said = scan(cut, engine);
    await new Promise((resolve) => setTimeout(resolve, 50));
    letGo();
    expect(await said).toEqual({ kind: 'clean' });
  });
});
