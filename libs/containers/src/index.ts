export { type MailHeaders } from './open-mail.js';
export { type DetectedType, detectType } from './detect-type.js';
export {
  type Part,
  type Shortfall,
  type WalkOptions,
  type WalkReport,
  plainTypeOf,
  walkObject,
} from './walk-object.js';
export { type WalkLimits, defaultWalkLimits } from './walk-limits.js';
export { loadArchiveLibrary } from './archive-library.js';
