import type { RescanWave, Rescanned } from '@sluice/console-api';

/** What newer signatures said half an hour ago. */
export const sampleRescan = (state: 'detect' | 'not detected'): Rescanned => ({
  state,
  stateBefore: state === 'detect' ? 'error' : 'detect',
  at: new Date(Date.now() - 1_800_000).toISOString(),
  names: state === 'detect' ? ['Win.Trojan.Dropper-7'] : [],
  scanner: 'scanner-a',
  decisionSet: 'b1946ac92492d2347c6235b4d2611184',
  scan: '01900000-0000-7000-8000-000000000009',
});

export const sampleWave = (): RescanWave => ({
  id: 12,
  decisionSet: 'b1946ac92492d2347c6235b4d2611184',
  beganAt: new Date(Date.now() - 3_600_000).toISOString(),
  endedAt: null,
  endReason: null,
  objects: 1840,
  done: 611,
  detected: 2,
  cleared: 1,
  unknown: 38,
  progressAt: new Date(Date.now() - 2000).toISOString(),
});
