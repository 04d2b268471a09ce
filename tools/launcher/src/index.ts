export { LauncherError } from './launcher.errors.js';
export { serviceAccount, type Account } from './processes/account.js';
export { findFreePort } from './processes/free-port.js';
export { pollUntil } from './processes/poll-until.js';
export { ProcessRecords } from './processes/process-records.js';
export { SupervisedProcess, type ProcessEvent } from './processes/supervised-process.js';
export type { PrivateServerOptions } from './private-servers/private-server.js';
export { startPrivatePostgres, type PrivatePostgres } from './private-servers/private-postgres.js';
export { startPrivateRabbit, type PrivateRabbit } from './private-servers/private-rabbit.js';
export {
  startPrivateClamd,
  type PrivateClamd,
  type PrivateClamdOptions,
} from './private-servers/private-clamd.js';
export { findProgram } from './private-servers/find-program.js';
export { installWithApt } from './packages/install-with-apt.js';
export { brokerAdmin, rabbitDefinitions } from './private-servers/rabbit-definitions.js';
export { eicarText, testSignatureName } from './private-servers/test-signatures.js';
export { ensureServerPackages } from './packages/ensure-server-packages.js';
export { whyNoPostfix, whyNoTrace } from './packages/missing-programs.js';
export { placeCode, type CodePlace } from './state/stage-code.js';
export type { Servers } from './system/start-servers.js';
export { startSystem, type RunningSystem } from './system/start-system.js';
export type { SystemOptions } from './system/system-options.js';
