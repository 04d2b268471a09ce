import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, utimesSync } from 'node:fs';
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

/** What is built already, so that a build makes only what has changed since. */
export function copyBuilt(target: string): void {
  for (const group of ['apps', 'libs', 'libs/engines', 'tools'])
    for (const name of readdirSync(path.join(repositoryRoot, group)))
      copy(path.join(group, name, 'dist'), target);
  // They are compared with folders too, and those are new.
  const pages = path.join(target, 'apps/console-web/dist/index.html');
  if (existsSync(pages)) utimesSync(pages, new Date(), new Date());
}

/** Times stay, by which a build tells what is fresh. */
function copy(file: string, target: string): void {
  const from = path.join(repositoryRoot, file);
  if (existsSync(from)) cpSync(from, path.join(target, file), { recursive: true, preserveTimestamps: true });
}
