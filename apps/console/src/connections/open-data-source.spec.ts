import { describe, expect, it } from 'vitest';
import { DatabaseError, type Database } from '@sluice/database';
import { SettingEntity } from '../settings/setting.entity.js';
import { inTransaction } from '../registry/registry-transaction.js';
import { dataSourceOptions, openDataSource } from './open-data-source.js';

/** Writes down what is asked of a connection, and fails where it is told to. */
function recordingDatabase(failing?: { statement: RegExp; error: DatabaseError }) {
  const log: string[] = [];
  const query = (text: string) => {
    const [first = ''] = text.split(' ');
    log.push(first);
    if (failing?.statement.test(text) === true) return Promise.reject(failing.error);
    return Promise.resolve({ rows: [], rowCount: 0, command: first });
  };
  const lend = () => {
    log.push('lend');
    return Promise.resolve({ query, release: () => log.push('release') });
  };
  return { log, database: { lend } as unknown as Database };
}

async function open(failing?: Parameters<typeof recordingDatabase>[0]) {
  const { log, database } = recordingDatabase(failing);
  const dataSource = await openDataSource({ ...dataSourceOptions(database), entities: [SettingEntity] });
  return { log, dataSource };
}

describe('TypeORM on the console’s pool', () => {
  it('asks nothing of a database that may not be there yet', async () => {
    const { log } = await open();
    expect(log).toEqual([]);
  });

  it('gives a connection back after one statement, and after a transaction of both kinds of statements', async () => {
    const { log, dataSource } = await open();
    await dataSource.manager.find(SettingEntity);
    expect(log.splice(0)).toEqual(['lend', 'SELECT', 'release']);
    await inTransaction(dataSource, async (tx) => {
      await tx.query('LOCK TABLE registry.settings');
      await tx.entities.delete(SettingEntity, 'a');
    });
    expect(log).toEqual(['lend', 'START', 'LOCK', 'DELETE', 'COMMIT', 'release']);
  });

  it.each([
    ['a statement of our own', 'UPDATE', /^UPDATE/],
    ['a repository’s statement', 'DELETE', /^DELETE/],
    ['the commit', 'COMMIT', /^COMMIT/],
  ])('rolls back and says our error when %s fails', async (_what, word, statement) => {
    const error = new DatabaseError('unavailable', '57014', 'database error 57014');
    const { log, dataSource } = await open({ statement, error });
    const work = inTransaction(dataSource, async (tx) => {
      await tx.query('UPDATE registry.revision SET value = value + 1');
      await tx.entities.delete(SettingEntity, 'a');
    });
    await expect(work).rejects.toBe(error);
    expect(log.slice(log.indexOf(word))).toEqual([word, 'ROLLBACK', 'release']);
  });

  it('rejects with what the work itself throws', async () => {
    const { log, dataSource } = await open();
    const error = new Error('no such operator');
    await expect(inTransaction(dataSource, () => Promise.reject(error))).rejects.toBe(error);
    expect(log).toEqual(['lend', 'START', 'ROLLBACK', 'release']);
  });
});
