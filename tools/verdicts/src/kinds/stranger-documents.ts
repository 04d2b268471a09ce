import { deflateRawSync, deflateSync } from 'node:zlib';
import { bytes, le16, le32, padded, utf16, zeros } from '../layouts/byte-layout.js';
import { base64Lines } from '../layouts/mail-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { pages, pdfOf, pdfStream, pdfWithFile } from '../layouts/pdf-layout.js';
import { zipBehindNoise, zipOf, zipped } from '../layouts/zip-layout.js';
import { kindsOf } from '../making/kind.js';
import { docx, rtfObject } from './office.js';

const flate = '/Filter /FlateDecode';
const catalog =
  '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(eicar.com) 4 0 R] >> >> >>';
const filespec = '<< /Type /Filespec /F (eicar.com) /EF << /F 5 0 R >> >>';
const longZip = zipBehindNoise(11, 1500);

/** What the format allows and few files have. */
export const strangerPdfKinds = kindsOf('pdf', 'further', (add) => {
  add('pdf-filter-elsewhere', (needle) =>
    pdfOf([
      catalog,
      ...pages,
      filespec,
      pdfStream(deflateSync(needle), '/Type /EmbeddedFile /Filter 6 0 R'),
      '/FlateDecode',
    ]),
  );
  add('pdf-filters-and-parameters-elsewhere', (needle) =>
    pdfOf([
      catalog,
      ...pages,
      filespec,
      pdfStream(deflateSync(rows(needle)), '/Type /EmbeddedFile /Filter [6 0 R] /DecodeParms 7 0 R'),
      '/FlateDecode',
      '<< /Predictor 12 /Columns 17 >>',
    ]),
  );
  add('pdf-nine-filters', (needle) => {
    let data = needle;
    for (let count = 0; count < 9; count += 1) data = bytes(data.toString('hex'), '>');
    return pdfWithFile(data, `/Filter [${'/AHx '.repeat(9)}]`);
  });
  add('pdf-predictor-tiff', (needle) =>
    pdfWithFile(
      deflateSync(needle.map((byte, at) => (at % 17 === 0 ? byte : byte - (needle[at - 1] ?? 0)))),
      `${flate} /DecodeParms << /Predictor 2 /Columns 17 >>`,
    ),
  );
  add('pdf-lzw-late-change', (needle) =>
    pdfWithFile(lzwLate(longZip(needle)), '/Filter /LZWDecode /DecodeParms << /EarlyChange 0 >>'),
  );
  add('pdf-dictionary-of-70k', (needle) =>
    pdfWithFile(deflateSync(needle), `/Note (${'x'.repeat(70_000)}) ${flate}`),
  );
  add('pdf-blank-behind-stream-word', (needle) =>
    bytes(pdfWithFile(deflateSync(needle), flate).toString('latin1').replace('stream\n', 'stream  \r\n')),
  );
  add('pdf-comment-in-head', (needle) =>
    bytes(
      pdfWithFile(deflateSync(needle), flate).toString('latin1').replace('5 0 obj', '5 % five\n0 %x\nobj'),
    ),
  );
  add('pdf-files-elsewhere', (needle) =>
    pdfOf([
      catalog,
      ...pages,
      '<< /Type /Filespec /F (eicar.com) /EF 6 0 R >>',
      pdfStream(deflateSync(needle), flate),
      '<< /F 5 0 R >>',
    ]),
  );
  add('pdf-script-with-utf8-mark', (needle) =>
    pdfOf([
      '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS <EFBBBF' +
        needle.toString('hex') +
        '> >> >>',
      ...pages,
    ]),
  );
  add('fdf-file', (needle) =>
    bytes(
      '%FDF-1.2\n1 0 obj\n<< /FDF << /EmbeddedFDFs [2 0 R] >> >>\nendobj\n2 0 obj\n<< /Type /Filespec /F (a.zip) /EF << /F 3 0 R >> >>\nendobj\n3 0 obj\n',
      pdfStream(deflateSync(needle), `/Type /EmbeddedFile ${flate}`),
      '\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n',
    ),
  );
});

export const strangerOfficeKinds = kindsOf('office', 'further', (add) => {
  const hwp = (folder: string, name: string, content: Buffer): Buffer =>
    oleOf([
      ['FileHeader', padded(bytes(padded('HWP Document File', 32), le32(0x05000300, 1)), 256)],
      ['DocInfo', deflateRawSync('x')],
      [folder, { folder: [[name, deflateRawSync(content)]] }],
    ]);
  add('hwp-embedded-file', (needle) =>
    hwp('BinData', 'BIN0001.OLE', bytes(le32(0), oleOf([['\x01Ole10Native', ole10Native(needle)]]))),
  );
  add('hwp-embedded-picture', (needle) => hwp('BinData', 'BIN0001.com', needle));
  add('hwp-script', (needle) => hwp('Scripts', 'DefaultJScript', needle));
  add('rtf-byte-order-mark', (needle) =>
    bytes([0xef, 0xbb, 0xbf], `{\\rtf1{\\object\\objemb{\\*\\objdata ${rtfObject(needle)}}}}`),
  );
  add('rtf-data-in-escapes', (needle) =>
    bytes(`{\\rtf1{\\object\\objemb{\\*\\objdata ${rtfObject(needle).replace(/(.{30})/g, "$1\\'00")}}}}`),
  );
  add('docx-custom-xml', (needle) =>
    docx([['customXml/item1.xml', `<?xml version="1.0"?><x>${base64Lines(zipped(needle))}</x>`]]),
  );
  add('ole-big-sectors', (needle) => oleOfBigSectors(needle));
  add('webarchive', (needle) => propertyList(needle));
  add('jmod', (needle) => bytes('JM\x01\0', zipOf([['bin/eicar.com', needle]])));
  add('msg-picture-of-ole', (needle) =>
    oleOf([
      ['__substg1.0_1000001F', utf16('body')],
      [
        '__attach_version1.0_#00000000',
        { folder: [['__substg1.0_3701000D', { folder: [['CONTENTS', needle]] }]] },
      ],
    ]),
  );
});

/** With a byte before each row, as PNG's predictors want it. */
const rows = (content: Buffer): Buffer =>
  bytes(...(content.toString('latin1').match(/.{1,17}/gs) ?? []).map((row) => bytes([0], padded(row, 17))));

/** Bytes as they are, in codes that get longer one code later than usual; cleared before the table is full. */
function lzwLate(content: Buffer): Buffer {
  let bits = '';
  let entries = 258;
  let width = 9;
  const put = (code: number): void => {
    bits += code.toString(2).padStart(width, '0');
  };
  put(256);
  for (const [at, byte] of content.entries()) {
    put(byte);
    if (at > 0) entries += 1;
    if (entries >= 1 << width && width < 12) width += 1;
    if (entries === 4000) {
      put(256);
      entries = 257;
      width = 9;
    }
  }
  put(257);
  return bytes((bits.match(/.{1,8}/g) ?? []).map((eight) => Number.parseInt(eight.padEnd(8, '0'), 2)));
}

/** Version 4 of compound files: sectors of 4,096 bytes ([MS-CFB] 2.2). */
function oleOfBigSectors(content: Buffer): Buffer {
  const sector = 4096;
  const none = 0xffffffff;
  const record = (
    name: string,
    type: number,
    links: readonly number[],
    start: number,
    size: number,
  ): Buffer =>
    bytes(
      padded(utf16(`${name}\0`), 64),
      le16((name.length + 1) * 2),
      [type, 1],
      le32(...links),
      zeros(36),
      le32(start, size, 0),
    );
  const stream = bytes(content, zeros(sector * 2 - content.length));
  const header = padded(
    bytes(
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      zeros(16),
      le16(0x3e, 4, 0xfffe, 12, 6),
      zeros(6),
      le32(1, 1, 1, 0, 4096, 0xfffffffe, 0, 0xfffffffe, 0),
      le32(0, ...Array.from({ length: 108 }, () => none)),
    ),
    sector,
  );
  const fat = padded(bytes(le32(0xfffffffd, 0xfffffffe, 3, 0xfffffffe)), sector, 0xff);
  const zipStream = zipped(content);
  const directory = padded(
    bytes(
      record('Root Entry', 5, [none, none, 1], 0xfffffffe, 0),
      record('Package', 2, [none, none, none], 2, 5000),
    ),
    sector,
  );
  return bytes(header, fat, directory, bytes(zipStream, zeros(stream.length - zipStream.length)));
}

/** Apple's binary property list, as Safari keeps pages: one dictionary with one entry, its value bytes. */
function propertyList(content: Buffer): Buffer {
  const key = bytes([0x5f, 0x10, 15], 'WebResourceData');
  const data = bytes([0x4f, 0x10, content.length], content);
  const offsets = [8, 11, 11 + key.length];
  const table = bytes('bplist00', [0xd1, 1, 2], key, data);
  return bytes(
    table,
    offsets,
    zeros(6),
    [1, 1],
    Buffer.from('000000000000000300000000000000000000', 'hex').subarray(0, 14),
    [0, 0],
    beOf(table.length),
  );
}

function beOf(value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value));
  return out;
}
