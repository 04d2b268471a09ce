export {
  createDatabase,
  Database,
  type DatabaseLogger,
  type DatabaseOptions,
  type LentConnection,
  type Query,
  type QueryResult,
} from './database.js';
export { DatabaseError, type DatabaseErrorKind } from './database.errors.js';
