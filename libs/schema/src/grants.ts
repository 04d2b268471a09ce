import { databaseRoles } from './roles.js';
import { migrationsTable } from './schema-version.js';

interface QueryRunner {
  query(sql: string, values?: unknown[]): Promise<unknown>;
}

const { results, console: consoleRole, notifier } = databaseRoles;

/** What `results` may read of the registry; operators' hashes, sessions and tokens are not among it. */
const registryViews = [
  'accepted_certificates',
  'certificate_entries',
  'deletions',
  'setting_values',
  'current_revision',
];

const grantsForResults = [
  `GRANT USAGE ON SCHEMA registry TO ${results}`,
  ...registryViews.map((view) => `GRANT SELECT ON registry.${view} TO ${results}`),
  `GRANT USAGE ON SCHEMA ledger TO ${results}`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ledger TO ${results}`,
  `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ledger TO ${results}`,
];

const grantsForConsole = [
  `GRANT USAGE ON SCHEMA registry TO ${consoleRole}`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA registry TO ${consoleRole}`,
  `GRANT USAGE ON ALL SEQUENCES IN SCHEMA registry TO ${consoleRole}`,
  // What was written into the audit log stays as it was written.
  `REVOKE UPDATE ON registry.audit FROM ${consoleRole}`,
  `GRANT USAGE ON SCHEMA ledger TO ${consoleRole}`,
];

/** Secrets go in sealed and never come out here; attempts and the state of channels are the notifier's to write. */
const deliveryGrantsForConsole = [
  `GRANT USAGE ON SCHEMA deliveries TO ${consoleRole}`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON deliveries.channels, deliveries.rules TO ${consoleRole}`,
  `GRANT SELECT (channel_id, name), INSERT, UPDATE, DELETE ON deliveries.channel_secrets TO ${consoleRole}`,
  `GRANT SELECT ON deliveries.sealing_key, deliveries.events, deliveries.attempts TO ${consoleRole}`,
  `GRANT SELECT ON deliveries.alert_facts, deliveries.told_problems TO ${consoleRole}`,
  `GRANT SELECT, DELETE ON deliveries.channel_health TO ${consoleRole}`,
  `GRANT SELECT, INSERT, UPDATE ON deliveries.deliveries TO ${consoleRole}`,
];

/** Nothing of the ledger but to empty its outbox, nothing of the registry; of both it reads the views made for it. */
const grantsForNotifier = [
  `GRANT USAGE ON SCHEMA deliveries TO ${notifier}`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA deliveries TO ${notifier}`,
  `REVOKE INSERT, UPDATE, DELETE ON deliveries.channels, deliveries.channel_secrets, deliveries.rules FROM ${notifier}`,
  `GRANT USAGE ON SCHEMA ledger TO ${notifier}`,
  `GRANT SELECT, DELETE ON ledger.outbox TO ${notifier}`,
];

/** Runs after every migrate, so that roles made later and new tables get theirs. */
export async function grantToRoles(runner: QueryRunner, existing: readonly string[]): Promise<void> {
  const database = await quotedDatabase(runner);
  for (const role of existing) {
    // An owner may have taken it from PUBLIC.
    await runner.query(`GRANT CONNECT ON DATABASE ${database} TO ${role}`);
    await runner.query(`GRANT USAGE ON SCHEMA ${migrationsTable.schema} TO ${role}`);
    await runner.query(`GRANT SELECT ON ${migrationsTable.schema}.${migrationsTable.name} TO ${role}`);
  }
  const schemas = await existingSchemas(runner);
  const statements = [
    ...(existing.includes(results) ? grantsForResults : []),
    ...(existing.includes(consoleRole)
      ? [...grantsForConsole, ...(await ledgerViewGrants(runner)), ...deliveryGrantsForConsole]
      : []),
    ...(existing.includes(notifier) ? grantsForNotifier : []),
  ].filter((statement) => schemas.some((schema) => new RegExp(String.raw`\b${schema}\b`).test(statement)));
  for (const statement of statements) await runner.query(statement);
}

async function quotedDatabase(runner: QueryRunner): Promise<string> {
  const rows = (await runner.query('SELECT quote_ident(current_database()) AS name')) as { name: string }[];
  return rows[0]?.name ?? '';
}

async function existingSchemas(runner: QueryRunner): Promise<string[]> {
  const sql = `SELECT nspname FROM pg_namespace WHERE nspname IN ('registry', 'ledger', 'deliveries')`;
  return ((await runner.query(sql)) as { nspname: string }[]).map((row) => row.nspname);
}

/** A view of schema `ledger` is what `console` may read; its tables it may not touch. */
async function ledgerViewGrants(runner: QueryRunner): Promise<string[]> {
  const sql = `SELECT viewname FROM pg_views WHERE schemaname = 'ledger'`;
  const rows = (await runner.query(sql)) as { viewname: string }[];
  return rows.map((row) => `GRANT SELECT ON ledger."${row.viewname}" TO ${consoleRole}`);
}
