const begin = Buffer.from('-----BEGIN PGP MESSAGE-----');
const end = Buffer.from('-----END PGP MESSAGE-----');
const maxMessages = 20;

/**
 * PGP messages in the midst of a mail's text, each at the beginning of a line (or of an HTML element's text). One that
 * the text begins with is known by itself.
 */
export function* armorWithin(text: Buffer): Generator<Buffer> {
  let at = text.indexOf(begin, 1);
  for (let count = 0; at >= 0 && count < maxMessages; count += 1) {
    const before = text[at - 1];
    const close = text.indexOf(end, at);
    const next = close < 0 ? text.length : close + end.length;
    const isBeginning = before === 0x0a || before === 0x0d || before === 0x3e;
    if (isBeginning && text.toString('latin1', 0, at).trim() !== '') yield text.subarray(at, next);
    at = text.indexOf(begin, next);
  }
}
