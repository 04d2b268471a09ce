import { beforeEach, describe, expect, it } from 'vitest';
import { ScanPace } from './scan-pace.js';

let nowMs: number;
let pace: ScanPace;
beforeEach(() => {
  nowMs = 0;
  pace = new ScanPace(() => nowMs);
});

function scans(count: number, eachMs: number): void {
  for (let n = 0; n < count; n += 1) {
    const end = pace.begin();
    nowMs += eachMs;
    end();
  }
}

describe('the pace of scans', () => {
  it('is quick once enough scans were', () => {
    expect(pace.isQuick).toBe(false);
    scans(15, 5);
    expect(pace.isQuick).toBe(false);
    scans(1, 5);
    expect(pace.isQuick).toBe(true);
  });

  it('is not quick with scans that take long, and is again when they no longer do', () => {
    scans(100, 200);
    expect(pace.isQuick).toBe(false);
    scans(100, 5);
    expect(pace.isQuick).toBe(true);
    scans(1, 10_000);
    expect(pace.isQuick).toBe(false);
  });

  it('is not quick while one scan keeps its slot, whatever the others do', () => {
    scans(100, 5);
    const endSlow = pace.begin();
    nowMs += 240;
    expect(pace.isQuick).toBe(true);
    scans(10, 5);
    expect(pace.isQuick).toBe(false);
    endSlow();
    expect(pace.isQuick).toBe(true);
  });
});
