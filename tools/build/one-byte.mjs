/**
 * V8 keeps a program's text in memory for as long as it runs, in one byte a character if all of them are Latin-1, in two
 * otherwise: tables of other characters in one package would double that of all the others.
 */

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

/** Numbers of source maps: six bits a character, five of them of the number, the lowest bit of all its sign. */
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function readNumber(text) {
  let [value, shift, length] = [0, 0, 0];
  for (let digit = 32; digit >= 32; length += 1, shift += 5) {
    digit = digits.indexOf(text[length]);
    value += (digit % 32) * 2 ** shift;
  }
  return { value: value % 2 === 1 ? -(value - 1) / 2 : value / 2, length };
}

function writeNumber(number) {
  let rest = number < 0 ? -number * 2 + 1 : number * 2;
  let text = '';
  do {
    const digit = rest % 32;
    rest = Math.floor(rest / 32);
    text += digits[rest > 0 ? digit + 32 : digit];
  } while (rest > 0);
  return text;
}
