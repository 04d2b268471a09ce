import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineOutcome } from '@sluice/contracts';
import { type PrivateClamd, startPrivateClamd } from '@sluice/private-servers';
import { ClamavEngine } from './clamav.engine.js';
import { eicarTestFile } from './eicar-test-file.js';
import { openableFormats, sealedFormats } from './probes/sample-files.js';
import { scanBytes } from './testing/index.js';
import { LyingClamd } from './testing/lying-clamd.js';

const socketOf = (clamd: PrivateClamd): string => clamd.url.slice('unix:'.length);
const isScan = (answer: string): boolean => answer.startsWith('stream: ');

describe('a clamd that lies never makes anything clean', () => {
  const homes = [mkdtempSync(path.join(tmpdir(), 'lying-')), mkdtempSync(path.join(tmpdir(), 'lying-'))];
  let [good, silent]: (PrivateClamd | null)[] = [null, null];
  let door: LyingClamd;
  let engine: ClamavEngine;

  beforeAll(async () => {
    const options = { officialDatabase: null, threads: 4 };
    good = await startPrivateClamd({ ...options, home: homes[0] ?? '' });
    silent = await startPrivateClamd({
      ...options,
      home: homes[1] ?? '',
      changes: { AlertExceedsMax: 'no' },
    });
  });
  afterAll(async () => {
    await Promise.all([good?.stop(), silent?.stop()]);
    for (const home of homes) rmSync(home, { recursive: true, force: true });
  });
  beforeEach(async () => {
    door = new LyingClamd(socketOf(good as PrivateClamd));
    engine = new ClamavEngine({ url: await door.start(), maxObjectBytes: 1e9 });
  });
  afterEach(async () => {
    await engine.close();
    await door.stop();
  });

  const scan = (text = 'harmless', timeoutMs = 60_000): Promise<EngineOutcome> =>
    scanBytes(engine, Buffer.from(text, 'latin1'), timeoutMs);
  const eicar = eicarTestFile().toString('latin1');

  it('is the door of a true one to begin with', async () => {
    expect(await scan()).toEqual({ kind: 'clean' });
    expect((await scan(eicar)).kind).toBe('infected');
    expect(await engine.selfTest()).toMatchObject({ isHealthy: true });
  });

  it('is shown the files of plain zips when it missed one of those it was tried with', async () => {
    const firstPlainZip = openableFormats.length + sealedFormats.length;
    let scans = 0;
    door.lie = (answer) => {
      if (isScan(answer)) scans += 1;
      return isScan(answer) && scans === firstPlainZip + 20 ? 'stream: OK' : answer;
    };
    expect(await engine.selfTest()).toMatchObject({ isHealthy: true });
    expect(scans).toBeGreaterThan(firstPlainZip + 20);
    expect(engine.opensByItself('plain-zip')).toBe(false);
  });

  it('is taken to open plain zips only while the one that was seen to is there', async () => {
    expect(engine.opensByItself('plain-zip')).toBe(false);
    await scan();
    expect(engine.opensByItself('plain-zip')).toBe(true);
    door.dropAll();
    door.lie = (answer) => (isScan(answer) ? 'stream: OK' : answer);
    await scan();
    expect(engine.opensByItself('plain-zip')).toBe(false);
  });

  it('is met by new connections now and then, so that another one behind its address gets its share', async () => {
    for (let scans = 0; scans < 3; scans += 1) await scan();
    expect(door.connections).toBe(1);
    await engine.close();
    engine = new ClamavEngine({ url: door.url, maxObjectBytes: 1e9, maxSessionMs: 0 });
    for (let scans = 0; scans < 3; scans += 1) expect(await scan()).toEqual({ kind: 'clean' });
    expect(door.connections).toBe(4);
  });

  it.each([
    ['OK to everything', (answer: string) => (isScan(answer) ? 'stream: OK' : answer)],
    ['FOUND to everything', (answer: string) => (isScan(answer) ? 'stream: Eicar FOUND' : answer)],
    ['OK beyond MaxRecursion', (answer: string) => answer.replace(/^.*MaxRecursion FOUND$/, 'stream: OK')],
    [
      'OK beyond MaxFileSize and MaxScanSize',
      (answer: string) => answer.replace(/^.*Max(File|Scan)Size FOUND$/, 'stream: OK'),
    ],
    ['errors', (answer: string) => (isScan(answer) ? 'stream: Cannot open file or directory ERROR' : answer)],
    ['words that no one knows', (answer: string) => (isScan(answer) ? 'stream: FINE' : answer)],
    ['no version', () => 'UNKNOWN COMMAND'],
    [
      'another version each time',
      (() => {
        let asked = 0;
        return (answer: string) =>
          answer.startsWith('ClamAV') ? `ClamAV 1.4.3/${(asked += 1)}/Fri Nov 20 09:37:11 2026` : answer;
      })(),
    ],
  ])('%s', async (_what, lie) => {
    door.lie = lie;
    expect((await scan()).kind).toBe('failed');
    expect(await engine.selfTest()).toMatchObject({ isHealthy: false, problem: expect.any(String) });
    expect((await scan()).kind).toBe('failed');
  });

  it('is slow with every answer: scans end at their time, none clean', async () => {
    door.lie = async (answer) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return answer;
    };
    expect(await scan('harmless', 1500)).toMatchObject({ kind: 'failed', code: 'timeout' });
    expect(await scan('harmless', 500)).toMatchObject({ kind: 'failed', code: 'timeout' });
  });

  it('stops answering in the middle of its trial', async () => {
    let scans = 0;
    door.lie = (answer) => (isScan(answer) && (scans += 1) > 5 ? null : answer);
    expect(await scan('harmless', 1500)).toMatchObject({ kind: 'failed', code: 'timeout' });
  });

  it('has no memory for one object, or for none', async () => {
    expect(await scan()).toEqual({ kind: 'clean' });
    const without = 'stream: Can\u0027t allocate memory ERROR';
    door.lie = (answer) => (answer === 'stream: OK' ? without : answer);
    expect(await scan()).toEqual({ kind: 'unscannable', reason: 'limit-exceeded', limit: 'MaxAllocation' });
    door.lie = (answer) => (isScan(answer) ? without : answer);
    expect(await scan()).toEqual({ kind: 'failed', code: 'refused', retryable: true });
  });

  it('is gone over an object that it had, over its trial, and before', async () => {
    const endOver = (answer: string) => {
      if (isScan(answer)) door.dropAll();
      return isScan(answer) ? null : answer;
    };
    door.lie = endOver;
    expect(await scan()).toEqual({ kind: 'failed', code: 'unreachable', retryable: true });
    door.lie = (answer) => answer;
    expect(await scan()).toEqual({ kind: 'clean' });
    door.lie = endOver;
    expect(await scan()).toEqual({ kind: 'failed', code: 'broke-off', retryable: true });
    await door.stop();
    expect(await scan()).toEqual({ kind: 'failed', code: 'unreachable', retryable: true });
    await door.start();
  });

  it('is exchanged for one that cuts in silence: found out before the next scan', async () => {
    expect(await scan()).toEqual({ kind: 'clean' });
    door.moveTo(socketOf(silent as PrivateClamd));
    expect(await scan()).toMatchObject({ kind: 'failed' });
    expect(await scan()).toEqual({ kind: 'failed', code: 'refused', retryable: true });
    expect((await engine.selfTest()).problem).toMatch(/AlertExceedsMax/);
  });

  it('changes its version, and what it says, within one connection: found out by the self-test', async () => {
    expect(await engine.selfTest()).toMatchObject({ isHealthy: true });
    door.lie = (answer) =>
      answer.replace(/^ClamAV .*$/, 'ClamAV 9.9.9').replace(/^.*MaxRecursion FOUND$/, 'stream: OK');
    expect(await engine.selfTest()).toMatchObject({ isHealthy: false });
    expect((await scan()).kind).toBe('failed');
  });
});
