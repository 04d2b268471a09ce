import type { EmbeddedFile } from './uuencode.js';

const begin = Buffer.from('<<');
const lineFeed = 0x0a;
/** What follows: the word that ends the file, quoted in any of the shell's ways, and whatever else stands in the line. */
const hereWord = /^<<-?[ \t]{0,8}["'\\]?([\w.-]{1,64})["']?([^\r\n]{0,300})\r?\n/;
const longestLine = 1000;
const longestMark = 8;

/**
 * The next file of a shell archive in this text: its lines with a mark in front, which the script takes away; null: none.
 * Each line is looked at once: `sed 's/^X//' << 'END' > name`.
 */
export function findShar(text: Buffer, from: number): EmbeddedFile | null {
  for (let at = text.indexOf(begin, from); at >= 0;) {
    const mark = markOf(text, from, at);
    const match = mark === null ? null : hereWord.exec(text.toString('latin1', at, at + longestLine));
    if (mark !== null && match !== null) {
      const [line, word = '', rest = ''] = match;
      const name = />[ \t]*["']?([^"' \t&;]+)/.exec(rest)?.[1] ?? '';
      return fileFrom(text, at + line.length, { mark, word, name });
    }
    const end = text.indexOf(lineFeed, at);
    at = end < 0 ? -1 : text.indexOf(begin, end);
  }
  return null;
}

/** What the command in front of this place takes away from the beginning of each line; null: there is no such command. */
function markOf(text: Buffer, from: number, at: number): string | null {
  const first = Math.max(from, at - longestLine);
  const line = text.toString('latin1', first, at);
  const start = line.lastIndexOf('\n') + 1;
  if (start === 0 && first > from) return null;
  const command = /^[ \t]{0,32}(sed[^<]*)$/.exec(line.slice(start))?.[1] ?? '';
  for (let caret = command.lastIndexOf('^'); caret >= 2; caret = command.lastIndexOf('^', caret - 1)) {
    const delimiter = command[caret - 1] ?? '';
    const end = command.indexOf(delimiter + delimiter, caret + 2);
    const isMark = command[caret - 2] === 's' && end > 0 && end - caret - 1 <= longestMark;
    if (isMark) return command.slice(caret + 1, end);
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
