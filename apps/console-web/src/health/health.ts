import type { EngineStatus, ServiceName, SystemType } from '@sluice/contracts';
import { useQuery } from '@tanstack/react-query';
import { ask, withQuery } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';

export interface QueueDepth {
  readonly queue: string;
  readonly priority: number;
  readonly unfinished: number;
  readonly delayed: number;
  readonly oldestAgeSeconds: number | null;
  readonly lastWaitSeconds: number | null;
  readonly probeAgeSeconds: number | null;
}

export interface ServiceInstance {
  readonly service: ServiceName;
  readonly instance: string;
  readonly version: string;
  readonly state: 'ready' | 'not ready' | 'not answering';
  readonly problems: readonly string[];
  readonly startedAt: string;
  readonly seenAt: string;
  readonly busySlots: number;
  readonly slots: number;
  readonly engines: readonly EngineStatus[];
  readonly certificateFingerprint: string | null;
  readonly certificateNotAfter: string | null;
}

export const instanceStateWords: Readonly<
  Record<ServiceInstance['state'], { readonly name: string; readonly color: string }>
> = {
  ready: { name: 'Ready', color: 'teal' },
  'not ready': { name: 'Not ready', color: 'orange' },
  'not answering': { name: 'Not answering', color: 'red' },
};

/** One thing that is wrong now. */
export interface Trouble {
  readonly problem: string;
  readonly instance: string | null;
  readonly since: string | null;
  readonly nextStep: string | null;
}

export interface Health {
  readonly status: 'ok' | 'degraded';
  readonly problems: readonly string[];
  /** The same with where, since when and what to do; absent from older consoles. */
  readonly troubles?: readonly Trouble[];
  readonly instances: readonly ServiceInstance[];
  readonly queues: readonly QueueDepth[];
  readonly oldestWaitingSeconds: number | null;
}

const refreshMs = 5000;

export const useHealth = () =>
  useQuery({
    queryKey: queryKeys.health,
    queryFn: () => ask<Health>('GET', '/api/health'),
    refetchInterval: refreshMs,
  });

export const troublesOf = (health: Health): readonly Trouble[] =>
  health.troubles ??
  health.problems.map((problem) => ({ problem, instance: null, since: null, nextStep: null }));

export interface StatisticsStep {
  readonly at: string;
  readonly type: SystemType;
  readonly accepted: number;
  readonly detect: number;
  readonly notDetected: number;
  readonly timeout: number;
  readonly error: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export interface Statistics {
  readonly from: string;
  readonly until: string;
  readonly stepSeconds: number;
  readonly series: readonly StatisticsStep[];
}

export interface StatisticsRange {
  readonly hours: number;
  readonly stepSeconds: number;
}

export const useStatistics = ({ hours, stepSeconds }: StatisticsRange) =>
  useQuery({
    queryKey: [...queryKeys.statistics, hours],
    queryFn: () =>
      ask<Statistics>(
        'GET',
        withQuery('/api/statistics', {
          from: new Date(Date.now() - hours * 3_600_000).toISOString(),
          stepSeconds,
        }),
      ),
    refetchInterval: 10_000,
  });

/** Nothing is scanned, or less than should be; other troubles are warnings. */
export const isUrgent = ({ instances, problems }: Health): boolean =>
  problems.some((problem) => problem.startsWith('No ')) ||
  instances.some((one) => one.state !== 'ready' || one.engines.some((engine) => !engine.isHealthy));
