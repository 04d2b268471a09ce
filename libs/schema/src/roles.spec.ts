import { describe, expect, it } from 'vitest';
import type { Query } from './applied.js';
import { ensureRoles } from './roles.js';

describe('roles of the services', () => {
  /** A server on which someone makes the role between the look for it and its making; what it was told. */
  function racing(code: string): { query: Query; said: string[] } {
    const said: string[] = [];
    const query: Query = (sql, values = []) => {
      if (sql.includes('rolsuper')) return Promise.resolve({ rows: [{ may: true }] });
      const [, verb = ''] = /^SELECT format\('(\w+) ROLE/.exec(sql) ?? [];
      if (verb !== '') return Promise.resolve({ rows: [{ sql: `${verb} ${String(values[0])}` }] });
      if (/^(CREATE|ALTER)/.test(sql)) said.push(sql);
      return sql.startsWith('CREATE')
        ? Promise.reject(Object.assign(new Error('it is there'), { code }))
        : Promise.resolve({ rows: [] });
    };
    return { query, said };
  }

  it.each(['42710', '23505'])(
    'get their password though another migrate made them meanwhile: %s',
    async (code) => {
      const { query, said } = racing(code);
      await ensureRoles(query, { resultsPassword: 'secret' });
      expect(said).toEqual(['CREATE secret', 'ALTER secret']);
    },
  );

  it('get their password though another migrate alters them at the same moment', async () => {
    const said: string[] = [];
    const query: Query = (sql, values = []) => {
      if (sql.includes('rolsuper')) return Promise.resolve({ rows: [{ may: true }] });
      if (sql.startsWith('SELECT 1')) return Promise.resolve({ rows: [{}] });
      const [, verb = ''] = /^SELECT format\('(\w+) ROLE/.exec(sql) ?? [];
      if (verb !== '') return Promise.resolve({ rows: [{ sql: `${verb} ${String(values[0])}` }] });
      if (!/^(CREATE|ALTER)/.test(sql)) return Promise.resolve({ rows: [] });
      said.push(sql);
      const refusal = Object.assign(new Error('tuple concurrently updated'), { code: 'XX000' });
      return said.length === 1 ? Promise.reject(refusal) : Promise.resolve({ rows: [] });
    };
    await ensureRoles(query, { resultsPassword: 'secret' });
    expect(said).toEqual(['ALTER secret', 'ALTER secret']);
  });

  it('are not set anew for any other fault', async () => {
    const { query, said } = racing('42501');
    await expect(ensureRoles(query, { resultsPassword: 'secret' })).rejects.toThrow('it is there');
    expect(said).toEqual(['CREATE secret']);
  });
});
