import { isBlank, lineAt } from './mime-lines.js';

/** Behind a byte order mark and empty lines, which readers skip. */
export function mailStart(mail: Buffer): number {
  let at = mail.length >= 3 && mail.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0;
  while (at < mail.length) {
    const { end, next } = lineAt(mail, at, 'any');
    if (end - at > 998 || !isBlank(mail, at, end)) return at;
    at = next;
  }
  return at;
}
