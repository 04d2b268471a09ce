import { describe, expect, it } from 'vitest';
import { gatewayLimits } from '../gateway-limits.js';
import { holdTimeMs, recheckAfterMs } from './hold-time.js';

describe('holdTimeMs', () => {
  it.each([
    [0, 60_000],
    [1000, 60_000],
    [1500, 30_000],
    [1900, 6_000],
    [2000, 0],
    [2500, 0],
  ])('with %d of 2000 held, of a minute asked for, is %d ms', (held, expected) => {
    expect(holdTimeMs(60_000, { held, max: 2000 })).toBe(expected);
  });
});

describe('recheckAfterMs', () => {
  it('is the limit for a few, and a hundred looks a second for all of many', () => {
    expect(recheckAfterMs(gatewayLimits.hold, 1)).toBe(2000);
    expect(recheckAfterMs(gatewayLimits.hold, 2000)).toBe(20_000);
  });
});
