import type { EngineStatus, ServiceStatus } from '@sluice/contracts';
import type { ConsoleUnderTest } from './console-under-test.js';
import { engineStatusOf } from './engine-status-of.js';

type Given = Partial<Omit<ServiceStatus, 'engines'>> & { engines?: readonly Partial<EngineStatus>[] };

/** A service that reported just now, and that is not taken for silent before a busy machine has looked. */
export async function insertInstance(app: ConsoleUnderTest, given: Given): Promise<void> {
  const status = {
    v: 1,
    service: 'scanner',
    instance: `instance of ${given.service ?? 'scanner'}`,
    version: '0.1.0',
    startedAt: '2026-11-21T00:00:00Z',
    isReady: true,
    problems: [],
    busySlots: 0,
    slots: 4,
    certificateFingerprint: null,
    certificateNotAfter: null,
    isLoopback: null,
    ...given,
    engines: (given.engines ?? []).map(engineStatusOf),
  };
  await app.rows(
    `INSERT INTO ledger.instances (service, instance, status, seen_at)
     VALUES ($1, $2, $3, now() + interval '10 minutes')`,
    [status.service, status.instance, JSON.stringify(status)],
  );
}
