export { StartError } from './start.errors.js';
export { findProgram } from './find-program.js';
export { makeDirectory } from './files/directories.js';
export { explainDiskFaults } from './files/disk-faults.js';
export { handOver, shareWithGroup } from './files/hand-over.js';
export {
  readOrMakeSecret,
  readServiceSecret,
  writePrivateFile,
  writeSecretOf,
} from './files/private-files.js';
export { findFreePort, type PortBook } from './ports/port-book.js';
export { isListening } from './ports/is-listening.js';
export { startOnPorts } from './ports/start-on-ports.js';
export { refuseUnusablePath } from './files/path-rules.js';
export { serviceAccount, type Account } from './processes/account.js';
export {
  objectsGroup,
  objectWritersGroup,
  type SeparateAccounts,
  type SeparatePart,
} from './processes/separate-accounts.js';
export { pollUntil } from '@sluice/timing';
export { identify, isRunning, type ProcessIdentity } from './processes/process-identity.js';
export { summariseLog } from './processes/summarise-log.js';
export { ProcessRecords } from './processes/process-records.js';
export { SupervisedProcess, type ProcessEvent } from './processes/supervised-process.js';
export {
  plainEnvironment,
  prepareContext,
  surroundingsOf,
  type PrivateServerOptions,
  type ServerContext,
} from './private-server.js';
export { findPostgresPrograms } from './postgres/postgres-programs.js';
export { startPrivatePostgres, type PrivatePostgres } from './postgres/private-postgres.js';
export { startPrivateRabbit, findRabbitProgram, type PrivateRabbit } from './rabbitmq/private-rabbit.js';
export { brokerAdmin, rabbitDefinitions } from './rabbitmq/rabbit-definitions.js';
export { startPrivateClamd, type PrivateClamd, type PrivateClamdOptions } from './clamd/private-clamd.js';
export { eicarText, testSignatureName } from './clamd/test-signatures.js';
