import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSqlFiles } from './sql-files.js';

describe('the SQL files', () => {
  it('hold every released versioned migration as it was released', () => {
    const released: unknown = JSON.parse(
      readFileSync(path.join(import.meta.dirname, '../released/versioned.json'), 'utf8'),
    );
    const today = Object.fromEntries(readSqlFiles().versioned.map(({ name, sha256 }) => [name, sha256]));
    // A released file that differs or is missing here must be restored; the change becomes a further file.
    expect(today).toMatchObject(released as Record<string, string>);
  });

  it('make each function and view in a file of its name', () => {
    for (const { name, sql } of readSqlFiles().repeatable) {
      const made = `(VIEW|FUNCTION) ${name.replace('/', String.raw`\.`)}\\b`;
      expect({ name, isMade: new RegExp(`^CREATE (OR REPLACE )?${made}`, 'm').test(sql) }).toEqual({
        name,
        isMade: true,
      });
    }
  });
});

describe('readSqlFiles', () => {
  let folder: string;
  const write = (name: string, sql: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), sql);
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sluice-sql-'));
    write('versioned/0002-b.sql', 'two');
    write('versioned/0001-a.sql', 'one');
    write('ledger/f.sql', 'f');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('orders by number and tells versioned from repeatable', () => {
    const { versioned, repeatable } = readSqlFiles(folder);
    expect(versioned.map(({ number, name }) => [number, name])).toEqual([
      [1, '0001-a'],
      [2, '0002-b'],
    ]);
    expect(repeatable).toEqual([{ name: 'ledger/f', sql: 'f' }]);
  });

  it('has another digest when a function changes, is renamed or goes, and the same when a table is added', () => {
    const digest = () => readSqlFiles(folder).repeatableDigest;
    const first = digest();
    write('versioned/0003-c.sql', 'three');
    expect(digest()).toBe(first);
    write('ledger/f.sql', 'g');
    const second = digest();
    rmSync(path.join(folder, 'ledger/f.sql'));
    write('ledger/g.sql', 'g');
    expect(new Set([first, second, digest()]).size).toBe(3);
  });

  it('refuses one number twice and a name without number', () => {
    write('versioned/0002-c.sql', 'two again');
    expect(() => readSqlFiles(folder)).toThrow('0002-b.sql and 0002-c.sql have the same number');
    rmSync(path.join(folder, 'versioned/0002-c.sql'));
    write('versioned/tables.sql', 'x');
    expect(() => readSqlFiles(folder)).toThrow('rename it');
  });
});
