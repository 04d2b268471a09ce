import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Tables: made once, in the order of their numbers, and never changed once released. */
export interface VersionedFile {
  readonly number: number;
  /** `0006-what-it-brings`. */
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** A function or a view: made anew whenever any of them changed. */
export interface RepeatableFile {
  /** `ledger/accept`. */
  readonly name: string;
  readonly sql: string;
}

export interface SqlFiles {
  /** Oldest first. */
  readonly versioned: readonly VersionedFile[];
  readonly repeatable: readonly RepeatableFile[];
  /** Changes with the name or content of any repeatable file. */
  readonly repeatableDigest: string;
}

/** Beside the code in `src` as in `dist`: the build carries the files along. */
const folder = fileURLToPath(new URL('./sql/', import.meta.url));
const versionedFolder = 'versioned';
const versionedName = /^(\d{4})-[a-z0-9-]+$/;

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

export function readSqlFiles(from = folder): SqlFiles {
  const names = readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .map((name) =>
      name
        .split(path.sep)
        .join('/')
        .replace(/\.sql$/, ''),
    )
    .sort();
  const read = (name: string) => readFileSync(path.join(from, `${name}.sql`), 'utf8');
  const isVersioned = (name: string) => name.startsWith(`${versionedFolder}/`);
  const versioned = names
    .filter(isVersioned)
    .map((name) => versionedFile(path.posix.basename(name), read(name)));
  assertNumbersDiffer(versioned);
  const repeatable = names.filter((name) => !isVersioned(name)).map((name) => ({ name, sql: read(name) }));
  return { versioned, repeatable, repeatableDigest: sha256Of(JSON.stringify(repeatable)) };
}

function versionedFile(name: string, sql: string): VersionedFile {
  const number = Number(versionedName.exec(name)?.[1]);
  if (!Number.isInteger(number))
    throw new Error(
      `${versionedFolder}/${name}.sql has no name of the form 0006-what-it-brings.sql; rename it`,
    );
  return { number, name, sql, sha256: sha256Of(sql) };
}

function assertNumbersDiffer(files: readonly VersionedFile[]): void {
  for (const [index, file] of files.entries()) {
    const before = files[index - 1];
    if (before?.number === file.number)
      throw new Error(
        `${before.name}.sql and ${file.name}.sql have the same number; give one the next free one`,
      );
  }
}
