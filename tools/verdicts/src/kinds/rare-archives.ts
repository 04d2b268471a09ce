import { crc32, gzipSync } from 'node:zlib';
import { bytes, le16, le32, utf16, zeros } from '../layouts/byte-layout.js';
import { rar4, rar4Data, rar5Block, rar5Data, rar5Signature, vint } from '../layouts/rar-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { lzmaAlone } from '../making/compressors.js';
import { carrier } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { arMember } from './archives.js';

const hello = Buffer.from('hello\n');

const cab = (needle: Buffer, { reserved = 0, isSecond = false } = {}): Buffer => {
  const before = isSecond ? 'first.cab\0disk 1\0' : '';
  const folders = 36 + before.length;
  const entry = bytes(le32(needle.length, 0), le16(isSecond ? 0xfffd : 0, 0x5a21, 0, 0x20), 'eicar.com\0');
  const data = bytes(le32(0), le16(needle.length, needle.length), needle);
  const at = folders + 8 + entry.length;
  return bytes(
    'MSCF',
    le32(reserved, at + data.length, 0, folders + 8, 0),
    [3, 1],
    le16(1, 1, isSecond ? 1 : 0, 1, 0),
    before,
    le32(at),
    le16(1, 0),
    entry,
    data,
  );
};

/** Streams beside a file, volumes, and writers that are no longer heard of. */
export const rareArchiveKinds = kindsOf('archive', 'further', (add) => {
  const rar5Head = bytes(rar5Signature, rar5Block(bytes(vint(1), vint(0), vint(0))));
  const rar5End = rar5Block(bytes(vint(5), vint(0), vint(0)));
  const stream = bytes([7], ':eicar.com');
  add('rar5-alternate-stream', (needle) =>
    bytes(
      rar5Head,
      rar5Data(2, 2, 'readme.txt', hello, bytes('')),
      rar5Data(3, 0x23, 'STM', needle, bytes(vint(stream.length), stream)),
      rar5End,
    ),
  );
  add('rar4-alternate-stream', (needle) => {
    const main = bytes([0x73], le16(0, 13), zeros(6));
    const end = bytes([0x7b], le16(0x4000, 7));
    return bytes(
      'Rar!\x1a\x07\0',
      ...[le16(crc32(main) & 0xffff), main],
      rar4Data(0x74, 0, 'readme.txt', hello, ''),
      rar4Data(0x7a, 0, 'STM', needle, utf16(':eicar.com')),
      ...[le16(crc32(end) & 0xffff), end],
    );
  });
  add('rar4-behind-comment', (needle) => {
    const whole = rar4(needle);
    return bytes(whole.subarray(0, 20), rar4Data(0x7a, 0, 'CMT', hello, ''), whole.subarray(20));
  });
  add('cab-reserved-not-zero', (needle) => cab(needle, { reserved: 0x12345678 }));
  add('cab-second-of-two', (needle) => cab(needle, { isSecond: true }), {
    said: 'its file begins in another volume',
  });
  add('gz-of-before-1992', (needle) => {
    const packed = gzipSync(needle);
    packed[1] = 0x9e;
    return packed;
  });
  add('lzma-86', async (needle) => bytes([0], await lzmaAlone(needle)), { ...carrier });
  add('deb-lzma', async (needle) =>
    bytes(
      '!<arch>\n',
      arMember('debian-binary', '2.0\n'),
      arMember('control.tar.gz', gzipSync(tarOf([['control', hello]]))),
      arMember('data.tar.lzma', await lzmaAlone(tarOf([['eicar.com', needle]]))),
    ),
  );
  add('cpio-afio-large', (needle) => {
    const entry = (name: string, content: Buffer): Buffer => {
      const hex = (value: number, digits: number): string =>
        value.toString(16).toUpperCase().padStart(digits, '0');
      return bytes(
        `070727${hex(1, 8)}${hex(2, 16)}m${hex(0o100644, 6)}${hex(0, 8)}${hex(0, 8)}${hex(1, 8)}${hex(0, 8)}${hex(0x65000000, 16)}n${hex(name.length + 1, 4)}${hex(0, 4)}0000s${hex(content.length, 16)}:`,
        `${name}\0`,
        content,
      );
    };
    return bytes(entry('eicar.com', needle), entry('TRAILER!!!', bytes('')));
  });
});
