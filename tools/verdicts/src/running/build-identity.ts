import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What is scanned with. The launcher, the pages and the ledger have no part in what a verdict says. */
const scanning = [
  'apps/scanner/dist',
  'libs/containers/dist',
  'libs/contracts/dist',
  'libs/engines',
  'libs/sandbox/dist',
];

/** Which build of the scanner gave a result: its code, and where that code comes from. */
export interface BuildIdentity {
  /** Changes with the code, and with nothing else. */
  readonly hash: string;
  /** For people. */
  readonly text: string;
}

export function buildIdentity(root: string): BuildIdentity {
  const hash = createHash('sha256');
  for (const file of scanning.flatMap((folder) => codeBelow(path.join(root, folder))).sort()) {
    hash.update(`${path.relative(root, file)}\0`);
    hash.update(readFileSync(file));
  }
  const short = hash.digest('hex').slice(0, 12);
  return { hash: short, text: `build ${short} (${commitOf(root)})` };
}

function codeBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => file.includes('/dist/') && file.endsWith('.js') && !file.includes('node_modules'));
}

/** A source archive has none. */
function commitOf(root: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const isChanged = git('status', '--porcelain', '--', 'apps', 'libs') !== '';
    return `commit ${git('rev-parse', '--short=12', 'HEAD')}${isChanged ? ' with changes' : ''}`;
  } catch {
    return 'no commit known';
  }
}
