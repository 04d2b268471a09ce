export { Sandbox, type SandboxOptions } from './sandbox.js';
export { SandboxError, type SandboxErrorCode } from './sandbox.errors.js';
export { type SandboxLimits, defaultLimits } from './limited-command.js';
export type { Task } from './sandbox-process.js';
export type { OnRecord, SandboxRecord } from './records.js';
export { builtFile } from './built-file.js';
export { runSandboxesAs } from './sandbox-account.js';
export { confinement, confinementAs, confinementNote, type Confinement } from './confinement.js';
