import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const repositoryRoot = path.resolve(import.meta.dirname, '../../..');

/** Files that are, or would be, in the repository: tracked and not ignored ones. */
export function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(listed.split('\0').filter((name) => name !== ''))];
}

export const readRepositoryFile = (name: string): string =>
  readFileSync(path.join(repositoryRoot, name), 'utf8');

export const readJson = <T>(name: string): T => JSON.parse(readRepositoryFile(name)) as T;
