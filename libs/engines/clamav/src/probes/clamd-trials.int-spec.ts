import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineStatus, noStreams, plainPackings } from '@sluice/contracts';
import { until } from '@sluice/timing';
import type { ClamavEngine } from '../clamav.engine.js';
import { scanBytes, StartedClamav } from '../testing/index.js';
import { crowdedZip } from './limit-samples.js';
import { rememberedPart } from './remembered-part.js';

const mebibyte = 1024 * 1024;
/** ClamAV's own values, where the private clamd has others. */
const usual = {
  StreamMaxLength: '90M',
  MaxFileSize: '100M',
  MaxScanSize: '400M',
  MaxFiles: '10000',
  MaxHTMLNormalize: '40M',
};

describe('a clamd is tried', () => {
  let on: StartedClamav | null = null;

  async function start(changes: Record<string, string>, slowTrialDelayMs?: number): Promise<ClamavEngine> {
    await on?.stop();
    on = await StartedClamav.start({
      changes,
      maxObjectBytes: 100 * mebibyte,
      ...(slowTrialDelayMs !== undefined && { slowTrialDelayMs }),
    });
    return on.engine;
  }
  afterAll(() => on?.stop());

  const statusWhen = async (
    asked: ClamavEngine,
    isReached: (status: EngineStatus) => boolean,
  ): Promise<EngineStatus> => {
    const deadlineMs = Date.now() + 200_000;
    for (;;) {
      const status = await asked.selfTest();
      if (isReached(status) || Date.now() > deadlineMs) return status;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const isTriedInFull = (status: EngineStatus): boolean =>
    !(status.notes ?? ['not tried yet']).some((note) => note.startsWith('not tried yet'));
  const html = (asked: ClamavEngine, sizeBytes: number) =>
    asked.shortfall({ mime: 'text/html', sizeBytes, streams: noStreams }, { timeoutMs: 120_000 });
  const document = (asked: ClamavEngine, sizeBytes: number) => {
    const streams =
      sizeBytes === 0 ? noStreams : { count: 1, totalBytes: sizeBytes, largestBytes: sizeBytes };
    return asked.shortfall({ mime: 'application/pdf', sizeBytes: 1000, streams }, { timeoutMs: 120_000 });
  };
  const clean = { kind: 'clean' };
  const scanText = (asked: ClamavEngine) => scanBytes(asked, Buffer.from('harmless'));

  describe('with our configuration', () => {
    let own: ClamavEngine;
    beforeAll(async () => {
      own = await start({}, 0);
    });

    it('says what it opens, that nothing is cut, and what cannot be verified', async () => {
      const status = await statusWhen(own, isTriedInFull);
      expect(status).toMatchObject({ isHealthy: true, problem: null });
      const notes = (status.notes ?? []).join('\n');
      expect(notes).toMatch(/^opens .*7z.*html.*mail.*pdf.*zip/m);
      expect(notes).toMatch(/^cannot be verified: .*PCREMatchLimit/m);
      expect(notes).not.toMatch(/not tried yet/);
      expect(status.shortfalls).toEqual([]);
    });

    it('opens plain zips by itself', () => {
      expect(plainPackings.map((packing) => own.opensByItself(packing))).toEqual([true]);
    });

    it('finds what it has seen as a partition of a disk image, where it opens nothing', async () => {
      const { image, part } = rememberedPart();
      await scanBytes(own, image);
      expect((await scanBytes(own, part)).kind).toBe('infected');
    });

    it('has no shortfall within what the inspector opens', async () => {
      expect(await html(own, 30 * mebibyte)).toBeNull();
      expect(await html(own, 41 * mebibyte)).toBeNull();
      expect(await document(own, 128 * mebibyte)).toBeNull();
    });
  });

  it('takes every line of what compose gives clamd, and leaves nothing out with it', async () => {
    const file = path.resolve(import.meta.dirname, '../../../../../deploy/clamav/clamd.conf');
    const lines = readFileSync(file, 'utf8').matchAll(/^(?!#)(\w+) (.+)$/gm);
    const options = [...lines].map(([, name = '', value = '']) => [name, value] as const);
    expect(options.length).toBeGreaterThan(20);
    // Where it listens and finds signatures is this machine's.
    const here = new Set(['TCPSocket', 'DatabaseDirectory']);
    const deployed = await start(Object.fromEntries(options.filter(([name]) => !here.has(name))));
    expect(await deployed.selfTest()).toMatchObject({ isHealthy: true, problem: null, shortfalls: [] });
  });

  describe("with ClamAV's own limits, and alerts about them", () => {
    let stock: ClamavEngine;
    beforeAll(async () => {
      stock = await start(usual, 0);
    });

    it('works, and names the options that would leave nothing out', async () => {
      const status = await statusWhen(stock, isTriedInFull);
      expect(status).toMatchObject({ isHealthy: true, problem: null });
      const shortfalls = (status.shortfalls ?? []).join('\n');
      expect(shortfalls).toMatch(/larger than 100 MiB inside documents.*set MaxFileSize/);
      expect(shortfalls).toMatch(/from 39 MiB on.*set MaxHTMLNormalize/);
      expect(shortfalls).toMatch(/set StreamMaxLength/);
    });

    it('is known to leave out what it cuts, object by object', async () => {
      expect(await html(stock, 38 * mebibyte)).toBeNull();
      expect(await html(stock, 42 * mebibyte)).toEqual({
        reason: 'limit-exceeded',
        limit: 'MaxHTMLNormalize',
      });
      expect(await document(stock, 99 * mebibyte)).toBeNull();
      expect(await document(stock, 101 * mebibyte)).toEqual({
        reason: 'limit-exceeded',
        limit: 'MaxFileSize',
      });
    });
  });

  it('is unhealthy when it cuts in silence, names the option, and is never believed', async () => {
    const silent = await start({ ...usual, AlertExceedsMax: 'no' });
    const status = await silent.selfTest();
    expect(status.isHealthy).toBe(false);
    expect(status.problem).toMatch(/MaxRecursion, MaxFileSize: set AlertExceedsMax yes/);
    expect(await scanText(silent)).toEqual({ kind: 'failed', code: 'refused', retryable: true });
  });

  it('is not taken to open by itself what it may cut', async () => {
    const narrow = await start({ ...usual, MaxFileSize: '63M' });
    expect(await narrow.selfTest()).toMatchObject({ isHealthy: true });
    expect(narrow.opensByItself('plain-zip')).toBe(false);
  });

  it('is unhealthy when it remembers as clean what it never opened', async () => {
    const remembering = await start({ DisableCache: 'no' });
    expect(await remembering.selfTest()).toMatchObject({
      isHealthy: false,
      problem: expect.stringContaining('set DisableCache yes'),
    });
    expect(await scanText(remembering)).toEqual({ kind: 'failed', code: 'refused', retryable: true });
  });

  it('is unhealthy when it opens no archives: its limits cannot be tried', async () => {
    const closed = await start({ ScanArchive: 'no' });
    expect(await closed.selfTest()).toMatchObject({
      isHealthy: false,
      problem: expect.stringContaining('ScanArchive'),
    });
  });

  it('works when it is silent on sealed files: the inspector is not', async () => {
    const mild = await start({ AlertEncrypted: 'no' });
    const status = await mild.selfTest();
    expect(status.isHealthy).toBe(true);
    expect((status.shortfalls ?? []).join('\n')).toMatch(/says nothing of encrypted.*AlertEncrypted yes/);
    expect((status.notes ?? []).join('\n')).toMatch(/encrypted: .*pdf.*zip/);
    expect(await scanText(mild)).toEqual(clean);
  });

  it('leaves out what is in documents that it does not open', async () => {
    const blind = await start({ ScanPDF: 'no' });
    await blind.selfTest();
    expect(await document(blind, 10)).toEqual({ reason: 'unsupported', limit: 'ScanPDF' });
    expect(await document(blind, 0)).toBeNull();
    expect((await blind.selfTest()).shortfalls).toEqual([
      expect.stringMatching(/^does not open pdf;.*ScanPDF/),
    ]);
  });

  it('ends what takes longer than MaxScanTime by itself, says so, and is free again', async () => {
    const brief = await start({ MaxScanTime: '1000', MaxFiles: '500000', MaxThreads: '2' });
    // As many as a zip without its 64-bit form can name.
    const slow = crowdedZip(65_000);
    // A busy machine may need more than the second for a file of the trial, which then is one it cut.
    const isUsable = () => until(async () => (await scanText(brief)).kind === 'clean');
    const scanSlow = (timeoutMs: number) => scanBytes(brief, slow, timeoutMs);
    await isUsable();
    expect(await scanSlow(100_000)).toEqual({
      kind: 'unscannable',
      reason: 'limit-exceeded',
      limit: 'MaxScanTime',
    });
    // Given up at once, more often than there are threads: a thread that went on for ever would be missing now.
    const givenUp = await Promise.all([1, 2, 3, 4].map(() => scanSlow(300)));
    expect(givenUp.map((one) => one.kind)).toEqual(['failed', 'failed', 'failed', 'failed']);
    await isUsable();
  });

  it('is tried anew when it was started anew', async () => {
    const first = await start({});
    expect(await scanText(first)).toEqual(clean);
    await on?.exchange({ AlertExceedsMax: 'no' });
    expect((await scanText(first)).kind).toBe('failed');
    expect((await first.selfTest()).problem).toMatch(/AlertExceedsMax/);
  });
});
