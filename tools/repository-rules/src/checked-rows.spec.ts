import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryFiles } from './repository.js';

const sources = repositoryFiles().filter(
  (name) => /^apps\/[^/]+\/src\/.*\.ts$/.test(name) && !/spec\.ts$|\/testing\//.test(name),
);
/** `query<Row>(…)`: a claim about rows that nothing compares with them. `readRows` does (ADR 35). */
const claims = (text: string): string[] => text.match(/\bquery<[^>]*>/g) ?? [];

describe('rows of the database', () => {
  it('are checked by a schema in every service', () => {
    expect(sources.length).toBeGreaterThan(300);
    const claimed = sources.flatMap((name) =>
      claims(readRepositoryFile(name)).map((claim) => `${name}: ${claim}`),
    );
    expect(claimed).toEqual([]);
  });

  it('are noticed where they are only claimed', () => {
    expect(claims('await this.database.query<{ id: number }>(sql)')).toHaveLength(1);
    expect(claims("await database.query('SELECT 1')")).toEqual([]);
  });
});
