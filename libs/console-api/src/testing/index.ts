export { readEverything, type Call, type ReadEverything } from './read-everything.js';
