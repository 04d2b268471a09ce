import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AcceptItem, AcceptOutcome } from '@sluice/contracts';
import { LedgerError } from '../ask-ledger/ledger.js';
import { DoubtfulSubmissions } from './doubtful-submissions.js';

const item = (n: number): AcceptItem => ({
  submissionId: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  sensorId: 'fs-1',
  fingerprint: 'f'.repeat(64),
  registrationId: '00000000-0000-4000-8000-000000000001',
  scanId: `scan-${n}`,
  instance: '',
  objectKey: '0'.repeat(32),
  sizeBytes: 1,
  sha256: '0'.repeat(64),
  objectType: 'file',
  objectName: null,
  mailFrom: null,
  rcptTo: [],
  mailOrigin: null,
  sourceAddress: '127.0.0.1',
  takesDone: true,
  hasMailQueue: true,
  onlyIfKnown: false,
});
const { submissionId, objectKey, sizeBytes, sha256, objectType } = item(1);
const accepted: AcceptOutcome = {
  outcome: 'accepted',
  queue: 'light',
  priority: 1,
  job: { kind: 'job', v: 1, submissionId, objectKey, sizeBytes, sha256, objectType },
};

let asked: AcceptItem[];
let published: unknown[];
/** What the ledger says from now on; an error: no answer comes. */
let outcome: AcceptOutcome | Error;
let isConnected: boolean;
let doubts: DoubtfulSubmissions;
beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  published = [];
  outcome = accepted;
  isConnected = true;
  doubts = new DoubtfulSubmissions({
    ledger: {
      get isConnected() {
        return isConnected;
      },
      accept: async (one) => {
        asked.push(one);
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    },
    jobs: { canPublish: true, publish: (job) => published.push(job) },
    logger: { info: () => undefined, debug: () => undefined },
  });
});
afterEach(async () => {
  await doubts.stop();
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('submissions whose answer was lost', () => {
  it('have their jobs published once the ledger says it has them, and are asked for without recording anything', async () => {
    doubts.add(item(1));
    await pass(3000);
    expect(asked).toEqual([{ ...item(1), onlyIfKnown: true }]);
    expect(published).toEqual([accepted]);
  });

  it('are asked for again while they are not there, while no answer comes, and for a minute', async () => {
    outcome = { outcome: 'not-accepted' };
    doubts.add(item(1));
    await pass(3000);
    outcome = new LedgerError('unknown', 'no answer');
    await pass(3000);
    isConnected = false;
    const before = asked.length;
    await pass(3000);
    expect([asked.length, published]).toEqual([before, []]);
    isConnected = true;
    outcome = accepted;
    await pass(2000);
    expect(published).toEqual([accepted]);
    outcome = { outcome: 'not-accepted' };
    doubts.add(item(2));
    await pass(61_000);
    const atLast = asked.length;
    await pass(10_000);
    expect(asked).toHaveLength(atLast);
  });

  it('are asked for once more, however long the ledger was away', async () => {
    outcome = new LedgerError('unknown', 'no answer');
    doubts.add(item(1));
    await pass(40_000);
    isConnected = false;
    await pass(300_000);
    expect(published).toEqual([]);
    [isConnected, outcome] = [true, accepted];
    await pass(2000);
    expect(published).toEqual([accepted]);
  });

  it('have no job published when they have their verdict already', async () => {
    outcome = { ...accepted, isDone: true };
    doubts.add(item(1));
    await pass(3000);
    expect([asked.length, published]).toEqual([1, []]);
  });

  it('are kept up to a number', async () => {
    outcome = { outcome: 'not-accepted' };
    for (let n = 1; n <= 1500; n += 1) doubts.add(item(n));
    await pass(1000);
    expect(asked).toHaveLength(1000);
  });
});
