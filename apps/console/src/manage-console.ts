import type { NestExpressApplication } from '@nestjs/platform-express';
import { exchanges, queues, type ServiceStatus } from '@sluice/contracts';
import {
  createMetrics,
  softwareVersion,
  startManagement,
  startStatusReports,
  type Logger,
} from '@sluice/runtime';
import type { ConsoleConfig } from './console.config.js';
import { PreparationService } from './lifecycle/preparation.service.js';
import { BackgroundService } from './lifecycle/background.service.js';
import type { Connections } from './start-console.js';

interface Managed {
  readonly app: NestExpressApplication;
  readonly config: ConsoleConfig;
  readonly connections: Connections;
  readonly logger: Logger;
}

/** Health, metrics and the report to the ledger every few seconds. */
export async function manageConsole(managed: Managed): Promise<{ close(): Promise<void> }> {
  const { app, config, connections, logger } = managed;
  const startedAt = new Date().toISOString();
  const management = await startManagement({
    host: config.MANAGEMENT_HOST,
    port: config.MANAGEMENT_PORT,
    metrics: createMetrics('console'),
    checks: {
      database: async () => void (await connections.database.query('SELECT 1')),
      preparation: () => app.get(PreparationService).assertDone(),
      broker: () => connections.broker.assertReady(),
      requests: () => connections.rpc.assertReady(),
      sightings: () => app.get(BackgroundService).assertTakingSightings(),
    },
  });
  const reports = startStatusReports({
    logger,
    collect: async () => toStatus(config, startedAt, await management.problems()),
    send: (status) =>
      connections.broker.publish({
        exchange: exchanges.rpc.name,
        routingKey: queues.status.routingKey,
        message: status,
        persistent: false,
      }),
  });
  return {
    close: async () => {
      reports.stop();
      await management.close();
    },
  };
}

const toStatus = (config: ConsoleConfig, startedAt: string, problems: string[]): ServiceStatus => ({
  v: 1,
  service: 'console',
  instance: config.INSTANCE,
  version: softwareVersion,
  startedAt,
  isReady: problems.length === 0,
  problems: problems.slice(0, 32),
  engines: [],
  busySlots: 0,
  slots: 0,
  certificateFingerprint: null,
  certificateNotAfter: null,
  isLoopback: null,
});
