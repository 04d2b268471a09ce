import { exchanges, queues, statusIntervalMs, type ServiceName, type ServiceStatus } from '@sluice/contracts';
import { PeriodicWork } from '@sluice/timing';
import type { Logger } from './create-logger.js';
import type { Management } from './management.js';
import { softwareVersion } from './software-version.js';

export interface StatusReportsOptions {
  readonly service: ServiceName;
  readonly instance: string;
  readonly management: Pick<Management, 'problems'>;
  /** What only some services have; the rest is empty. */
  readonly details?: () => StatusDetails | Promise<StatusDetails>;
  readonly broker: {
    publish(publication: {
      readonly exchange: string;
      readonly routingKey: string;
      readonly message: unknown;
      readonly persistent: boolean;
    }): Promise<void>;
  };
  readonly logger: Logger;
}

export type StatusDetails = Partial<
  Pick<
    ServiceStatus,
    | 'engines'
    | 'busySlots'
    | 'slots'
    | 'decisionSet'
    | 'registryRevision'
    | 'certificateFingerprint'
    | 'certificateNotAfter'
    | 'isLoopback'
    | 'reachedLimits'
  >
>;

const maxProblems = 32;

/** Whole intervals of the clock: services of a machine wake at the same moment, and their reports are written together. */
export const nextReportInMs = (nowMs: number): number => statusIntervalMs - (nowMs % statusIntervalMs);

/** Sends this instance's status at once and then every `statusIntervalMs`. A lost one is replaced by the next. */
export function startStatusReports(options: StatusReportsOptions): Pick<PeriodicWork, 'stop' | 'wake'> {
  const startedAt = new Date().toISOString();
  const { broker, logger } = options;
  return new PeriodicWork({
    intervalMs: () => nextReportInMs(Date.now()),
    run: async () =>
      broker.publish({
        exchange: exchanges.rpc.name,
        routingKey: queues.status.routingKey,
        message: await statusOf(options, startedAt),
        persistent: false,
      }),
    onFailure: (err) => logger.debug({ err }, 'status not sent'),
  }).start();
}

async function statusOf(
  { service, instance, management, details }: StatusReportsOptions,
  startedAt: string,
): Promise<ServiceStatus> {
  const problems = (await management.problems()).slice(0, maxProblems);
  return {
    v: 1,
    service,
    instance,
    version: softwareVersion,
    startedAt,
    isReady: problems.length === 0,
    problems,
    engines: [],
    busySlots: 0,
    slots: 0,
    decisionSet: null,
    registryRevision: null,
    readsSharedKeys: true,
    certificateFingerprint: null,
    certificateNotAfter: null,
    isLoopback: null,
    ...(await details?.()),
  };
}
