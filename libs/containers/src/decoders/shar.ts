import type { EmbeddedFile } from './uuencode.js';

const begin = Buffer.from('<<');
/** `sed 's/^X//' << 'END' > name`, quoted in any of the shell's ways, with whatever else stands in the line. */
const beginLine =
  /^[ \t]{0,32}sed[^\r\n<]{1,80}s(.)\^([^\r\n<]{1,8})\1\1[^\r\n<]{0,300}<<-?[ \t]{0,8}["'\\]?([\w.-]{1,64})["']?([^\r\n]{0,300})\r?\n/;
const longestLine = 1000;

/** The next file of a shell archive in this text: its lines with a mark in front, which the script takes away; null: none. */
export function findShar(text: Buffer, from: number): EmbeddedFile | null {
  for (let at = text.indexOf(begin, from); at >= 0; at = text.indexOf(begin, at + begin.length)) {
    const start = Math.max(from, text.lastIndexOf(0x0a, at) + 1);
    if (at - start > longestLine) continue;
    const match = beginLine.exec(text.toString('latin1', start, start + longestLine));
    if (match === null) continue;
    const [line, , mark = '', word = '', rest = ''] = match;
    return fileFrom(text, start + line.length, {
      mark,
      word,
      name: />[ \t]*["']?([^"' \t&;]+)/.exec(rest)?.[1] ?? '',
    });
  }
  return null;
}

interface Here {
  readonly mark: string;
  readonly word: string;
  readonly name: string;
}

function fileFrom(text: Buffer, start: number, { mark, word, name }: Here): EmbeddedFile {
  const found = endOf(text, start, word);
  const lines = text.toString('latin1', start, found ?? text.length).split('\n');
  const plain = lines.map((line) => (line.startsWith(mark) ? line.slice(mark.length) : line)).join('\n');
  return { name, bytes: Buffer.from(plain, 'latin1'), isWhole: found !== null, next: found ?? text.length };
}

/** The line of the word alone. */
function endOf(text: Buffer, from: number, word: string): number | null {
  for (
    let at = text.indexOf(word, from, 'latin1');
    at >= 0;
    at = text.indexOf(word, at + word.length, 'latin1')
  ) {
    const isLine = text[at - 1] === 0x0a && [undefined, 0x0a, 0x0d].includes(text[at + word.length]);
    if (isLine) return at;
  }
  return null;
}
