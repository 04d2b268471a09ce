export { Operator, type ExternalSystemRow } from './operator.js';
export { startTestSystem, until, type TestSystem, type TestSystemOptions } from './test-system.js';
