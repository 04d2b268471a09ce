const begin = Buffer.from('-----BEGIN PGP ');
const end = Buffer.from('-----END PGP ');
/** Programs look at the packets, whatever the line says that they are; signed text stands there as it is. */
const isArmored = /^-----BEGIN PGP (?!SIGNED MESSAGE)[A-Z ]{1,40}-----/;
const maxMessages = 1000;
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
  for (let count = 0; at >= 0 && count < maxMessages; count += 1) {
    const before = text[at - 1];
    const isBeginning = before === 0x0a || before === 0x0d || before === 0x3e;
    if (!isBeginning || !isArmored.test(text.toString('latin1', at, at + 80))) {
      at = text.indexOf(begin, at + begin.length);
      continue;
    }
    const close = text.indexOf(end, at);
    const lineEnd = close < 0 ? -1 : text.indexOf('-----', close + end.length);
    const next = lineEnd < 0 ? text.length : lineEnd + dashes;
    if (isBehindText(text, at)) yield text.subarray(at, next);
    at = text.indexOf(begin, next);
  }
}
