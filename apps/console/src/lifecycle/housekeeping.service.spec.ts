import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HousekeepingService } from './housekeeping.service.js';

const situation = { rescanWave: null as { endedAt: string | null } | null };
const settings = { guardTestSignatures: vi.fn<(seen: unknown) => Promise<void>>(async () => undefined) };
const health = { watch: vi.fn(async () => situation) };
const rescans = { run: vi.fn(async () => undefined) };
let run: (name: string) => Promise<void>;

beforeEach(() => {
  vi.clearAllMocks();
  const parts = [{}, settings, {}, {}, health, {}, rescans] as unknown;
  const service = new HousekeepingService(...(parts as ConstructorParameters<typeof HousekeepingService>));
  const tasks = service.tasks();
  run = async (name) => tasks.find((task) => task.name === name)?.run();
});

describe('what is done every few seconds', () => {
  it('guards test signatures by the situation that was just seen', async () => {
    await run('watch the situation');
    expect(health.watch).toHaveBeenCalledTimes(1);
    expect(settings.guardTestSignatures.mock.calls).toEqual([[situation]]);
  });

  it.each([
    ['none began', null, 0],
    ['the last one ended', { endedAt: '2026-01-01T00:00:00Z' }, 0],
    ['one runs', { endedAt: null }, 1],
  ])('looks for what a wave scans next while one runs: %s', async (_, wave, times) => {
    situation.rescanWave = wave;
    await run('watch the situation');
    await run('scan kept objects again');
    expect(rescans.run).toHaveBeenCalledTimes(times);
  });

  it('looks for it also while the situation is not known yet', async () => {
    await run('scan kept objects again');
    expect(rescans.run).toHaveBeenCalledTimes(1);
  });
});
