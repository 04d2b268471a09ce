export { HashListEngine, type ListSource } from './hash-list.engine.js';
export { readListFile } from './read-list-file.js';
