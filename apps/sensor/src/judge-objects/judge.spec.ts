import { afterEach, describe, expect, it, vi } from 'vitest';
import { tmpdir } from 'node:os';
import type { GatewayRequest } from '../ask-gateways/gateway-connection.js';
import type { ScanReport } from '../ask-gateways/scan-report.js';
import { SpooledObject } from '../spool-objects/spooled-object.js';
import { reportOf } from '../testing/fake-gateway.js';
import { Judge } from './judge.js';
import type { Judgement } from './judgement.js';

const minuteMs = 60_000;
const holdMs = 4 * minuteMs;
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0)) await end();
});

/**
 * A judge of gateways that keep the first report of each scan for ten minutes and say `unfinished` where there is none.
 * `comesAt` tells how a mail was asked for.
 */
async function start() {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const content = await SpooledObject.from(bytes(), tmpdir());
  ends.push(() => content.close());
  const asked: string[] = [];
  const recorded = new Map<string, { readonly report: ScanReport; readonly atMs: number }>();
  let today: Partial<ScanReport> | null = null;
  const reportFor = (method: string, scanId: string): ScanReport | null => {
    const before = recorded.get(scanId);
    const isRepeat = before !== undefined && nowMs - before.atMs < 10 * minuteMs;
    if (today === null || isRepeat || method === 'GET') return before?.report ?? null;
    const report = reportOf('not detected', { ...today, scanId });
    recorded.set(scanId, { report, atMs: nowMs });
    return report;
  };
  let current = '';
  const judge = new Judge({
    gateways: {
      askUntil: (requestFor: (leftMs: number) => GatewayRequest, deadlineMs: number) => {
        const { method } = requestFor(deadlineMs - nowMs);
        asked.push(method);
        const report = reportFor(method, current);
        if (report === null) nowMs = deadlineMs;
        const status = report === null ? 202 : 200;
        return Promise.resolve({ status, text: JSON.stringify(report), retryAfterSeconds: null });
      },
    },
    registration: { sensorId: 'mail', type: 'mail', name: 'mail' },
    onFault: (problem) => {
      throw new Error(problem);
    },
  });
  const comesAt = async (minute: number, scanId = 'mail-1'): Promise<[string, Judgement['kind']]> => {
    nowMs = minute * minuteMs;
    current = scanId;
    const signal = new AbortController().signal;
    const mail = { content, filename: 'message.eml', objectType: 'email', scanId, fields: [] } as const;
    asked.splice(0);
    const { kind } = await judge.judge({ ...mail, holdMs, signal });
    return [asked.join(), kind];
  };
  return { comesAt, judgeAs: (report: Partial<ScanReport>) => (today = report) };
}

async function* bytes() {
  yield Buffer.from('mail');
}

const signatures = (day: number) => ({
  engines: [{ engine: 'clamav', version: '1', signaturesAt: `2026-01-0${day}T00:00:00Z` }],
});

describe('a scan that was left', () => {
  it('is asked for within ten minutes of its beginning, then submitted anew', async () => {
    const { comesAt } = await start();
    expect(await comesAt(0)).toEqual(['POST', 'unfinished']);
    expect(await comesAt(5)).toEqual(['GET', 'unfinished']);
    // Left again at minute 9; what was accepted at minute 0 counts.
    expect(await comesAt(11)).toEqual(['POST', 'unfinished']);
    expect(await comesAt(20)).toEqual(['GET', 'unfinished']);
  });
});

describe('a mail that comes again', () => {
  it('meets its first verdict for an hour, while the engines are seen to judge as they did', async () => {
    const { comesAt, judgeAs } = await start();
    judgeAs({ ...signatures(1), state: 'detect' });
    expect(await comesAt(0)).toEqual(['POST', 'detected']);
    expect(await comesAt(9)).toEqual(['GET', 'detected']);
    await comesAt(50, 'another mail');
    expect(await comesAt(59)).toEqual(['GET', 'detected']);
    await comesAt(60, 'one more mail');
    expect(await comesAt(61)).toEqual(['POST', 'detected']);
  });
  it('does not when signatures changed, or no one judged for ten minutes', async () => {
    const { comesAt, judgeAs } = await start();
    judgeAs(signatures(1));
    await comesAt(0);
    judgeAs({ ...signatures(2), state: 'detect' });
    expect(await comesAt(15)).toEqual(['GET,POST', 'detected']);
    await comesAt(20, 'another mail');
    judgeAs(signatures(3));
    await comesAt(29, 'one more mail');
    expect(await comesAt(30)).toEqual(['GET,POST', 'clean']);
  });
  it.each<[string, Partial<ScanReport>]>([
    ['was not examined', { state: 'error', reason: 'encrypted' }],
    ['is a release’s', { released: { stateBefore: 'detect' } }],
    ['is a policy’s', { policyApplied: { state: 'not detected', reasons: ['encrypted'] } }],
  ])('is submitted again when its verdict %s', async (_what, verdict) => {
    const { comesAt, judgeAs } = await start();
    judgeAs({ ...signatures(1), ...verdict });
    await comesAt(0);
    await comesAt(12, 'another mail');
    judgeAs(signatures(1));
    expect(await comesAt(13)).toEqual(['POST', 'clean']);
  });
});
