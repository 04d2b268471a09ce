import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryRoot } from './repository.js';

const files = readdirSync(path.join(repositoryRoot, 'docs/adr')).filter((name) => name.endsWith('.md'));

describe('docs/adr', () => {
  it('has one decision for each number, without a gap', () => {
    const numbers = files.map((name) => Number(name.slice(0, 4))).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it.each(files)('%s says in its title which one it is', (name) => {
    expect(readRepositoryFile(`docs/adr/${name}`)).toMatch(new RegExp(`^# ${Number(name.slice(0, 4))}\\. `));
  });
});
