import { deflateRawSync } from 'node:zlib';
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

/** A page of so many bytes whose end holds the test file as a data: address. Packed: a thousandth of it. */
export function largePage(sizeBytes: number): Buffer {
  const address = `data:application/octet-stream;base64,${eicarTestFile().toString('base64')}`;
  const end = Buffer.from(`<a href="${address}">x</a></body></html>`);
  const content = Buffer.alloc(sizeBytes, ' ');
  content.write('<html><body>', 'latin1');
  end.copy(content, sizeBytes - end.length);
  return zipOf([{ name: 'page.html', content, packed: deflateRawSync(content, { level: 1 }) }]);
}

/** The largest size that ClamAV takes for any of its limits. */
export const largestLimitBytes = 2047 * mebibyte;

/** A tar whose only file is said to have so many bytes; it ends long before. */
export const announcingTar = (sizeBytes: number): Buffer =>
  Buffer.concat([tarHeader('file', sizeBytes), Buffer.alloc(1024, 'a')]);
