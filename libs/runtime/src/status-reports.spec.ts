import { describe, expect, it } from 'vitest';
import { statusIntervalMs } from '@sluice/contracts';
import { nextReportInMs } from './status-reports.js';

describe('status reports', () => {
  it.each([0, 1, 1234, statusIntervalMs - 1, 1_795_000_001_234])(
    'are sent at the same moments by all services, at most an interval apart: at %i ms',
    (nowMs) => {
      const inMs = nextReportInMs(nowMs);
      expect((nowMs + inMs) % statusIntervalMs).toBe(0);
      expect(inMs).toBeGreaterThan(0);
      expect(inMs).toBeLessThanOrEqual(statusIntervalMs);
    },
  );
});
