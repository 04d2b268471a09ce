import { describe, expect, it } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describeLimit } from './limit-names.js';

const root = path.resolve(import.meta.dirname, '../../../..');
const folders = ['libs/containers/src', 'libs/engines/clamav/src', 'apps/scanner/src/examine-object'];
const told = [
  /limit: '(?<limit>\w+)'/g,
  /LimitReached\('\w+', '(?<limit>\w+)'\)/g,
  /'limit-exceeded', '(?<limit>\w+)'/g,
];

/** Every limit that the sources name when they leave a part out. */
const limits = folders
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('spec.ts'))
      .map((file) => readFileSync(path.join(root, folder, file), 'utf8')),
  )
  .flatMap((text) => told.flatMap((one) => [...text.matchAll(one)]))
  .map(({ groups }) => groups?.['limit'] ?? '');

describe('a limit that a part lies beyond', () => {
  it('is found in the sources', () => {
    expect(limits).toContain('maxPartBytes');
    expect(limits).toContain('MaxFileSize');
    expect(limits).toContain('time');
    expect(limits).toContain('clamavBytes');
  });

  it('has words on every page, whichever the sources name', () => {
    expect([...new Set(limits)].filter((limit) => describeLimit(limit) === limit)).toEqual([]);
  });

  it('that is not known stays as clamd names it', () => {
    expect([describeLimit('MaxNewThing'), describeLimit('toString')]).toEqual(['MaxNewThing', 'toString']);
  });
});
