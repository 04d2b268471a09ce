import { afterEach, describe, expect, it, vi } from 'vitest';
import { SeenEngines } from './seen-engines.js';

afterEach(() => {
  vi.restoreAllMocks();
});
const engine = (name: string, signaturesAt: string | null = '2026-01-01', version = '1') => ({
  engine: name,
  version,
  signaturesAt,
});

describe('SeenEngines', () => {
  it('are current while they are what judged last', () => {
    const seen = new SeenEngines();
    expect(seen.areCurrent([engine('clamav')])).toBe(false);
    seen.learn([engine('clamav'), engine('yara', null)]);
    expect(seen.areCurrent([engine('clamav'), engine('yara', null)])).toBe(true);
    expect(seen.areCurrent([engine('clamav')])).toBe(true);
    expect(seen.areCurrent([engine('clamav'), engine('hashes')])).toBe(false);
    expect(seen.areCurrent([])).toBe(false);
  });
  it.each([engine('clamav', '2026-01-02'), engine('clamav', '2026-01-01', '2'), engine('clamav', null)])(
    'are not when one judges otherwise now: %j',
    (now) => {
      const seen = new SeenEngines();
      seen.learn([engine('clamav'), engine('yara')]);
      seen.learn([now]);
      expect(seen.areCurrent([engine('clamav'), engine('yara')])).toBe(false);
      expect(seen.areCurrent([engine('yara')])).toBe(true);
    },
  );
  it('are not when none was seen to judge for ten minutes', () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const seen = new SeenEngines();
    seen.learn([engine('clamav')]);
    clock.mockReturnValue(599_999);
    expect(seen.areCurrent([engine('clamav')])).toBe(true);
    clock.mockReturnValue(600_000);
    expect(seen.areCurrent([engine('clamav')])).toBe(false);
  });
});
