import { describe, expect, it } from 'vitest';
import { judgeService, judgeVitals } from './fuzz-report.js';
import type { Vitals } from './gateway-vitals.js';

const start: Vitals = { pid: 1, openFiles: 30, heapMiB: 25, externalMiB: 0, residentMiB: 90 };
const round: Vitals = { ...start, openFiles: 31, heapMiB: 28, residentMiB: 190 };
const service = { submitted: 10, right: 10, failures: [], slowestMs: 5 };

describe('a gateway under attack', () => {
  it('may warm up, and then stays as it is', () =>
    expect(judgeVitals([start, round, { ...round, heapMiB: 29, residentMiB: 200 }])).toEqual([]));

  it.each<[string, Partial<Vitals>, string]>([
    ['was started again', { pid: 2 }, 'another process'],
    ['keeps files', { openFiles: 40 }, 'open files'],
    ['keeps memory of each round', { heapMiB: 40 }, 'kept by a repeated round'],
    ['keeps buffers of each round', { externalMiB: 12 }, 'kept by a repeated round'],
    ['grows outside its heap', { residentMiB: 300 }, 'resident memory'],
  ])('is found out when it %s', (_, change, violation) => {
    expect(judgeVitals([start, round, { ...round, ...change }])).toEqual([
      expect.stringContaining(violation),
    ]);
  });

  it('serves the good client, every time and rightly', () => {
    expect(judgeService(service)).toEqual([]);
    expect(judgeService({ ...service, right: 9 })).toHaveLength(1);
    expect(judgeService({ ...service, failures: ['good-3: 503'] })).toHaveLength(1);
    expect(judgeService({ ...service, submitted: 0, right: 0 })).toHaveLength(1);
  });
});
