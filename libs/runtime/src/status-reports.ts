import { statusIntervalMs, type ServiceStatus } from '@sluice/contracts';
import type { Logger } from './create-logger.js';

export interface StatusReportsOptions {
  readonly collect: () => ServiceStatus | Promise<ServiceStatus>;
  readonly send: (status: ServiceStatus) => Promise<void>;
  readonly logger: Logger;
  readonly intervalMs?: number;
}

/** Sends this instance's status at once and then every `statusIntervalMs`. A lost one is replaced by the next. */
export function startStatusReports(options: StatusReportsOptions): { stop(): void } {
  const report = async () => {
    try {
      await options.send(await options.collect());
    } catch (err) {
      options.logger.debug({ err }, 'status not sent');
    }
  };
  void report();
  const timer = setInterval(() => void report(), options.intervalMs ?? statusIntervalMs);
  return { stop: () => clearInterval(timer) };
}
