import { bookkeepingSchema, type Query } from './applied.js';
import { databaseRoles } from './roles.js';

const { results, console: consoleRole, notifier } = databaseRoles;

/** What `results` may read of the registry; operators' hashes, sessions and tokens are not among it. */
const registryViews = [
  'accepted_certificates',
  'certificate_entries',
  'deletions',
  'setting_values',
  'current_revision',
  'unexamined_policies',
  'releasing_callers',
];

const grantsForResults = [
  `GRANT USAGE ON SCHEMA registry TO ${results}`,
  ...registryViews.map((view) => `GRANT SELECT ON registry.${view} TO ${results}`),
  `GRANT USAGE ON SCHEMA ledger TO ${results}`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ledger TO ${results}`,
  `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ledger TO ${results}`,
  // Changes operators ask for are in the audit log by the transaction that makes them, and no others.
  `GRANT EXECUTE ON FUNCTION registry.append_ledger_audit, registry.note_expired_holds,
     registry.note_rescan_wave, ledger.rescan_room TO ${results}`,
];

const grantsForConsole = [
  `GRANT USAGE ON SCHEMA registry TO ${consoleRole}`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA registry TO ${consoleRole}`,
  `GRANT USAGE ON ALL SEQUENCES IN SCHEMA registry TO ${consoleRole}`,
  // What was written into the audit log stays; entries come and go by the functions alone.
  `REVOKE INSERT, UPDATE, DELETE ON registry.audit, registry.audit_head, registry.audit_checkpoint,
     registry.announced_changes FROM ${consoleRole}`,
  `REVOKE USAGE ON SEQUENCE registry.audit_id_seq FROM ${consoleRole}`,
  `GRANT EXECUTE ON FUNCTION registry.append_console_audit, registry.announce_change, registry.expire_audit
     TO ${consoleRole}`,
  `GRANT USAGE ON SCHEMA ledger TO ${consoleRole}`,
  `GRANT EXECUTE ON FUNCTION ledger.rescan_room TO ${consoleRole}`,
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

/** Of the ledger it empties the outbox and writes how releases went; of the rest it reads the views made for it. */
const grantsForNotifier = [
  `GRANT USAGE ON SCHEMA deliveries TO ${notifier}`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA deliveries TO ${notifier}`,
  `REVOKE INSERT, UPDATE, DELETE ON deliveries.channels, deliveries.channel_secrets, deliveries.rules FROM ${notifier}`,
  `GRANT USAGE ON SCHEMA ledger TO ${notifier}`,
  `GRANT SELECT, DELETE ON ledger.outbox TO ${notifier}`,
  // What goes where is written by `results` alone; of a mail that bears another as attachment the notifier knows the bytes.
  `GRANT SELECT, UPDATE (state, pending, answers, due_at, lease, attempts, attempt_log, finished_at, wrapper_digest)
     ON ledger.releases TO ${notifier}`,
];

/** Runs with every migrate, so that roles made later, new tables and views made anew get theirs. */
export async function grantToRoles(query: Query, existing: readonly string[]): Promise<void> {
  const database = await quotedDatabase(query);
  for (const role of existing) {
    // An owner may have taken it from PUBLIC.
    await query(`GRANT CONNECT ON DATABASE ${database} TO ${role}`);
    await query(`GRANT USAGE ON SCHEMA ${bookkeepingSchema} TO ${role}`);
    await query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${bookkeepingSchema} TO ${role}`);
  }
  const statements = [
    ...(existing.includes(results) ? grantsForResults : []),
    ...(existing.includes(consoleRole)
      ? [...grantsForConsole, ...(await ledgerViewGrants(query)), ...deliveryGrantsForConsole]
      : []),
    ...(existing.includes(notifier) ? grantsForNotifier : []),
  ];
  for (const statement of [...statements, ...(await viewRevocations(query, existing))])
    await query(statement);
}

/** A view writes with its owner's rights: what "all tables" of a schema gives would reach behind it. */
async function viewRevocations(query: Query, existing: readonly string[]): Promise<string[]> {
  const { rows } = await query(
    `SELECT format('%I.%I', schemaname, viewname) AS name FROM pg_views
     WHERE schemaname IN ('registry', 'ledger', 'deliveries')`,
  );
  if (rows.length === 0) return [];
  const views = rows.map(({ name }) => String(name)).join(', ');
  return existing.map((role) => `REVOKE INSERT, UPDATE, DELETE ON ${views} FROM ${role}`);
}

async function quotedDatabase(query: Query): Promise<string> {
  const { rows } = await query('SELECT quote_ident(current_database()) AS name');
  return String(rows[0]?.['name']);
}

/** A view of schema `ledger` is what `console` may read; its tables it may not touch. */
async function ledgerViewGrants(query: Query): Promise<string[]> {
  const { rows } = await query(
    `SELECT quote_ident(viewname) AS name FROM pg_views WHERE schemaname = 'ledger'`,
  );
  return rows.map(({ name }) => `GRANT SELECT ON ledger.${String(name)} TO ${consoleRole}`);
}
