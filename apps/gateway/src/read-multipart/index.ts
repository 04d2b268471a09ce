export { multipartBoundary } from './multipart-boundary.js';
export { MultipartError } from './multipart.errors.js';
export { MultipartParser } from './multipart-parser.js';
export type { PartSink } from './multipart-parser.js';
export type { PartHeader } from './part-header.js';
