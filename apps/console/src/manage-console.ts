import type { NestExpressApplication } from '@nestjs/platform-express';
import { createMetrics, startManagement, startStatusReports, type Logger } from '@sluice/runtime';
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
  const management = await startManagement({
    app,
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
    service: 'console',
    instance: config.INSTANCE,
    broker: connections.broker,
    management,
    logger,
  });
  return {
    close: async () => {
      await reports.stop();
      await management.close();
    },
  };
}
