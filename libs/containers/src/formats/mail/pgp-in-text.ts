const begin = Buffer.from('-----BEGIN PGP ');
const end = Buffer.from('-----END PGP ');
/** Programs look at the packets, whatever the line says that they are; signed text stands there as it is. */
const isArmored = /^-----BEGIN PGP (?!SIGNED MESSAGE)[A-Z ]{1,40}(?:, PART [\d/]{1,9})?-----/;
/** Of an answer, of an indented block, and of one within a signed text (RFC 9580, 7.1). */
const isFront = /^(?:[ \t>]{1,16}|- )$/;
const longestFront = 16;
const dashes = 5;
/** Longer blanks are text enough. */
const longestBlank = 1000;
const isBehindText = (text: Buffer, at: number): boolean =>
  at > longestBlank || text.toString('latin1', 0, at).trim() !== '';

/**
 * PGP messages in the midst of a mail's text, each at the beginning of a line (or of an HTML element's text). One that
 * the text begins with is known by itself.
 */
export function* armorWithin(text: Buffer): Generator<Buffer> {
  let at = text.indexOf(begin, 1);
  while (at >= 0) {
    const front = frontOf(text, at);
    if (front === null || !isArmored.test(text.toString('latin1', at, at + 80))) {
      at = text.indexOf(begin, at + begin.length);
      continue;
    }
    const close = text.indexOf(end, at);
    const lineEnd = close < 0 ? -1 : text.indexOf('-----', close + end.length);
    const next = lineEnd < 0 ? text.length : lineEnd + dashes;
    if (front !== '') yield without(front, text.subarray(at, next));
    else if (isBehindText(text, at)) yield text.subarray(at, next);
    at = text.indexOf(begin, next);
  }
}

/** What stands in front of it in its line, or in an HTML element's text; null: something else. */
function frontOf(text: Buffer, at: number): string | null {
  let start = at;
  while (start > 0 && at - start <= longestFront && !isBreak(text[start - 1])) start -= 1;
  const front = text.toString('latin1', start, at);
  if (front === '' || isFront.test(front)) return front;
  return text[at - 1] === 0x3e ? '' : null;
}

const isBreak = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d;

/** In every line that has it; trailing blanks are lost in some of them. */
const without = (front: string, block: Buffer): Buffer =>
  Buffer.from(
    block
      .toString('latin1')
      .split('\n')
      .map((line) =>
        line.startsWith(front) ? line.slice(front.length) : line === front.trimEnd() ? '' : line,
      )
      .join('\n'),
    'latin1',
  );
