import { type TextBlob, base64InText, decoded, runEnd } from './text-blobs.js';

/**
 * Elements of XML that hold a file: `w:binData` and `pkg:binaryData` of Office, `office:binary-data` of OpenDocument in
 * one file, `binary` of books and of Windows' consoles, `data` of property lists, notes and forms, and `diagram` of
 * draw.io, which is packed.
 */
const opening =
  /<(?:\w{1,20}:)?(?:binData|binaryData|binary-data|binary|data|(diagram))\b([^<>]{0,65536})>/gi;
const isHex = /\bencoding\s{0,4}=\s{0,4}["']?hex\b/i;
const isFlate = /\bfilter\s{0,4}=\s{0,4}["']?Fl/i;

export function* binaryElements(bytes: Buffer): Generator<TextBlob> {
  for (const match of bytes.toString('latin1').matchAll(opening)) {
    const [element, diagram, attributes = ''] = match;
    const start = match.index + element.length;
    const label = /\bname="([^"]{0,200})"/i.exec(attributes)?.[1] ?? 'binary data';
    const body = bytes.subarray(start, runEnd(bytes, start, base64InText));
    if (isHex.test(attributes)) {
      const content = Buffer.from(body.toString('latin1').replace(/[^0-9a-f]/gi, ''), 'hex');
      yield { label, bytes: content, ...(isFlate.test(attributes) && { isDeflated: 'zlib' }) };
    } else yield { label, bytes: decoded(body), ...(diagram !== undefined && { isDeflated: 'raw' }) };
  }
}
