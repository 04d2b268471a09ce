export { ClamavEngine, type ClamavOptions } from './clamav.engine.js';
export { parseClamdUrl } from './clamd-address.js';
export { eicarTestFile } from './eicar-test-file.js';
