import pg from 'pg';

/** As many as `results` keeps (expire-records.service.ts). */
const mostKnownVerdicts = 500_000;

/** What differs from row to row; the rest is that of the row there is. */
const own: Readonly<Record<string, string>> = {
  submission_id: 'gen_random_uuid()',
  seq: `nextval('ledger.scan_seq')`,
  scan_id: `'filled-' || n`,
  object_key: 'md5(n::text)',
  sha256: `md5(n::text) || md5((n + 1)::text)`,
  md5: 'md5((n + 2)::text)',
  sha1: `substr(md5((n + 3)::text) || md5(n::text), 1, 40)`,
  accepted_at: 'at',
  published_at: 'at',
  started_at: 'at',
  finished_at: `at + interval '20 ms'`,
};

/**
 * Makes the ledger as large as `rows` finished scans: copies of one that is there, spread over the past days. Its indexes
 * are made anew afterwards, which is what they would be after a REINDEX: the best case for both that are compared.
 */
export async function fillLedger(url: string, rows: number): Promise<void> {
  const clients = [
    new pg.Client({ connectionString: url }),
    new pg.Client({ connectionString: url }),
  ] as const;
  try {
    for (const client of clients) await client.connect();
    await fill(clients, rows);
  } finally {
    for (const client of clients) await client.end();
  }
}

/** Two connections: a row takes a core longer than the disk. */
async function fill([client, second]: readonly [pg.Client, pg.Client], rows: number): Promise<void> {
  const query = (sql: string, values: unknown[] = []) => client.query(sql, values);
  await query(`SET maintenance_work_mem = '512MB'`);
  const indexes = await client.query<{ name: string; definition: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i
     WHERE i.indrelid = 'ledger.scans'::regclass AND NOT i.indisprimary`,
  );
  for (const { name } of indexes.rows) await query(`DROP INDEX ${name}`);
  await query('ALTER TABLE ledger.scans DROP CONSTRAINT scans_pkey');
  const columns = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = 'ledger.scans'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
  );
  const names = columns.rows.map(({ name }) => name);
  const insert = `INSERT INTO ledger.scans (${names.join(', ')})
     SELECT ${names.map((name) => own[name] ?? `t.${name}`).join(', ')}
     FROM (SELECT * FROM ledger.scans ORDER BY seq LIMIT 1) t, generate_series($1::integer + 1, $2::integer) n,
       LATERAL (SELECT now() - ($3::integer - n) * interval '0.1 s' - interval '1 minute') AS time (at)`;
  const half = Math.floor(rows / 2);
  await Promise.all([query(insert, [0, half, rows]), second.query(insert, [half, rows, rows])]);
  await query('ALTER TABLE ledger.scans ADD PRIMARY KEY (submission_id)');
  for (const { definition } of indexes.rows) await query(definition);
  await query(
    `INSERT INTO ledger.known_verdicts (sha256, object_type, registration_id, submission_id, scanner, decision_set,
       recorded_at, has_test_signatures, oldest_signatures_at, importance, technologies, database_version)
     SELECT s.sha256, s.object_type, s.registration_id, s.submission_id, 'scanner-1', 'bench', s.finished_at, false, NULL,
       'medium', '[]', 0
     FROM (SELECT * FROM ledger.scans ORDER BY seq DESC LIMIT $1) s
     ON CONFLICT DO NOTHING`,
    [Math.min(rows, mostKnownVerdicts)],
  );
  await query('VACUUM ANALYZE ledger.scans');
  await query('VACUUM ANALYZE ledger.known_verdicts');
  await query('CHECKPOINT');
}
