export type { WireAnswer } from './answer-reader.js';
export { lockedZip } from './locked-zip.js';
export { Operator, type ExternalSystemRow } from './operator.js';
export { rawCall, rawForm, rawFormHeader, type RawCall, type RawForm } from './raw-call.js';
export { storedZip } from './stored-zip.js';
export { startTestSystem, type TestSystem, type TestSystemOptions } from './test-system.js';
export { until } from './until.js';
export { ClientLine, formRequest, WireClient, type Submission } from './wire-client.js';
export { WireConnection, WireError, type WireTarget } from './wire-connection.js';
