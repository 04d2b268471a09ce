import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from './migrate.js';
import { ensureSearchIndex } from './search-index.js';
import type { Query } from './applied.js';
import { createEmptyDatabase, type EmptyDatabase } from './testing/empty-database.js';

describe('the index for the search in alerts', () => {
  let database: EmptyDatabase;
  const query: Query = (sql, values) => database.owner.query(sql, values);
  const index = async () =>
    (
      await query(
        `SELECT c.oid::integer AS oid, i.indisvalid AS is_valid FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
         WHERE c.relname = 'alerts_by_text'`,
      )
    ).rows[0];

  beforeAll(async () => {
    database = await createEmptyDatabase();
    await migrate(database.url);
  });
  afterAll(() => database.drop());

  it('is built by migrate, and left alone by the next one', async () => {
    const built = await index();
    expect(built).toMatchObject({ is_valid: true });
    expect(await ensureSearchIndex(query)).toEqual([]);
    expect(await index()).toEqual(built);
  });

  it('is built anew when the text it is of is another one', async () => {
    const before = await index();
    const { rows } = await query(`SELECT pg_get_functiondef('ledger.alert_text'::regproc) AS definition`);
    await query(String(rows[0]?.['definition']).replace(`SELECT coalesce`, `SELECT 'more' || coalesce`));
    expect(await ensureSearchIndex(query)).toEqual(['index for the search in alerts built']);
    expect((await index())?.['oid']).not.toBe(before?.['oid']);
  });

  it('is left to another migrate that is building it', async () => {
    const lines = await ensureSearchIndex((sql, values) =>
      sql.includes('pg_try_advisory_lock')
        ? Promise.resolve({ rows: [{ is_ours: false }] })
        : query(sql, values),
    );
    expect(lines).toEqual([]);
  });

  it('is missing where PostgreSQL lacks the extension, and migrate says what that means', async () => {
    const lines = await ensureSearchIndex((sql, values) =>
      sql.includes('pg_available_extensions') ? Promise.resolve({ rows: [] }) : query(sql, values),
    );
    expect(lines.join()).toMatch(/lacks the extension pg_trgm; .* finds no senders/);
  });

  it('is tried again after what interrupted it', async () => {
    await query(
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ledger.alerts_by_text'::regclass`,
    );
    await ensureSearchIndex(query);
    expect(await index()).toMatchObject({ is_valid: true });
  });
});
