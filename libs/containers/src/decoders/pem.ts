import { readBase64 } from './base64.js';
import type { EmbeddedFile } from './uuencode.js';

const begin = Buffer.from('-----BEGIN ');
/** Whatever the label is, but PGP's own, which are messages and keys. */
const beginLine = /^-----BEGIN (?!PGP )([^\r\n]{0,64}?)-----[ \t]{0,16}(?:\r\n?|\n)/;
/** Fields, as old keys have them, in front of the data. */
const fields = /^(?:[\w-]{1,40}: [^\r\n]{0,200}\r?\n)+\r?\n?/;
const maxFieldsBytes = 1024;

/**
 * The next block of base64 between lines of dashes (RFC 7468). They are made for certificates, and `certutil -decode` of
 * Windows makes a file of what stands in one: malware comes that way. Where the last line is missing it decodes all the
 * same.
 */
export function findPem(text: Buffer, from: number): EmbeddedFile | null {
  for (let at = text.indexOf(begin, from); at >= 0; at = text.indexOf(begin, at + begin.length)) {
    const before = text[at - 1];
    if (at > 0 && before !== 0x0a && before !== 0x0d) continue;
    const [line, label] = beginLine.exec(text.toString('latin1', at, at + 160)) ?? [];
    if (line === undefined || label === undefined) continue;
    const first = at + line.length;
    const start =
      first + (fields.exec(text.toString('latin1', first, first + maxFieldsBytes))?.[0].length ?? 0);
    const found = text.indexOf('-----', start);
    const end = found < 0 ? text.length : found;
    const bytes = readBase64(text.subarray(start, end)).readings[0];
    if (bytes !== undefined && bytes.length > 0)
      return { name: label.trim().toLowerCase(), bytes, isWhole: true, next: end };
  }
  return null;
}
