export { type NamedBytes, buildMail, buildTar, buildZip } from './build-containers.js';
export { buildEmptyEntries } from './build-empty-entries.js';
