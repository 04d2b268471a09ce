export { type DetectedType, detectType } from './detect-type.js';
export {
  type Part,
  type UnexaminedPart,
  type WalkOptions,
  type WalkReport,
  plainTypeOf,
  walkObject,
} from './walk-object.js';
export { type WalkLimits, defaultWalkLimits } from './walk-limits.js';
export { loadArchiveLibrary } from './formats/archive/archive-library.js';
