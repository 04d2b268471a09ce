import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { eicarTestFile } from '../eicar-test-file.js';
import { tarHeader } from '../tar-bundle.js';
import { zipOf } from './zip-file.js';

const mebibyte = 1024 * 1024;

/** The test file in so many zips, one inside the other. */
export function deepZip(levels: number): Buffer {
  let inner = eicarTestFile();
  for (let level = 0; level < levels; level += 1) inner = zipOf([{ name: 'x', content: inner }]);
  return inner;
}

/** So many small files that all differ (equal ones are looked at once), then the test file. */
export function crowdedZip(files: number): Buffer {
  const others = Array.from({ length: files }, (_, index) => ({
    name: String(index),
    content: Buffer.from(`file ${index}`),
  }));
  return zipOf([...others, { name: 'last', content: eicarTestFile() }]);
}

/**
 * A page of so many bytes whose end holds the test file as a data: address. Packed: a thousandth of it; it is never in
 * memory as a whole.
 */
export async function largePage(sizeBytes: number): Promise<Buffer> {
  let checksum = 0;
  function* pieces(): Generator<Buffer> {
    for (const piece of piecesOfPage(sizeBytes)) {
      checksum = crc32(piece, checksum);
      yield piece;
    }
  }
  const packed = await buffer(Readable.from(pieces()).pipe(createDeflateRaw({ level: 1 })));
  return zipOf([{ name: 'page.html', content: { length: sizeBytes, checksum }, packed }]);
}

function* piecesOfPage(sizeBytes: number): Generator<Buffer> {
  const begin = Buffer.from('<html><body>');
  const address = `data:application/octet-stream;base64,${eicarTestFile().toString('base64')}`;
  const end = Buffer.from(`<a href="${address}">x</a></body></html>`);
  const blanks = Buffer.alloc(mebibyte / 4, ' ');
  yield begin;
  for (let left = sizeBytes - begin.length - end.length; left > 0; left -= blanks.length)
    yield blanks.subarray(0, left);
  yield end;
}

/** The largest size that ClamAV takes for any of its limits. */
export const largestLimitBytes = 2047 * mebibyte;

/** A tar whose only file is said to have so many bytes; it ends long before. */
export const announcingTar = (sizeBytes: number): Buffer =>
  Buffer.concat([tarHeader('file', sizeBytes), Buffer.alloc(1024, 'a')]);
