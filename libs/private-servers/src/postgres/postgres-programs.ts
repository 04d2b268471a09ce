import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { StartError } from '../start.errors.js';
import { findProgram, isExecutable, versionedFolders } from '../find-program.js';

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  /** Data can only be served by the major version that made it. */
  readonly majorVersion: string;
}

/** Oldest version its authors still correct. */
const oldestMajorVersion = 14;

/** The programs that fit `dataDirectory`: those of its version when it holds data, the newest otherwise. */
export function findPostgresPrograms(dataDirectory: string | null): PostgresPrograms | null {
  const needed = dataDirectory === null ? null : dataVersion(dataDirectory);
  const installed = programFolders().flatMap((folder) => programsIn(folder) ?? []);
  if (needed === null) return installed.find((one) => Number(one.majorVersion) >= oldestMajorVersion) ?? null;
  const fitting = installed.find(({ majorVersion }) => majorVersion === needed);
  if (fitting === undefined && installed.length > 0) {
    throw new StartError(
      `The database in ${dataDirectory} was made by PostgreSQL ${needed}, which is not installed.`,
      `Install PostgreSQL ${needed} (apt-get install postgresql-${needed}), or set SLUICE_HOME to a new folder.`,
    );
  }
  return fitting ?? null;
}

function dataVersion(dataDirectory: string): string | null {
  const file = path.join(dataDirectory, 'PG_VERSION');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

function programFolders(): string[] {
  const packaged = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/libexec'].flatMap(versionedFolders);
  const rpm = versionedFolders('/usr').filter((folder) => path.basename(folder).startsWith('pgsql-'));
  const onPath = findProgram('postgres');
  return [
    ...[...packaged, ...rpm].map((folder) => path.join(folder, 'bin')),
    ...(onPath === null ? [] : [path.dirname(onPath)]),
  ];
}

function programsIn(folder: string): PostgresPrograms | null {
  const initdb = path.join(folder, 'initdb');
  const postgres = path.join(folder, 'postgres');
  if (!isExecutable(initdb) || !isExecutable(postgres)) return null;
  const majorVersion = readMajorVersion(postgres);
  return majorVersion === null ? null : { initdb, postgres, majorVersion };
}

function readMajorVersion(postgres: string): string | null {
  try {
    // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    const text = execFileSync(postgres, ['--version'], { encoding: 'utf8' });
    return /PostgreSQL\)\s+(\d+)/.exec(text)?.[1] ?? null;
  } catch {
    return null;
  }
}
