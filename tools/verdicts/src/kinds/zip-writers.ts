import { constants, crc32, deflateRawSync } from 'node:zlib';
import { bytes, le16, le32, le64, noise, repeated, replaced, zeros } from '../layouts/byte-layout.js';
import {
  deflatedZip,
  directoryEnd,
  directoryEntry,
  localHeader,
  oneEntryZip,
  streamedZip,
  zipOf,
  zipped,
} from '../layouts/zip-layout.js';
import { infoZip, sevenZip } from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';

const hello = bytes('hello');
const extraField = (id: number, content: Buffer): Buffer => bytes(le16(id, content.length), content);

/** Habits of other writers of zip, and what an attacker makes of them. */
export const zipWriterKinds = kindsOf('zip', 'further', (add) => {
  const withExtra = (name: string, extra: (needle: Buffer) => Buffer): void =>
    add(`zip-extra-${name}`, (needle) =>
      deflatedZip(needle, { local: { extra: extra(needle) }, directory: { extra: extra(needle) } }),
    );
  withExtra('unicode-path', () =>
    extraField(0x7075, bytes([1], le32(crc32('eicar.com')), Buffer.from('счёт.exe'))),
  );
  withExtra('ntfs', () => extraField(0x000a, bytes(zeros(4), le16(1, 24), zeros(24))));
  withExtra('unix-times', () => extraField(0x5455, bytes([3], le32(1_700_000_000, 1_700_000_000))));
  withExtra('android-alignment', () => extraField(0xd935, bytes(le16(4), zeros(13))));
  withExtra('cut-short', () => bytes(le16(0x5455, 400), [1, 2, 3]));
  add('zip-infozip-recursive', (needle) =>
    infoZip({ 'd/e/eicar.com': needle, 'd/a.txt': 'a' }, 'zip -q -r a.zip d'),
  );
  add('zip-infozip-to-pipe', (needle) => infoZip({ 'eicar.com': needle }, 'zip -q - eicar.com | cat >a.zip'));
  add('zip-seven-zip-deflate', (needle) => sevenZip(needle, '-tzip -mx9', { out: 'a.zip' }));
  add('zip-seven-zip-bzip2', (needle) => sevenZip(needle, '-tzip -mm=BZip2', { out: 'a.zip' }));
  add('zip-seven-zip-lzma', (needle) => sevenZip(needle, '-tzip -mm=LZMA', { out: 'a.zip' }));
  add('zip-zip64-sizes-in-both', (needle) => {
    const packed = deflateRawSync(needle);
    const fields = {
      version: 45,
      packedSize: 0xffffffff,
      size: 0xffffffff,
      extra: extraField(1, le64(needle.length, packed.length)),
    };
    return oneEntryZip(needle, { packed, method: 8, local: fields, directory: fields });
  });
  add('zip-zip64-descriptor', (needle) => {
    const packed = deflateRawSync(needle);
    return oneEntryZip(needle, {
      packed,
      method: 8,
      directory: { flags: 8 },
      local: {
        flags: 8,
        checksum: 0,
        packedSize: 0xffffffff,
        size: 0xffffffff,
        extra: extraField(1, zeros(16)),
      },
      descriptor: bytes('PK\x07\x08', le32(crc32(needle)), le64(packed.length, needle.length)),
    });
  });
  const deflated = (name: string, options: Parameters<typeof deflateRawSync>[1]): void =>
    add(`zip-deflate-${name}`, (needle) =>
      oneEntryZip(needle, { packed: deflateRawSync(needle, options), method: 8 }),
    );
  deflated('stored-blocks', { level: 0 });
  deflated('fixed-codes', { strategy: constants.Z_FIXED });
  deflated('huffman-only', { strategy: constants.Z_HUFFMAN_ONLY });
  add('zip-comment-64k', (needle) => zipOf([['eicar.com', needle]], { comment: repeated('c', 65_535) }));
  add('zip-in-comment', (needle) => zipOf([['a.txt', hello]], { comment: zipped(needle) }));
  add('zip-comment-longer-than-file', (needle) => {
    const zip = zipped(needle);
    zip.writeUInt16LE(500, zip.length - 2);
    return zip;
  });
  const count = (claimed: number) => (needle: Buffer) => {
    const zip = zipped(needle);
    zip.writeUInt16LE(claimed, zip.length - 14);
    zip.writeUInt16LE(claimed, zip.length - 12);
    return zip;
  };
  add('zip-says-none-inside', count(0));
  add('zip-says-two-inside', count(2));
  add('zip-directory-size-zero', (needle) => {
    const zip = zipped(needle);
    zip.writeUInt32LE(0, zip.length - 10);
    return zip;
  });
  add('zip-directory-reversed', (needle) => {
    const [one, two] = [
      { name: 'a.txt', content: hello },
      { name: 'eicar.com', content: needle },
    ];
    const locals = [localHeader(one), localHeader(two)] as const;
    const directory = bytes(directoryEntry(two, locals[0].length), directoryEntry(one, 0));
    return bytes(
      ...locals,
      directory,
      directoryEnd(2, directory.length, locals[0].length + locals[1].length),
    );
  });
  add(
    'zip-local-behind-the-end',
    (needle) => bytes(zipOf([['a.txt', hello]]), localHeader({ name: 'eicar.com', content: needle })),
    { endsAnywhere: 'what remains may be the first archive, whole' },
  );
  add('zip-gap-before-directory', (needle) => {
    const entry = { name: 'eicar.com', content: needle };
    const local = bytes(localHeader(entry), zeros(300));
    const directory = directoryEntry(entry, 0);
    return bytes(local, directory, directoryEnd(1, directory.length, local.length));
  });
  add('zip-two-names-one-file', (needle) => {
    const entry = { name: 'eicar.com', content: needle };
    const local = localHeader(entry);
    const directory = bytes(directoryEntry({ ...entry, name: 'readme.txt' }, 0), directoryEntry(entry, 0));
    return bytes(local, directory, directoryEnd(2, directory.length, local.length));
  });
  add('zip-stored-in-stored', (needle) =>
    zipOf([['a.zip', zipOf([['eicar.com', needle]], { stored: true })]], { stored: true }),
  );
  add('zip-streamed-stored-zip-inside', (needle) => streamedZip(zipped(needle), { isStored: true }));
  add('zip-descriptor-mark-in-data', (needle) =>
    zipOf(
      [
        ['a', bytes('PK\x07\x08', noise(3, 60), 'PK\x01\x02', 'PK\x05\x06')],
        ['eicar.com', needle],
      ],
      { stored: true },
    ),
  );
  add('zip-300-members-in-folders', (needle) =>
    zipOf([
      ...Array.from({ length: 300 }, (_, index) => [`d${index % 7}/f${index}`, `x${index}`] as const),
      ['d3/eicar.com', needle] as const,
    ]),
  );
  add('zip-mail-inside', (needle) =>
    zipped(
      bytes(
        `Subject: x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n${needle.toString('base64')}\r\n`,
      ),
      'a.eml',
    ),
  );
  add('zip-mark-pk34-lower-case-name', (needle) => deflatedZip(needle, { name: 'EICAR.COM;1' }));
  add('zip-dates-zero', (needle) => replaced(deflatedZip(needle), '\x21\x5a', '\0\0'));
});
