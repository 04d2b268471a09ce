export { AddressList, envAddressList, plainAddress } from './address-list.js';
export { parseHostAndPort, type HostAndPort } from './host-and-port.js';
export { ConfigError, envBoolean, envInteger, envList, readConfig } from './read-config.js';
export { processEnvironment, serviceEnvironment } from './service-environment.js';
export { softwareVersion } from './software-version.js';
export { createLogger, nestLogger, type Logger } from './create-logger.js';
export { createMetrics } from './create-metrics.js';
export {
  ReadinessModule,
  startManagement,
  type Management,
  type ManagementOptions,
  type ReadinessChecks,
} from './management.js';
export { runSteps, stopInOrder, type StopStep } from './stop-in-order.js';
export { runService } from './run-service.js';
export { startStatusReports, type StatusDetails, type StatusReportsOptions } from './status-reports.js';
