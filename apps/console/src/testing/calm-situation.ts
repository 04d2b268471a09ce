import { defaultSettings, type EngineStatus } from '@sluice/contracts';
import { findCauses } from '../health/find-causes.js';
import type { Situation } from '../health/situation.js';
import type { Instance } from '../instances/instance.query.js';
import { engineStatusOf } from './engine-status-of.js';

const nowMs = Date.parse('2026-11-21T12:00:00Z');
export const hoursAgo = (hours: number) => new Date(nowMs - hours * 3_600_000);

export const instanceOf = (service: Instance['service'], overrides: Partial<Instance> = {}): Instance => ({
  service,
  instance: `${service}-1`,
  version: '0.1.0',
  started_at: hoursAgo(1),
  is_ready: true,
  problems: [],
  engines: [],
  busy_slots: 0,
  slots: 0,
  certificate_fingerprint: null,
  certificate_not_after: null,
  is_loopback: null,
  reachedLimits: [],
  seen_at: hoursAgo(0),
  silent_seconds: 1,
  isAnswering: true,
  ...overrides,
});
export const queueOf = (priority: number, unfinished: number, oldestAgeSeconds: number | null) => ({
  queue: 'light',
  priority,
  unfinished,
  delayed: 0,
  oldestAgeSeconds,
  lastWaitSeconds: null,
  probeAgeSeconds: null,
});

export const front = [instanceOf('gateway'), instanceOf('results')];
/** All is well. */
export const calm: Situation = {
  brokerProblem: null,
  instances: [...front, instanceOf('scanner')],
  settings: defaultSettings,
  queues: [],
  recent: { accepted: 0, finished: 0, notExamined: 0 },
  failedJobs: { total: 0, firstAt: null, lastAt: null },
  expiring: { total: 0, expired: 0, first: null },
  pendingRequests: { total: 0, mostOfOneAddress: 0 },
  held: { mails: 0, bytes: 0, oldestAt: null },
  rescanWave: null,
  channels: [],
  store: null,
  nowMs,
};
export const causesOf = (situation: Partial<Situation>) => findCauses({ ...calm, ...situation });
export const scannersWith = (...engines: Partial<EngineStatus>[]) =>
  engines.map((engine, index) =>
    instanceOf('scanner', {
      instance: `scanner-${index + 1}`,
      is_ready: engine.isHealthy !== false,
      engines: [engineStatusOf(engine)],
    }),
  );
export const broken = { isHealthy: false, problem: 'clamd is away' };
