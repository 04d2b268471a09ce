import { describe, expect, it } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const sources = path.resolve(import.meta.dirname, '..');
const pages = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.tsx'),
);

describe('a window over the page', () => {
  it('is always the one that gives the focus back', () => {
    const own = pages.filter((file) => /<Modal\b/.test(readFileSync(path.join(sources, file), 'utf8')));
    expect(own).toEqual(['design/dialog.tsx']);
  });
});
