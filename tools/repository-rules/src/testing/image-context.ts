import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import path from 'node:path';
import { readRepositoryFile, repositoryRoot } from '../repository.js';

/** What the Dockerfile copies into the stage that builds. */
export const copiedIntoImage = [
  ...readRepositoryFile('deploy/image/Dockerfile').matchAll(/^COPY (?!--from)(?:--\S+ )?(.+) \S+$/gm),
].flatMap((match) => (match[1] ?? '').split(' '));

/** A folder with what the Dockerfile copies, of what git knows: what lies around on one machine is not in a clone. */
export function copyContext(target: string): void {
  for (const source of new Set(copiedIntoImage)) {
    const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard', source], {
      cwd: repositoryRoot,
      encoding: 'utf8',
    });
    for (const file of listed.split('\0').filter((name) => name !== '')) copy(file, target);
  }
}

function copy(file: string, target: string): void {
  const from = path.join(repositoryRoot, file);
  if (existsSync(from)) cpSync(from, path.join(target, file), { recursive: true });
}
