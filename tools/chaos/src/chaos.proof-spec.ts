import { beforeAll, describe, expect, it } from 'vitest';
import { runChaos, type ChaosReport } from './run-chaos.js';

let report: ChaosReport;

/** The fixed subset: every mechanism once, two minutes with the end. `npm run chaos` goes on for as long as it is let. */
beforeAll(async () => {
  report = await runChaos({ seed: 1, durationMs: 0, gapMs: 2000, log: () => undefined });
}, 500_000);

describe('a system that is killed, frozen, wiped and filled under load', () => {
  it('met every fault: each left its trace', () => {
    expect(report.withoutTrace).toEqual([]);
    expect(report.struck.length).toBeGreaterThanOrEqual(12);
  });
  it('answers as the contract says, and nothing else', () => expect(report.unexpected).toEqual({}));
  it('loses, doubles and forgets nothing it answered OK, and every verdict is right', () => {
    const { problems, answeredOk, submitted, right } = report.reconciliation;
    expect(problems).toEqual([]);
    expect(answeredOk).toBe(submitted);
    expect(right).toBe(submitted);
    expect(submitted).toBeGreaterThan(300);
  });
  it('had objects that share files; leaves no group file, and no row without its bytes', () => {
    expect(report.stored).toMatchObject({ groupFiles: 0, rowsWithoutBytes: [] });
    expect(report.stored.sharedScans).toBeGreaterThan(0);
  });
  it('tells every alert to every receiver at least once', () => {
    const { problems, unknown, alerts, receipts } = report.told;
    expect(problems).toEqual([]);
    expect(unknown).toBe(0);
    expect(alerts).toBeGreaterThan(100);
    expect(receipts).toBeGreaterThanOrEqual(2 * alerts);
  });
});
