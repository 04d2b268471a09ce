import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const sources = path.resolve(import.meta.dirname, '../src');
const opening = /<Table(?=\s)[^>]*?aria-label="(?<name>[^"]+)"[^>]*>/g;

/** The name of each table in the pages' sources, and the file it stands in: whoever adds one finds it here. */
export function everyTable(): { readonly file: string; readonly name: string }[] {
  return readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tsx') && !file.includes('.spec.'))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(path.join(sources, file), 'utf8');
      const named = [...text.matchAll(opening)].map(({ groups }) => ({ file, name: groups?.['name'] ?? '' }));
      const all = text.match(/<(?:Table|table)(?=[\s>])/g) ?? [];
      // One that cannot be named cannot be looked for.
      if (all.length !== named.length) throw new Error(`${file}: a table without a name of its own`);
      return named;
    });
}
