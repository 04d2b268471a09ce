import { brotliCompressSync, deflateRawSync, deflateSync } from 'node:zlib';
import {
  type Piece,
  be16,
  be32,
  bytes,
  fromHex,
  le16,
  le32,
  le64,
  noise,
  padded,
  utf16,
  zeros,
} from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  multipart,
  textPart,
  uuencoded,
} from '../layouts/mail-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { zipOf } from '../layouts/zip-layout.js';
import { kindsOf } from '../making/kind.js';
import { program } from './intruder-archives.js';
import { fullZip } from './intruder-texts.js';

const text = { endsAnywhere: 'a text ends where it ends' };
const carrier = { endsAnywhere: 'what it is in does not say how long it is' };
const encrypted = { said: 'encrypted' };
const ole = (needle: Buffer): Buffer => oleOf([['\x01Ole10Native', ole10Native(needle)]]);

/** What a form of InfoPath has in an element: a head, the file's size and name, the file. */
const infoPath = (needle: Buffer): Buffer =>
  bytes([0xc7, 0x49, 0x46, 0x41], le32(0x14, 1, 0, needle.length, 10), utf16('eicar.com\0'), needle);

/** A program of .NET with one resource. */
function withResource(content: Buffer): Buffer {
  const cli = padded(bytes(le32(72), le16(2, 5), le32(0, 0, 1, 0, 0x2050, content.length + 4)), 72);
  return program(bytes(zeros(8), cli, le32(content.length), content), [0x2008, 72]);
}

const bundleMark = fromHex(
  '8b1202b96a612038727b930214d7a03213f5b9e6efae33 18ee3b2dce24b36aae'.replace(' ', ''),
);
/** A program of .NET and its libraries in one file. */
function oneFile(content: Buffer, isPacked: boolean): Buffer {
  const stub = 0x400;
  const packed = isPacked ? deflateRawSync(content) : content;
  const host = program(bytes(le64(stub + packed.length), bundleMark, zeros(100)));
  const manifest = bytes(
    le32(6, 0, 1),
    [8],
    'abcdefgh',
    zeros(16 + 16 + 8),
    le64(host.length, content.length, isPacked ? packed.length : 0),
    [1, 9],
    'eicar.dll',
  );
  host.writeBigUInt64LE(BigInt(host.length + packed.length), host.indexOf(bundleMark) - 8);
  return bytes(host, packed, manifest);
}

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

function dumpInt(value: number): Buffer {
  return bytes([0], le32(value));
}
/** A dump of PostgreSQL in its own form: data in pieces, each with its length. */
function postgresDump(rows: string): Buffer {
  const packed = deflateSync(bytes(rows));
  const pieces = Array.from({ length: Math.ceil(packed.length / 4096) }, (_, at) =>
    packed.subarray(at * 4096, at * 4096 + 4096),
  );
  return bytes(
    'PGDMP',
    [1, 14, 0, 4, 8, 1],
    noise(150, 300),
    [1],
    dumpInt(3300),
    ...pieces.flatMap((piece) => [dumpInt(piece.length), piece]),
    dumpInt(0),
    [4],
  );
}

export const intruderDocumentKinds = kindsOf('office', 'further', (add) => {
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
  add(
    'swf-plain-binary-data',
    (needle) => {
      const body = bytes(
        [0x08, 0],
        le16(0x1800, 1),
        le16((87 << 6) | 0x3f),
        le32(6 + needle.length),
        le16(1),
        le32(0),
        needle,
        le16(0),
      );
      return bytes('FWS\x09', le32(8 + body.length), body);
    },
    carrier,
  );
  add(
    'avro-deflated-block',
    (needle) => {
      const value = bytes(fullZip(needle), 'abcd'.repeat(900));
      const zigzag = (number: number): Buffer => {
        const out: number[] = [];
        let left = number * 2;
        while (left > 127) {
          out.push((left & 127) | 128);
          left >>>= 7;
        }
        return Buffer.from([...out, left]);
      };
      const packed = deflateRawSync(bytes(zigzag(value.length), value));
      const pair = (one: string, other: string): Buffer =>
        bytes(zigzag(one.length), one, zigzag(other.length), other);
      return bytes(
        'Obj\x01',
        zigzag(2),
        pair('avro.schema', '"bytes"'),
        pair('avro.codec', 'deflate'),
        [0],
        noise(154, 16),
        zigzag(1),
        zigzag(packed.length),
        packed,
        noise(154, 16),
      );
    },
    carrier,
  );
  add(
    'postgres-dump',
    (needle) =>
      postgresDump(
        `${Array.from({ length: 30 }, (_, at) => `${at}\t\\\\x${noise(200 + at, 300).toString('hex')}\n`).join('')}99\t\\\\x${needle.toString('hex')}\n\\.\n`,
      ),
    carrier,
  );
  add('dotnet-resource', (needle) => withResource(needle), carrier);
  add('dotnet-resource-deflated', (needle) => withResource(deflateRawSync(needle)), carrier);
  add('dotnet-one-file', (needle) => oneFile(needle, false), carrier);
  add('dotnet-one-file-packed', (needle) => oneFile(bytes(needle), true), carrier);
  add(
    'mp3-encapsulated-object',
    (needle) => {
      const frame = bytes([0], 'application/octet-stream\0eicar.com\0file\0', needle);
      const size = (value: number): readonly number[] => [
        (value >> 21) & 127,
        (value >> 14) & 127,
        (value >> 7) & 127,
        value & 127,
      ];
      const tag = bytes('GEOB', be32(frame.length), [0, 0], frame);
      return bytes('ID3\x03\0\0', size(tag.length), tag, [0xff, 0xfb, 0x90, 0x64], zeros(413));
    },
    carrier,
  );
  add(
    'ole-rights-managed',
    (needle) =>
      oleOf([
        ['\x09DRMContent', bytes(le64(needle.length), noise(155, 5000))],
        ['WordDocument', bytes([0xec, 0xa5, 0xc1, 0], zeros(600))],
      ]),
    encrypted,
  );
  add(
    'rights-managed-message',
    () => {
      const inner = oleOf([
        ['\x09DRMContent', bytes(le64(900), noise(156, 5000))],
        ['\x06DataSpaces', { folder: [['Version', zeros(80)]] }],
      ]);
      const blocks = Array.from({ length: Math.ceil(inner.length / 4096) }, (_, at) => {
        const piece = inner.subarray(at * 4096, at * 4096 + 4096);
        const packed = deflateSync(piece);
        return bytes(le32(0x0fa0, piece.length, packed.length), packed);
      });
      return bytes(fromHex('76e80460c411e386'), ...blocks);
    },
    encrypted,
  );
  add(
    'epub-protected',
    () =>
      zipOf([
        ['mimetype', 'application/epub+zip'],
        ['META-INF/container.xml', '<container/>'],
        [
          'META-INF/encryption.xml',
          '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/><enc:CipherData><enc:CipherReference URI="OEBPS/a.html"/></enc:CipherData></enc:EncryptedData></encryption>',
        ],
        ['OEBPS/a.html', noise(157, 900)],
      ]),
    encrypted,
  );
  add(
    'epub-with-veiled-fonts',
    () =>
      zipOf([
        ['mimetype', 'application/epub+zip'],
        [
          'META-INF/encryption.xml',
          '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/><enc:CipherData><enc:CipherReference URI="a.otf"/></enc:CipherData></enc:EncryptedData></encryption>',
        ],
        ['a.otf', noise(158, 900)],
      ]),
    { clean: 'it holds a font, and nothing else' },
  );
});

export const intruderSealedKinds = kindsOf('encrypted', 'further', (add) => {
  const files: Readonly<Record<string, Buffer>> = {
    'rights-managed-file': bytes('.pfile\x01\0\x01\0', noise(160, 900)),
    axcrypt: bytes(fromHex('c0b9072e4f93f146a015792ca1d9e821'), noise(161, 900)),
    keepass: bytes(fromHex('03d9a29a67fb4bb5'), le16(1, 4), noise(162, 900)),
    'keepass-1': bytes(fromHex('03d9a29a65fb4bb5'), noise(163, 900)),
    scrypt: bytes('scrypt\0\x0e', noise(164, 900)),
    'gpg-aead': bytes([0xc3, 0x1e, 5, 9, 2, 3, 8], noise(165, 25), [0xd4, 0x80], noise(166, 128)),
    'gpg-version-6': bytes(
      [0xc3, 0x1b, 6, 0x18, 9, 2, 4, 0, 1],
      noise(167, 20),
      [0xd2, 0x50, 2, 9, 2, 6],
      noise(168, 76),
    ),
    'android-backup-sealed': bytes(
      'ANDROID BACKUP\n5\n1\nAES-256\n',
      noise(169, 32).toString('hex').toUpperCase(),
      '\n',
      noise(170, 32).toString('hex').toUpperCase(),
      '\n10000\n',
      noise(171, 16).toString('hex').toUpperCase(),
      '\n',
      noise(172, 96).toString('hex').toUpperCase(),
      '\n',
      noise(173, 512),
    ),
    'dmg-encrypted-1': bytes(noise(174, 4096), be32(1), zeros(64), 'cdsaencr'),
    mcrypt: bytes('\0m\x03@rijndael-128\0 \0cbc\0mcrypt-sha1\0', [0x15], noise(175, 300)),
  };
  for (const [name, content] of Object.entries(files))
    add(name, () => content, {
      ...encrypted,
      ...(name === 'dmg-encrypted-1' && { endsAnywhere: 'it says so in its last bytes' }),
    });
  add(
    'cms-authenticated-data',
    (needle) => {
      const element = (tag: number, ...pieces: readonly Piece[]): Buffer => {
        const body = bytes(...pieces);
        return bytes(
          [tag],
          body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255],
          body,
        );
      };
      const data = element(0x30, fromHex('06092a864886f70d010701'), element(0xa0, element(0x04, needle)));
      return element(
        0x30,
        fromHex('060b2a864886f70d0109100102'),
        element(
          0xa0,
          element(
            0x30,
            [2, 1, 0],
            element(0x31),
            element(0x30, fromHex('06082a864886f70d0209')),
            data,
            element(0x04, noise(176, 32)),
          ),
        ),
      );
    },
    { said: 'a kind of CMS that is not opened' },
  );
});

export const intruderMailKinds = kindsOf('mail', 'further', (add) => {
  const simple = (needle: Buffer): Buffer => multipart([textPart, attachment(needle)]);
  const single = (needle: Buffer): Buffer => bytes(addressLines, 'MIME-Version: 1.0\r\n', attachment(needle));
  add(
    'mail-sun-attachment',
    (needle) =>
      bytes(
        addressLines,
        'Content-Type: X-sun-attachment\r\n\r\n----------\r\nX-Sun-Data-Type: text\r\nX-Sun-Content-Lines: 1\r\n\r\nhello\r\n----------\r\nX-Sun-Data-Type: default\r\nX-Sun-Data-Name: eicar.com\r\nX-Sun-Encoding-Info: uuencode\r\nX-Sun-Content-Lines: 4\r\n\r\n',
        uuencoded(needle),
      ),
    { mail: true, endsAnywhere: 'a text ends where it ends' },
  );
  add(
    'mail-cpim',
    (needle) =>
      multipart([
        textPart,
        bytes(
          'Content-Type: message/cpim\r\n\r\nFrom: <im:a@example.org>\r\nTo: <im:b@example.org>\r\nDateTime: 2024-01-01T10:00:00Z\r\n\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n',
          base64Lines(needle),
        ),
      ]),
    { mail: true },
  );
  add('eml-behind-pop3-line', (needle) => bytes('+OK 1234 octets\r\n', single(needle)), carrier);
  add('mail-behind-pop3-line', (needle) => bytes('+OK 1234 octets\r\n', simple(needle)), {
    mail: true,
    endsAnywhere: { 50: 'its first line is no field: all of it may be text' },
  });
  add(
    'mail-flowed-stuffed-uuencode',
    (needle) =>
      bytes(
        addressLines,
        'MIME-Version: 1.0\r\nContent-Type: text/plain; format=flowed\r\n\r\n',
        uuencoded(needle).replace(/^(?= )/gm, ' '),
      ),
    { mail: true, ...text },
  );
  add(
    'mail-base64-lines-of-8',
    (needle) => multipart([textPart, attachment(needle, { encoded: base64Lines(needle, 8) })]),
    { mail: true, endsAnywhere: { 90: 'it ends with a whole line' } },
  );
  add('mail-uu-cr-lines', (needle) => bytes(addressLines, '\r\n', uuencoded(needle, 'eicar.com', '\r')), {
    mail: true,
    ...text,
  });
  add('uu-cr-lines', (needle) => bytes('hello\r', uuencoded(needle, 'eicar.com', '\r')), text);
  add('msg-html-body-wide', (needle) =>
    oleOf([
      [
        '__substg1.0_1013001F',
        utf16(`<html><a href="data:application/x;base64,${needle.toString('base64')}">a</a></html>`),
      ],
      ['__properties_version1.0', zeros(64)],
    ]),
  );
  const uncompressed = (rtf: Buffer): Buffer =>
    bytes(le32(rtf.length + 12, rtf.length), 'MELA', le32(0), rtf);
  add('msg-rtf-not-compressed', (needle) =>
    oleOf([
      [
        '__substg1.0_10090102',
        uncompressed(
          bytes(
            `{\\rtf1{\\object\\objemb{\\*\\objdata ${bytes(le32(0x501, 2, 8), 'Package\0', le32(0, 0, ole10Native(needle).length - 4), ole10Native(needle).subarray(4)).toString('hex')}}}}`,
          ),
        ),
      ],
      ['__properties_version1.0', zeros(64)],
    ]),
  );
  add('mail-part-in-lf-cr', (needle) => bytes(simple(needle).toString('latin1').replace(/\r\n/g, '\n\r')), {
    mail: true,
    ...text,
  });
  add(
    'mail-encoded-word-type',
    (needle) =>
      multipart([
        textPart,
        bytes(
          attachment(needle)
            .toString('latin1')
            .replace('application/octet-stream', '=?us-ascii?Q?application/octet-stream?='),
        ),
      ]),
    { mail: true },
  );
  add(
    'mail-type-behind-byte-order-mark',
    (needle) => multipart([textPart, bytes('\xef\xbb\xbf', attachment(needle))]),
    { mail: true },
  );
  add(
    'mail-boundary-behind-blank',
    (needle) =>
      bytes(
        simple(needle)
          .toString('latin1')
          .replace('\r\n--b1\r\nContent-Type: application', '\r\n --b1\r\nContent-Type: application'),
      ),
    { mail: true },
  );
});
