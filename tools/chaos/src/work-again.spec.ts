import { describe, expect, it } from 'vitest';
import type { Intended } from './chaos-client.js';
import { workAgain } from './work-again.js';

const sent = (firstSentAtMs: number, okAtMs: number | null): Intended => ({
  sensorId: 's',
  scanId: 'a',
  expected: 'detect',
  firstSentAtMs,
  okAtMs,
});
const killedGateway = { fault: { kind: 'kill', target: 'gateway-2' }, atMs: 10_000 } as const;
const killedScanner = { fault: { kind: 'kill', target: 'scanner-1' }, atMs: 10_000 } as const;

describe('workAgain', () => {
  it('of a gateway is the last answer to a request that met the fault', () => {
    const requests = [sent(1000, 2000), sent(9900, 10_700), sent(9000, 12_000), sent(30_000, 40_000)];
    expect(workAgain([killedGateway], requests, [])).toEqual([
      { kind: 'kill gateway', faults: 1, withWork: 1, medianSeconds: 2, longestSeconds: 2 },
    ]);
  });
  it('of a scanner is the first job that came again before the next fault that does the same', () => {
    const next = { fault: { kind: 'kill', target: 'rabbitmq' }, atMs: 20_000 } as const;
    const [scanner] = workAgain([killedScanner, next], [], [9000, 10_400, 21_000]);
    expect(scanner).toMatchObject({ kind: 'kill scanner', withWork: 1, longestSeconds: 0.4 });
  });
  it('says nothing of a fault that met no work', () => {
    expect(workAgain([killedScanner], [], [9000])).toMatchObject([{ withWork: 0, longestSeconds: null }]);
  });
});
