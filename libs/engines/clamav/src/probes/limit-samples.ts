import { crc32, deflateRawSync } from 'node:zlib';
import { eicarTestFile } from '../eicar-test-file.js';
import { tarHeader } from '../tar-bundle.js';

const mebibyte = 1024 * 1024;

interface Entry {
  readonly name: string;
  readonly content: Buffer;
  readonly packed?: Buffer;
}

/** A zip (APPNOTE.TXT 4.3), entries stored or already deflated. */
function zipOf(entries: readonly Entry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, packed } of entries) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(packed === undefined ? 0 : 8, 4);
    common.writeUInt16LE(0x5a21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE((packed ?? content).length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const label = Buffer.from(name, 'latin1');
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), common, label, packed ?? content]);
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, rest, label);
    files.push(file);
    offset += file.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, listing, end]);
}

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
