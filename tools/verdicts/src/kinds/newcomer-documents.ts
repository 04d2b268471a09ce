import { deflateSync } from 'node:zlib';
import { bytes, le32, noise, padded, utf16, zeros } from '../layouts/byte-layout.js';
import { base64Lines } from '../layouts/mail-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { ascii85, pages, pdfOf, pdfStream, pdfWithFile } from '../layouts/pdf-layout.js';
import { zipBehindNoise, zipped } from '../layouts/zip-layout.js';
import { text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { docx, ooxml, rtfObject } from './office.js';

const flate = '/Filter /FlateDecode';
const catalog =
  '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(eicar.com) 4 0 R] >> >> >>';
const filespec = '<< /Type /Filespec /F (eicar.com) /EF << /F 5 0 R >> >>';
const longZip = zipBehindNoise(11, 1500);

/** What readers of PDF forgive, and take one way or the other. */
export const newcomerPdfKinds = kindsOf('pdf', 'further', (add) => {
  const noHeader = { endsAnywhere: 'without a header only its end tells what it is' };
  const changed = (pdf: Buffer, from: string, to: string): Buffer =>
    bytes(pdf.toString('latin1').replace(from, () => to));
  add('pdf-filter-twice-last', (needle) =>
    pdfWithFile(deflateSync(needle), `/Filter /ASCIIHexDecode ${flate}`),
  );
  add('pdf-filter-three-times', (needle) =>
    pdfWithFile(deflateSync(needle), `/Filter /AHx /Filter /A85 ${flate}`),
  );
  add('pdf-parameters-twice', (needle) =>
    pdfWithFile(
      deflateSync(
        bytes(
          ...(needle.toString('latin1').match(/.{1,17}/gs) ?? []).map((row) => bytes([0], padded(row, 17))),
        ),
      ),
      `${flate} /DecodeParms null /DecodeParms << /Predictor 12 /Columns 17 >>`,
    ),
  );
  add('pdf-blanks-in-head', (needle) =>
    changed(pdfWithFile(deflateSync(needle), flate), '5 0 obj', `5${' '.repeat(90)}0 obj`),
  );
  add('pdf-comment-of-900-in-head', (needle) =>
    changed(pdfWithFile(deflateSync(needle), flate), '5 0 obj', `5 0 %${'x'.repeat(900)}\nobj`),
  );
  add('pdf-postscript-header', (needle) =>
    changed(pdfWithFile(deflateSync(needle), flate), '%PDF-1.7', '%!PS-Adobe-3.0 PDF-1.7'),
  );
  add(
    'pdf-no-header',
    (needle) => changed(pdfWithFile(deflateSync(needle), flate), '%PDF-1.7', ''),
    noHeader,
  );
  add(
    'pdf-header-without-dash',
    (needle) => changed(pdfWithFile(deflateSync(needle), flate), '%PDF-1.7', '%PDF 1.7'),
    noHeader,
  );
  add('pdf-behind-5k', (needle) => bytes(noise(9, 5000), pdfWithFile(deflateSync(needle), flate)), noHeader);
  add('pdf-length-elsewhere-end-word-within', (needle) =>
    pdfOf([
      catalog,
      ...pages,
      filespec,
      bytes(
        '<< /Length 6 0 R /Type /EmbeddedFile >>\nstream\n',
        `<html>\nendstream\n<a href="data:application/octet-stream;base64,${needle.toString('base64')}">x</a></html>`,
        '\nendstream',
      ),
      String(
        `<html>\nendstream\n<a href="data:application/octet-stream;base64,${needle.toString('base64')}">x</a></html>`
          .length,
      ),
    ]),
  );
  add('pdf-ascii85-with-head', (needle) =>
    pdfWithFile(bytes('<~', ascii85(needle), '~>'), '/Filter /ASCII85Decode'),
  );
  add('pdf-filter-name-escaped', (needle) => pdfWithFile(deflateSync(needle), '/#46ilter /#46late#44ecode'));
  add('pdf-related-file', (needle) =>
    pdfOf([
      catalog,
      ...pages,
      '<< /Type /Filespec /F (a.txt) /EF << /F 5 0 R >> /RF << /F [(eicar.com) 6 0 R] >> >>',
      pdfStream(Buffer.from('hello')),
      pdfStream(deflateSync(needle), flate),
    ]),
  );
  add('pdf-type-twice', (needle) =>
    pdfWithFile(deflateSync(needle), `/Type /XObject /Subtype /Image ${flate}`),
  );
  add('pdf-file-as-picture', (needle) =>
    pdfOf([catalog, ...pages, filespec, pdfStream(deflateSync(needle), `/Subtype /Image ${flate}`)]),
  );
  add('pdf-file-key-twice', (needle) =>
    pdfOf([
      catalog,
      ...pages,
      '<< /Type /Filespec /F (a.txt) /EF << /F 5 0 R >> /EF << /F 6 0 R >> >>',
      pdfStream(Buffer.from('hello')),
      pdfStream(deflateSync(needle), flate),
    ]),
  );
  add('pdf-script-key-twice', (needle) =>
    pdfOf([
      bytes(
        '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (x) /JS <',
        needle.toString('hex'),
        '> >> >>',
      ),
      ...pages,
    ]),
  );
  add('fdf-behind-a-line', (needle) =>
    bytes(
      '% a comment\n%FDF-1.2\n1 0 obj\n<< /FDF << /EmbeddedFDFs [2 0 R] >> >>\nendobj\n2 0 obj\n<< /Type /Filespec /F (a.zip) /EF << /F 3 0 R >> >>\nendobj\n3 0 obj\n',
      pdfStream(deflateSync(needle), `/Type /EmbeddedFile ${flate}`),
      '\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n',
    ),
  );
  add('pdf-cr-line-ends', (needle) =>
    Buffer.from(
      pdfWithFile(Buffer.from(needle.toString('hex')), '/Filter /AHx').map((byte) =>
        byte === 10 ? 13 : byte,
      ),
    ),
  );
});

export const newcomerOfficeKinds = kindsOf('office', 'further', (add) => {
  add('ole-beta-signature', (needle) =>
    bytes(
      Buffer.from('0e11fc0dd0cf110e', 'hex'),
      oleOf([['\x01Ole10Native', ole10Native(needle)]]).subarray(8),
    ),
  );
  add('ole-package-long-name', (needle) =>
    oleOf([['\x01Ole10Native', ole10Native(needle, `${'a'.repeat(1500)}.com`)]]),
  );
  add('ole-native-flags-odd', (needle) => {
    const native = ole10Native(needle);
    native.writeUInt16LE(3, 4);
    return oleOf([['\x01Ole10Native', native]]);
  });
  add('xlsx-data-mashup', (needle) =>
    docx([
      [
        'customXml/item1.xml',
        bytes(
          [0xff, 0xfe],
          utf16(
            `<?xml version="1.0" encoding="utf-16"?><DataMashup xmlns="http://schemas.microsoft.com/DataMashup">${bytes(le32(0, 1), longZip(needle)).toString('base64')}</DataMashup>`,
          ),
        ),
      ],
    ]),
  );
  add('docx-slashes-in-names', (needle) =>
    docx([['word\\embeddings\\oleObject1.bin', oleOf([['\x01Ole10Native', ole10Native(needle)]])]]),
  );
  add('docx-relationship-target-odd', (needle) =>
    docx([['customXml/../media/image1.png', oleOf([['Package', needle]])]]),
  );
  add('rtf-objdata-upper-with-number', (needle) =>
    bytes(`{\\rtf1{\\object\\objemb{\\*\\OBJDATA0 ${rtfObject(needle).toUpperCase()}}}}`),
  );
  add('rtf-objdata-zeros-within', (needle) =>
    bytes(`{\\rtf1{\\object\\objemb{\\*\\objdata ${rtfObject(needle).replace(/(.{16})/g, '$1\0')}}}}`),
  );
  add('rtf-objdata-bin-zero', (needle) =>
    bytes(`{\\rtf1{\\object\\objemb{\\*\\objdata ${rtfObject(needle).replace(/(.{16})/g, '$1\\bin0 ')}}}}`),
  );
  add('rtf-objdata-unknown-destination-within', (needle) =>
    bytes(
      `{\\rtf1{\\object\\objemb{\\*\\objdata ${rtfObject(needle).replace(/(.{16})/g, '$1{\\*\\zzz abcdef}')}}}}`,
    ),
  );
  add('rtf-behind-blank-lines', (needle) =>
    bytes('\r\n'.repeat(20), `{\\rtf1{\\object\\objemb{\\*\\objdata ${rtfObject(needle)}}}}`),
  );
  add(
    'rtf-html-with-data-url',
    (needle) =>
      bytes(
        `{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <a href="data:application/octet-stream;base64,${needle.toString('base64')}">}x{\\*\\htmltag72 </a>}}`,
      ),
    text,
  );
  add('pptx-media-raw', (needle) =>
    ooxml({ name: 'ppt/presentation.xml', type: 'presentationml.presentation', folder: 'ppt' }, [
      ['ppt/media/media1.mp4', zipped(needle)],
    ]),
  );
  add(
    'lnk-unknown-block',
    (needle) =>
      bytes(
        Buffer.from('4c0000000114020000000000c000000000000046', 'hex'),
        le32(0x80),
        zeros(52),
        le32(needle.length + 8, 0xa00000ff),
        needle,
        le32(0),
      ),
    { endsAnywhere: { 50: 'what remains is no more than its header' } },
  );
  add('mime-html-in-docx', (needle) =>
    docx([
      [
        'word/afchunk.mht',
        bytes(
          `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64Lines(needle)}--b--\r\n`,
        ),
      ],
    ]),
  );
});
