import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '@sluice/runtime';
import type { Database } from '@sluice/database';
import { registryHeartbeatMs, type RegistryEvent } from '@sluice/contracts';
import { ChangeAnnouncer } from './change-announcer.js';

let revision: number;
let isBrokerAway: boolean;
let told: number[];
let announcer: ChangeAnnouncer;
beforeEach(() => {
  vi.useFakeTimers();
  [revision, isBrokerAway, told] = [7, false, []];
  const database = { query: async () => ({ rows: [{ value: revision }], rowCount: 1 }) };
  const publish = async ({ message }: { message: unknown }) => {
    if (isBrokerAway) throw new Error('away');
    told.push((message as RegistryEvent).revision);
  };
  announcer = new ChangeAnnouncer(
    database as unknown as Database,
    { publish },
    createLogger({ service: 'console', instance: 'test', level: 'silent' }),
  );
  announcer.start();
});
afterEach(async () => {
  await announcer.stop();
  vi.useRealTimers();
});
const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('how far the registry is', () => {
  it('is told at once after a change, and by a heartbeat', async () => {
    announcer.announce(8);
    await after(0);
    expect(told).toEqual([8]);
    revision = 8;
    await after(3 * registryHeartbeatMs);
    expect(told).toEqual([8, 8, 8, 8]);
  });

  it('is told within a second when the broker did not take it and is back', async () => {
    await after(registryHeartbeatMs + 100);
    isBrokerAway = true;
    revision = 8;
    announcer.announce(8);
    await after(600);
    isBrokerAway = false;
    await after(400);
    expect(told).toEqual([7, 8]);
  });

  it('is told by no one who has stopped', async () => {
    await announcer.stop();
    await after(60_000);
    expect(told).toEqual([]);
  });
});
