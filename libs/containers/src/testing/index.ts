export { type NamedBytes, buildMail, buildTar, buildZip } from './build-containers.js';
export { buildPlainZip, type PlainEntry } from './build-plain-zip.js';
export { buildAnnouncingXar, buildPackedProgram } from './build-announcing.js';
export { buildCompoundFile } from './build-compound-file.js';
export { buildEmptyEntries } from './build-empty-entries.js';
export { madeArchive } from './made-archives.js';
export { scriptAlphabets, scriptOrder } from '../decoders/encoded-script.js';
