export { type DetectedType, detectType } from './detect-type.js';
export { type Part, type UnexaminedPart } from './part.js';
export { type WalkOptions, type WalkReport, walkObject } from './walk-object.js';
export { plainTypeOf } from './detection.js';
export { type WalkLimits, defaultWalkLimits } from './walk-limits.js';
export { loadArchiveLibrary } from './formats/archive/archive-library.js';
export { loadSevenZip } from './formats/seven-zip/seven-zip-library.js';
export { type MailPreview, previewLimits, previewMail } from './preview/preview-mail.js';
