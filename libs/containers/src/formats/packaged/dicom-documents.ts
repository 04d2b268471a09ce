import type { PackagedFile } from './packaged-file.js';

const metaStart = 132;
const deflated = '1.2.840.10008.1.2.1.99';
const longKinds = new Set(['OB', 'OW', 'OF', 'SQ', 'UC', 'UN', 'UR', 'UT']);
/** Of a report that is a file of its own (DICOM PS3.3, C.24.2). */
const document = Buffer.from([0x42, 0, 0x11, 0, 0x4f, 0x42, 0, 0]);

/** A report within a file of a medical picture, or all of the data where it is deflated (PS3.5, A.5). */
export function dicomDocuments(bytes: Buffer): PackagedFile[] {
  const meta = metaOf(bytes);
  if (meta.syntax === deflated)
    return [{ name: 'data set', bytes: bytes.subarray(meta.end), packing: 'raw', within: documentsIn }];
  return documentsIn(bytes, meta.end);
}

/** Without its head: what is unpacked begins with its elements at once. */
function documentsIn(bytes: Buffer, from = 0): PackagedFile[] {
  const at = bytes.indexOf(document, from);
  if (at < 0 || at + 12 > bytes.length) return [];
  const start = at + document.length + 4;
  return [
    { name: 'encapsulated document', bytes: bytes.subarray(start, start + bytes.readUInt32LE(start - 4)) },
  ];
}

/** Elements of the second group say how the others are written. */
function metaOf(bytes: Buffer): { syntax: string; end: number } {
  let syntax = '';
  let at = metaStart;
  while (at + 8 <= bytes.length && bytes.readUInt16LE(at) === 2) {
    const isLong = longKinds.has(bytes.toString('latin1', at + 4, at + 6));
    if (isLong && at + 12 > bytes.length) break;
    const start = at + (isLong ? 12 : 8);
    const length = isLong ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
    if (bytes.readUInt16LE(at + 2) === 0x10)
      syntax = bytes.toString('latin1', start, start + Math.min(length, 64)).replace(/[\0 ]+$/, '');
    at = start + length;
  }
  return { syntax, end: at };
}
