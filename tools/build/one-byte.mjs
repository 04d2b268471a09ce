/**
 * V8 keeps a program's text in memory for as long as it runs, in one byte a character if all of them are Latin-1, in two
 * otherwise: tables of other characters in one package would double that of all the others.
 */
import { readNumber, writeNumber } from './source-map-numbers.mjs';

const beyondLatin1 = /[^\0-\xff]/g;
/** Its text is what stands there, not what that means. */
const rawTemplate = /String\.raw\s*`[^`]*[^\0-\xff]/;

const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
const added = escaped(' ').length - 1;

/** The same program in Latin-1 alone, with the source map that fits it. */
export function inOneByte(code, map) {
  if (code.search(beyondLatin1) < 0) return { code, map };
  if (rawTemplate.test(code)) throw new Error('String.raw with characters that cannot be escaped');
  const lines = code.split('\n');
  const mappings = map.mappings.split(';');
  for (const [index, line] of lines.entries()) {
    const columns = [...line.matchAll(beyondLatin1)].map((match) => match.index);
    if (columns.length === 0) continue;
    lines[index] = line.replace(beyondLatin1, escaped);
    mappings[index] = shifted(mappings[index] ?? '', columns);
  }
  return { code: lines.join('\n'), map: { ...map, mappings: mappings.join(';') } };
}

/** One line's mappings after something was put in behind these columns. Only the first number of each tells the column. */
function shifted(mappings, columns) {
  if (mappings === '') return '';
  let [before, after, passed] = [0, 0, 0];
  return mappings
    .split(',')
    .map((segment) => {
      const { value, length } = readNumber(segment);
      before += value;
      while (passed < columns.length && columns[passed] < before) passed += 1;
      const column = before + passed * added;
      const text = writeNumber(column - after) + segment.slice(length);
      after = column;
      return text;
    })
    .join(',');
}
