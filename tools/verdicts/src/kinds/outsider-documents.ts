import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import {
  be16,
  be32,
  bytes,
  le16,
  le32,
  le64,
  noise,
  padded,
  replaced,
  utf16,
  zeros,
} from '../layouts/byte-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { ascii85, pages, pdfOf, pdfStream, pdfWithFile } from '../layouts/pdf-layout.js';
import { tarEnd, tarMember, tarOf } from '../layouts/tar-layout.js';
import { zipOf } from '../layouts/zip-layout.js';
import { kindsOf } from '../making/kind.js';
import { docx } from './office.js';

const text = { endsAnywhere: 'a text ends where it ends' };
const embedded = { endsAnywhere: 'what it is in does not say how long it is' };
const flate = '/Filter /FlateDecode';
const longZip = (needle: Buffer): Buffer =>
  zipOf([
    ['eicar.com', needle],
    ['readme.bin', noise(61, 900)],
  ]);
const base64 = (content: Buffer): string => content.toString('base64');

export const outsiderPdfKinds = kindsOf('pdf', 'further', (add) => {
  add(
    'pdf-xfa-in-pieces',
    (needle) => {
      const data = base64(longZip(needle));
      return pdfOf([
        '<< /Type /Catalog /Pages 2 0 R /AcroForm << /XFA [(preamble) 4 0 R (datasets) 5 0 R (postamble) 6 0 R] >> >>',
        ...pages,
        pdfStream(deflateSync(bytes(`<xdp:xdp xmlns:xdp="x"><chunk>${data.slice(0, 300)}`)), flate),
        pdfStream(deflateSync(bytes(data.slice(300, 700))), flate),
        pdfStream(deflateSync(bytes(`${data.slice(700)}</chunk></xdp:xdp>`)), flate),
      ]);
    },
    { heldTwin: 'base64 that a stream cuts' },
  );
  add('pdf-string-base64', (needle) =>
    pdfOf([
      `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [<< /T (a) /V (${base64(longZip(needle))}) >>] >> >>`,
      ...pages,
    ]),
  );
  add('pdf-string-hex-of-file', (needle) =>
    pdfOf([
      `<< /Type /Catalog /Pages 2 0 R /X << /Contents <${longZip(needle).toString('hex')}> >> >>`,
      ...pages,
    ]),
  );
  add('pdf-inline-image', (needle) =>
    pdfOf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      ...pages,
      pdfStream(bytes('BI /W 8 /H 8 /F /Fl ID ', deflateSync(longZip(needle)), '\nEI\n')),
    ]),
  );
  add('pdf-flate-broken-checksum', (needle) => {
    const packed = deflateSync(bytes(needle));
    packed[packed.length - 1] = (packed[packed.length - 1] ?? 0) ^ 0xff;
    return pdfWithFile(packed, flate);
  });
  add('pdf-flate-without-head', (needle) => pdfWithFile(deflateRawSync(needle), flate), {
    heldTwin: 'a stream without its head, which readers forgive and the standard does not',
  });
  add('pdf-flate-behind-line-break', (needle) =>
    pdfWithFile(bytes('\r\n', deflateSync(bytes(needle))), flate),
  );
  add('pdf-crypt-filter-identity', (needle) =>
    pdfWithFile(
      deflateSync(bytes(needle)),
      '/Filter [/Crypt /FlateDecode] /DecodeParms [<< /Name /Identity >> null]',
    ),
  );
  add('pdf-script-in-octal', (needle) =>
    pdfOf([
      `<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (${[...needle].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}) >> >>`,
      ...pages,
    ]),
  );
  add('pdf-rendition-script', (needle) =>
    pdfOf([
      '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Rendition /JS 4 0 R >> >>',
      ...pages,
      pdfStream(deflateSync(bytes(`var f = "${base64(longZip(needle))}";`)), flate),
    ]),
  );
  add(
    'pdf-no-endstream',
    (needle) => replaced(pdfWithFile(deflateSync(bytes(needle)), flate), '\nendstream', '\n'),
    { heldTwin: 'a stream without an end' },
  );
  add(
    'pdf-base64-behind-end',
    (needle) => bytes(pdfWithFile(Buffer.from('hello')), '\n', base64(longZip(needle)), '\n'),
    embedded,
  );
  add('pdf-gz-behind-end', (needle) => bytes(pdfWithFile(Buffer.from('hello')), gzipSync(needle)), embedded);
  add(
    'eps-ascii85',
    (needle) =>
      bytes(
        '%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\ncurrentfile /ASCII85Decode filter\n',
        ascii85(longZip(needle)).toString('latin1'),
        '~>\n%%EOF\n',
      ),
    text,
  );
  add(
    'eps-hex',
    (needle) =>
      bytes(
        `%!PS-Adobe-3.0\ncurrentfile /ASCIIHexDecode filter\n${(
          longZip(needle)
            .toString('hex')
            .match(/.{1,64}/g) ?? []
        ).join('\n')}>\n`,
      ),
    text,
  );
});

const rtf = (content: string): Buffer => bytes(`{\\rtf1\\ansi ${content}}`);
export const outsiderOfficeKinds = kindsOf('office', 'further', (add) => {
  add('rtf-theme-data', (needle) => rtf(`{\\*\\themedata ${longZip(needle).toString('hex')}}`));
  add('rtf-data-store', (needle) =>
    rtf(`{\\*\\datastore ${oleOf([['\x01Ole10Native', ole10Native(needle)]]).toString('hex')}}`),
  );
  add('rtf-picture-hex', (needle) =>
    rtf(
      `{\\pict\\pngblip ${longZip(needle)
        .toString('hex')
        .replace(/.{128}/g, '$&\r\n')}}`,
    ),
  );
  add('rtf-picture-binary', (needle) =>
    bytes(`{\\rtf1{\\pict\\wmetafile8\\bin${longZip(needle).length} `, longZip(needle), '}}'),
  );
  add('rtf-base64-in-text', (needle) => rtf(`\\par ${base64(longZip(needle))}`), text);
  add(
    'rtf-user-property',
    (needle) => rtf(`{\\*\\userprops{\\propname x}\\proptype30{\\staticval ${base64(longZip(needle))}}}`),
    text,
  );
  add('ole-orphan-stream', (needle) => {
    const file = oleOf([
      ['Contents', bytes('hello', zeros(90))],
      ['Zz', longZip(needle)],
    ]);
    const at = file.indexOf(utf16('Zz'));
    const other = file.indexOf(utf16('Contents'));
    for (const entry of [at, other]) file.writeUInt32LE(0xffffffff, entry + 72);
    return file;
  });
  add('ole-variable-wide-base64', (needle) =>
    oleOf([
      ['WordDocument', bytes('\xec\xa5\xc1\0', zeros(1000), utf16(base64(longZip(needle))), zeros(4000))],
    ]),
  );
  add('ole-form-caption-base64', (needle) =>
    oleOf([
      ['Macros', { folder: [['o', bytes([0, 2, 0x20, 0], zeros(40), base64(longZip(needle)), zeros(20))]] }],
    ]),
  );
  add('ole-stream-zlib', (needle) =>
    oleOf([['Data', bytes(le32(7, needle.length), deflateSync(bytes(needle)))]]),
  );
  add('ole-stream-gzip-inside', (needle) => oleOf([['Data', bytes(noise(62, 60), gzipSync(needle))]]));
  add('ole-native-without-names', (needle) =>
    oleOf([['\x01Ole10Native', bytes(le32(needle.length), needle)]]),
  );
  add('docx-emf-comment', (needle) =>
    docx([
      [
        'word/media/image1.emf',
        bytes(
          le32(1, 88),
          zeros(32),
          ' EMF',
          zeros(44),
          le32(70, 12 + 900, 900),
          padded(longZip(needle), 900),
        ),
      ],
    ]),
  );
  add('docx-document-base64-runs', (needle) =>
    docx([
      [
        'word/comments.xml',
        `<w:c>${(base64(longZip(needle)).match(/.{1,120}/g) ?? []).map((run) => `<w:r><w:t>${run}</w:t></w:r>`).join('')}</w:c>`,
      ],
    ]),
  );
  add(
    'onenote-of-the-cloud',
    (needle) =>
      bytes(
        Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'),
        noise(63, 16),
        Buffer.from('638de92f4db14b73a2f1e21fc6b6b2c7', 'hex').subarray(0, 16),
        Buffer.from('638de92fd4a6c1499a36b3fc2511a5b7', 'hex'),
        zeros(8),
        noise(64, 400),
        longZip(needle),
        noise(65, 1200),
      ),
    embedded,
  );
  add('xlsb-strings-wide-base64', (needle) =>
    docx([
      [
        'xl/sharedStrings.bin',
        bytes([0x9f, 1, 8], le32(1, 1), [0x13], le16(1), utf16(base64(longZip(needle)))),
      ],
    ]),
  );
});

export const outsiderArchiveKinds = kindsOf('archive', 'further', (add) => {
  add(
    'lha-level-3',
    (needle) => {
      const name = bytes(le32(14), [1], 'eicar.com');
      const head = bytes(
        le16(4),
        '-lh0-',
        le32(needle.length, needle.length, 0x5a215a21),
        [0x20, 3],
        le16(crc16(needle)),
        'M',
        le32(32 + name.length),
        name.subarray(0),
        le32(0),
      );
      return bytes(head, needle, [0]);
    },
    { said: 'headers of this level are recognised and not opened' },
  );
  add(
    'mozilla-archive',
    (needle) => {
      const index = bytes(be32(8, needle.length, 0x1a4), 'eicar.com\0');
      return bytes('MAR1', be32(8 + needle.length), needle, be32(index.length), index);
    },
    embedded,
  );
  add('jar-of-arj', () => bytes(noise(66, 14), '\x1aJar\x1b', noise(67, 200)), {
    said: 'recognised, and not opened',
  });
  for (const [name, head] of Object.entries({
    'backup-file': bytes('TAPE', zeros(16), noise(68, 900)),
    packit: bytes('PMag', noise(69, 300)),
    'amiga-dms': bytes('DMS!', noise(70, 400)),
    'amiga-lzx': bytes('LZX\0', noise(71, 400)),
    nufile: bytes(Buffer.from('4ef546e96ce5', 'hex'), noise(72, 400)),
    partclone: bytes('partclone-image\0', noise(73, 400)),
    fsarchiver: bytes('FsArCh_002', noise(74, 400)),
    'btrfs-send': bytes('btrfs-stream\0', le32(1), noise(75, 400)),
    xfsdump: bytes('xFSdump0', noise(76, 400)),
    ntfsclone: bytes('\0ntfsclone-image', noise(77, 400)),
    aff: bytes('AFF10\r\n\0', noise(78, 400)),
    'borg-segment': bytes('BORG_SEG', noise(79, 400)),
    gca: bytes('GCAX', noise(80, 400)),
    dgca: bytes('DGCA', noise(81, 400)),
    blindwrite: bytes('BWT5 STREAM SIGN', noise(82, 400)),
    'squashed-amiga': bytes('PP20', [9, 10, 11, 11], noise(83, 400)),
  }))
    add(name, () => head, { said: 'recognised, and not opened' });
  add('ext-dump', () => bytes(le32(1), zeros(20), le32(60012), zeros(484), noise(84, 2600)), {
    said: 'recognised, and not opened',
  });
  add('tar-gnu-volume-label', (needle) =>
    tarEnd(bytes(tarMember('label', '', { type: 'V' }), tarMember('eicar.com', needle))),
  );
  add('tar-base-256-size', (needle) =>
    tarOf([['eicar.com', needle]], { sizeField: bytes([0x80], zeros(7), be32(needle.length)) }),
  );
  add('tar-in-zlib', (needle) => deflateSync(tarOf([['eicar.com', needle]])), embedded);
  add(
    'cpio-afio-like-dump',
    (needle) => bytes(le32(0x1a2b3c4d), zeros(28), longZip(needle), noise(85, 50)),
    embedded,
  );
  add(
    'mobi-record',
    (needle) =>
      bytes(
        padded('book', 32),
        zeros(28),
        'BOOKMOBI',
        zeros(8),
        be16(1),
        be32(100),
        zeros(20),
        longZip(needle),
        noise(86, 300),
      ),
    embedded,
  );
  add(
    'woff-metadata',
    (needle) => bytes('wOFF', be32(0x10000, 400), zeros(28), noise(87, 200), deflateSync(longZip(needle))),
    embedded,
  );
  add(
    'registry-hive-value',
    (needle) =>
      bytes('regf', zeros(4092), 'hbin', zeros(28), le32(0xffffff00), longZip(needle), noise(88, 500)),
    embedded,
  );
  add(
    'disk-mirror-super-block',
    (needle) => bytes(le64(0), zeros(4088), le32(0xa92b4efc, 1), zeros(600), longZip(needle), zeros(200)),
    embedded,
  );
  add(
    'hdf5-chunk',
    (needle) => bytes('\x89HDF\r\n\x1a\n', noise(89, 300), deflateSync(bytes(needle)), noise(90, 60)),
    embedded,
  );
  add(
    'parquet-gzip-page',
    (needle) => bytes('PAR1', noise(91, 40), gzipSync(needle), noise(92, 60), le32(50), 'PAR1'),
    embedded,
  );
});

function crc16(content: Buffer): number {
  let crc = 0;
  for (const byte of content) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
