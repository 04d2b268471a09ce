export type { Announcements } from './announcements.js';
export {
  createDatabase,
  Database,
  type DatabaseLogger,
  type DatabaseOptions,
  type LentConnection,
  type Query,
  type QueryResult,
} from './database.js';
export { readRow, readRows, type RowSchema } from './read-rows.js';
export { DatabaseError, type DatabaseErrorKind } from './database.errors.js';
export { WriteTogether, type WriteBatch } from './write-together.js';
