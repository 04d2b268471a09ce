import { brotliCompressSync, deflateRawSync } from 'node:zlib';
import {
  type Piece,
  be16,
  be32,
  bytes,
  fromHex,
  le16,
  le32,
  noise,
  padded,
  utf16,
  zeros,
} from '../layouts/byte-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { carrier, text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const ole = (needle: Buffer): Buffer => oleOf([['\x01Ole10Native', ole10Native(needle)]]);

/** What a form of InfoPath has in an element: a head, the file's size and name, the file. */
const infoPath = (needle: Buffer): Buffer =>
  bytes([0xc7, 0x49, 0x46, 0x41], le32(0x14, 1, 0, needle.length, 10), utf16('eicar.com\0'), needle);

const dicomElement = (group: number, element: number, kind: string, value: Piece): Buffer => {
  const content = bytes(value);
  const even = padded(content, content.length + (content.length % 2));
  const isLong = ['OB', 'OW', 'UN'].includes(kind);
  return bytes(
    le16(group, element),
    kind,
    isLong ? bytes([0, 0], le32(even.length)) : le16(even.length),
    even,
  );
};
function dicom(syntax: string, body: Buffer): Buffer {
  const meta = bytes(dicomElement(2, 1, 'OB', [0, 1]), dicomElement(2, 0x10, 'UI', syntax));
  return bytes(zeros(128), 'DICM', dicomElement(2, 0, 'UL', le32(meta.length)), meta, body);
}
const encapsulated = (needle: Buffer): Buffer =>
  bytes(
    dicomElement(8, 0x16, 'UI', '1.2.840.10008.5.1.4.1.1.104.1'),
    dicomElement(0x42, 0x10, 'ST', 'report'),
    dicomElement(0x42, 0x11, 'OB', needle),
    dicomElement(0x42, 0x12, 'LO', 'application/pdf'),
  );

export const documentFormatKinds = kindsOf('office', 'further', (add) => {
  add(
    'infopath-attachment',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><my:myFields xmlns:my="x"><my:field1>${infoPath(needle).toString('base64')}</my:field1></my:myFields>`,
      ),
    text,
  );
  add(
    'dxf-ole-frame',
    (needle) => {
      const hex = bytes(fromHex('805500000000'), noise(151, 20), ole(needle)).toString('hex').toUpperCase();
      const groups = (hex.match(/.{1,254}/g) ?? []).map((row) => `310\r\n${row}\r\n`).join('');
      return bytes(
        `  0\r\nSECTION\r\n  2\r\nENTITIES\r\n  0\r\nOLE2FRAME\r\n 90\r\n${hex.length / 2}\r\n${groups}  1\r\nOLE\r\n  0\r\nENDSEC\r\n  0\r\nEOF\r\n`,
      );
    },
    text,
  );
  add(
    'wordperfect-with-ole',
    (needle) =>
      bytes('\xffWPC', le32(0x200), [1, 10, 2, 1], zeros(4), noise(152, 400), ole(needle), noise(153, 100)),
    carrier,
  );
  add('woff2-table', (needle) => {
    const packed = brotliCompressSync(needle);
    const directory = bytes([0x3f], 'test', [needle.length]);
    return bytes(
      'wOF2',
      be32(0x10000, 48 + directory.length + packed.length),
      be16(1, 0),
      be32(200, packed.length),
      be16(1, 0),
      be32(0, 0, 0, 0, 0),
      directory,
      packed,
    );
  });
  add('dicom-encapsulated', (needle) => dicom('1.2.840.10008.1.2.1', encapsulated(needle)), carrier);
  add(
    'dicom-deflated',
    (needle) => dicom('1.2.840.10008.1.2.1.99', deflateRawSync(encapsulated(needle))),
    carrier,
  );
});
