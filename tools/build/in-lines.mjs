/**
 * A bundle without white space is one line, and Node prints the line it fell over: all of it. So lines end where a
 * statement does, by the source map, in which nothing begins within a text.
 */
import { readNumber, writeNumber } from './source-map-numbers.mjs';

const longestColumns = 500;
/** The bundler's own, and in no source map. */
const importsFirst = /^(?:import\b[^;]*;)+/;

/** The same program in lines, with the source map that fits it. */
export function inLines(code, map) {
  const mappings = map.mappings.split(';');
  const lines = code.split('\n').map((line, index) => divided(line, mappings[index] ?? ''));
  return {
    code: lines.map(({ text }) => text).join('\n'),
    map: { ...map, mappings: lines.map((line) => line.mappings).join(';') },
  };
}

function divided(line, mappings) {
  const imports = importsFirst.exec(line)?.[0] ?? '';
  const ahead = [...imports.matchAll(/;/g)].map(({ index }) => index + 1);
  const starts = [0];
  // Put together at the end: a text that grows by a segment at a time is copied each time it is looked at.
  const written = [];
  let [column, before, separator] = [0, 0, ''];
  const startAt = (place) => {
    starts.push(place);
    written.push(';');
    [before, separator] = [place, ''];
  };
  // Only the first number of a segment tells the column, and it counts from the one before it in its line.
  for (const segment of mappings === '' ? [] : mappings.split(',')) {
    const { value, length } = readNumber(segment);
    column += value;
    while (ahead.length > 0 && ahead[0] <= column) startAt(ahead.shift());
    if (line[column - 1] === ';' && column - starts.at(-1) > longestColumns) startAt(column);
    written.push(separator, writeNumber(column - before), segment.slice(length));
    [before, separator] = [column, ','];
  }
  for (const place of ahead) startAt(place);
  const texts = starts.map((start, index) => line.slice(start, starts[index + 1] ?? line.length));
  return { text: texts.join('\n'), mappings: written.join('') };
}
