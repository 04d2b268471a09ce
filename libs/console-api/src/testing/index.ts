export type { Call } from './call.js';
export { changeEverything, type ChangeEverything } from './change-everything.js';
export { readEverything, type ReadEverything } from './read-everything.js';
