import { hasAt } from '../../magic.js';
import { byChance, byLook, byMagic, certain } from '../by-magic.js';

/** Archives 7-Zip opens, told by their first bytes. */
export const sevenZipDetection = byMagic('7z', certain('application/x-7z-compressed'), [
  0,
  '7z\xbc\xaf\x27\x1c',
]);
export const rar4Detection = byMagic('rar', certain('application/vnd.rar'), [0, 'Rar!\x1a\x07\0']);
export const rar5Detection = byMagic('rar5', certain('application/vnd.rar'), [0, 'Rar!\x1a\x07\x01\0']);
/** Windows looks at the four letters and the version, and at nothing in the field between. */
export const cabDetection = byLook(
  'cab',
  certain('application/vnd.ms-cab-compressed'),
  (bytes) => hasAt(bytes, 0, 'MSCF\0\0\0\0') || (hasAt(bytes, 0, 'MSCF') && hasAt(bytes, 24, '\x03\x01')),
);
export const xarDetection = byMagic('xar', certain('application/x-xar'), [0, 'xar!\0']);
export const wimDetection = byMagic('wim', certain('application/x-ms-wim'), [0, 'MSWIM\0\0\0']);
export const chmDetection = byMagic('chm', certain('application/vnd.ms-htmlhelp'), [0, 'ITSF\x03\0\0\0']);
export const szddDetection = byMagic('szdd', certain('application/x-ms-compress-szdd'), [
  0,
  'SZDD\x88\xf0\x27\x33',
]);
export const nsisDetection = byLook(
  'nsis',
  byChance('application/vnd.microsoft.portable-executable'),
  (bytes) => {
    const at = hasAt(bytes, 0, 'MZ') ? bytes.indexOf('\xef\xbe\xad\xdeNullsoftInst', 0, 'latin1') : -1;
    return at > 4;
  },
);
/** The header's checksum holds over its first bytes, or its fields are within bounds: the magic has two bytes. */
export const arjDetection = byLook('arj', certain('application/x-arj'), (bytes) => {
  if (bytes.length < 11 || bytes.readUInt16LE(0) !== 0xea60) return false;
  const headerBytes = bytes.readUInt16LE(2);
  return headerBytes >= 30 && headerBytes <= 2600 && (bytes[10] ?? 255) <= 4;
});
/** `-lh5-` and its like between a header's size and a packed size; LHA's level 0 to 3 stands at 20. */
export const lzhDetection = byLook(
  'lzh',
  certain('application/x-lzh-compressed'),
  (bytes) =>
    /^-(lh[0-9a-dx]|lz[s45]|pm[0-2])-$/.test(bytes.toString('latin1', 2, 7)) && (bytes[20] ?? 255) <= 3,
);

/** A Flash film that is packed: a version, its unpacked size, then zlib (CWS) or LZMA (ZWS). */
export const swfDetection = byLook('swf', certain('application/vnd.adobe.flash.movie'), (bytes) => {
  if (!/^[CZ]WS[\x05-\x3c]$/.test(bytes.toString('latin1', 0, 4)) || bytes.length < 17) return false;
  return bytes[0] === 0x5a || ((bytes[8] ?? 0) & 0x0f) === 8;
});

/** Streams. */
export const bzip2Detection = byLook('bzip2', certain('application/x-bzip2'), (bytes) =>
  // A block or the end of the stream follows the three letters, which alone may stand there by chance.
  /^BZh[1-9](1AY&SY|\x17rE8P\x90)/.test(bytes.toString('latin1', 0, 10)),
);
export const xzDetection = byMagic('xz', certain('application/x-xz'), [0, '\xfd7zXZ\0']);
export const compressDetection = byLook(
  'compress',
  certain('application/x-compress'),
  (bytes) =>
    // Codes of 9 to 16 bits, in block mode, as every program of the last decades writes them, or not.
    /^\x1f\x9d[\x09-\x10\x89-\x90]$/.test(bytes.toString('latin1', 0, 3)) && bytes.length > 4,
);
