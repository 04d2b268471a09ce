import { accessSync, constants, readdirSync } from 'node:fs';
import path from 'node:path';

/** System directories that an ordinary user's PATH often lacks. */
const systemDirectories = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/opt/homebrew/bin',
];

export function findProgram(name: string, extraDirectories: readonly string[] = []): string | null {
  const directories = [...extraDirectories, ...(process.env['PATH'] ?? '').split(':'), ...systemDirectories];
  return (
    directories
      .filter((directory) => directory !== '')
      .map((directory) => path.join(directory, name))
      .find(isExecutable) ?? null
  );
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Sub-folders of `parent` that look like versions, newest first: `/usr/lib/postgresql/17`, `/usr/lib/postgresql/15`. */
export function versionedFolders(parent: string): string[] {
  try {
    return readdirSync(parent)
      .filter((name) => /\d/.test(name))
      .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
      .map((name) => path.join(parent, name));
  } catch {
    return [];
  }
}
