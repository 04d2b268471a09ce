import { bytes, le16 } from '../layouts/byte-layout.js';
import { oneEntryZip, streamedZip, zipOf, zipped } from '../layouts/zip-layout.js';
import { bzip2, infoZip, lzmaAlone, sevenZip, xz, zstd } from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';

/** LZMA in a zip (APPNOTE.TXT 5.8): version, length of the properties, properties, then the bare stream. */
async function zipLzma(content: Buffer): Promise<Buffer> {
  const alone = await lzmaAlone(content);
  return bytes([9, 4], le16(5), alone.subarray(0, 5), alone.subarray(13));
}

export const zipMethodKinds = kindsOf('zip', 'first', (add) => {
  add('zip-store', (needle) => zipOf([['eicar.com', needle]], { stored: true }));
  add('zip-deflate', (needle) => zipped(needle));
  add('zip-bzip2', async (needle) => oneEntryZip(needle, { packed: await bzip2(needle), method: 12 }));
  add('zip-lzma', async (needle) => oneEntryZip(needle, { packed: await zipLzma(needle), method: 14 }));
  add('zip-deflate64', (needle) =>
    sevenZip(needle, '-tzip -mm=Deflate64', { out: 'a.zip', files: { f: 'ab'.repeat(60_000) } }),
  );
  const withLines = (needle: Buffer): Buffer => bytes(needle, '\n'.repeat(60));
  add('zip-ppmd', (needle) => sevenZip(withLines(needle), '-tzip -mm=PPMd', { out: 'a.zip' }), {
    leaf: withLines,
  });
  const modern = { local: { version: 63 }, directory: { version: 63 } };
  add('zip-xz', async (needle) => oneEntryZip(needle, { packed: await xz(needle), method: 95, ...modern }));
  add('zip-zstd', async (needle) =>
    oneEntryZip(needle, { packed: await zstd(needle), method: 93, ...modern }),
  );
  add('zip-method-unknown', (needle) => oneEntryZip(needle, { method: 77 }), {
    said: 'a method that no one knows',
  });
  add('zip64', (needle) =>
    infoZip({ 'e.com': needle }, 'cat e.com | zip -q -fz- - - >/dev/null; zip -q -fz a.zip e.com'),
  );
  add('zip-dd', (needle) => streamedZip(needle));
  add('zip-dd-nosig', (needle) => streamedZip(needle, { hasSignature: false }));
  add('zip-dd-stored', (needle) => streamedZip(needle, { isStored: true }));
});
