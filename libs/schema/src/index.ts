export { verifyAudit, type AuditHead, type AuditVerification } from './audit-chain.js';
export { awaitDatabase, type AwaitDatabaseOptions } from './await-database.js';
export { migrate, type MigrateOptions } from './migrate.js';
export { databaseRoles, type RolePasswords } from './roles.js';
export { SchemaCheck, schemaProblem } from './schema-version.js';
