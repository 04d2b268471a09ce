import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryFiles } from './repository.js';

/** What a commit says is on disk: nowhere is that given away for speed (ADR 50). */
const rules: readonly [string, RegExp, readonly string[]][] = [
  // Counts failed sign-ins; after a crash each account may be tried as often again.
  [
    'a table without a log',
    /\bUNLOGGED TABLE\b|\bSET UNLOGGED\b/i,
    ['libs/schema/src/sql/versioned/0001-registry.sql'],
  ],
  ['a commit that does not wait', /\bsynchronous_commit\b(?!: 'on')|\bcommit_delay\b/i, []],
  ['a database that does not flush', /\b(fsync|full_page_writes)\b['"]?\s*[:=]\s*['"]?(off|false|0)\b/i, []],
];

const files = repositoryFiles().filter(
  (file) =>
    /\.(ts|tsx|mjs|sql|sh|ya?ml|conf|example)$/.test(file) &&
    !file.startsWith('libs/schema/released/') &&
    !file.endsWith('durable-commits.spec.ts'),
);

describe('what is committed is on disk', () => {
  it.each(rules)('%s is nowhere but where it says why', (_what, pattern, allowed) => {
    const found = files.filter((file) => pattern.test(readRepositoryFile(file)));
    expect(found).toEqual(allowed);
  });
});
