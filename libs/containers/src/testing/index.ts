export { type NamedBytes, buildMail, buildTar, buildZip } from './build-containers.js';
