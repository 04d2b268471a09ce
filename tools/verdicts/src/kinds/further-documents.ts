import { deflateSync, gzipSync } from 'node:zlib';
import { bytes, le16, le32, repeated, utf16, zeros } from '../layouts/byte-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { ascii85, pages, pdfOf, pdfStream, pdfWithFile, plainPdf } from '../layouts/pdf-layout.js';
import { base64 } from '../layouts/text-layout.js';
import { zipOf, zipped } from '../layouts/zip-layout.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import { oneNote } from './active.js';
import { docx, outlookMessage, rtfObject } from './office.js';

const flate = '/Filter /FlateDecode';
const packed = (needle: Buffer): Buffer => pdfWithFile(deflateSync(needle), flate);

export const furtherPdfKinds = kindsOf('pdf', 'further', (add) => {
  const filtered = (name: string, encode: (needle: Buffer) => Buffer, filters: string): void =>
    add(`pdf-${name}`, (needle) => pdfWithFile(encode(needle), `/Filter [${filters}]`));
  filtered(
    'hex-flate',
    (needle) => bytes(deflateSync(needle).toString('hex'), '>'),
    '/ASCIIHexDecode /FlateDecode',
  );
  filtered('flate-flate', (needle) => deflateSync(deflateSync(needle)), '/FlateDecode /FlateDecode');
  filtered('abbreviated-filters', (needle) => bytes(ascii85(deflateSync(needle)), '~>'), '/A85 /Fl');
  filtered(
    'hex-with-spaces',
    (needle) => bytes((needle.toString('hex').match(/../g) ?? []).join(' '), ' >'),
    '/AHx',
  );
  add('pdf-in-pdf', (needle) => pdfWithFile(deflateSync(packed(needle)), flate));
  add('pdf-docx-inside', (needle) =>
    pdfWithFile(deflateSync(docx([['word/embeddings/eicar.com', needle]])), flate),
  );
  add('pdf-length-wrong', (needle) =>
    bytes(
      packed(needle)
        .toString('latin1')
        .replace(/\/Length \d+/, '/Length 3'),
    ),
  );
  add('pdf-length-elsewhere', (needle) =>
    pdfOf([
      '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(eicar.com) 4 0 R] >> >> >>',
      ...pages,
      '<< /Type /Filespec /F (eicar.com) /EF << /F 5 0 R >> >>',
      bytes(`<< /Length 6 0 R /Type /EmbeddedFile ${flate} >>\nstream\n`, deflateSync(needle), '\nendstream'),
      String(deflateSync(needle).length),
    ]),
  );
  add('pdf-annotation-file', (needle) =>
    pdfOf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      pages[0],
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Annots [<< /Type /Annot /Subtype /FileAttachment /FS 4 0 R /Rect [0 0 9 9] >>] >>',
      '<< /Type /Filespec /F (eicar.com) /EF << /F 5 0 R >> >>',
      pdfStream(deflateSync(needle), `/Type /EmbeddedFile ${flate}`),
    ]),
  );
  add('pdf-second-revision', (needle) =>
    bytes(
      plainPdf(),
      '5 0 obj\n',
      pdfStream(deflateSync(needle), `/Type /EmbeddedFile ${flate}`),
      '\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n',
    ),
  );
  add('pdf-stream-cr-lf', (needle) =>
    bytes(packed(needle).toString('latin1').replace('stream\n', 'stream\r\n')),
  );
  add('pdf-linearized', (needle) =>
    madeBy({
      needs: ['qpdf'],
      files: { 'i.pdf': plainPdf(), 'eicar.com': needle },
      script: 'qpdf --warning-exit-0 i.pdf --add-attachment eicar.com -- --linearize o.pdf',
      out: 'o.pdf',
    }),
  );
  add('pdf-names-escaped', (needle) => pdfWithFile(deflateSync(needle), '/#46ilter /#46lateDecode'));
  add('pdf-zip-behind', (needle) => bytes(plainPdf(), zipped(needle)), {
    endsAnywhere: 'what remains may be no more than the document',
  });
});

export const furtherOfficeKinds = kindsOf('office', 'further', (add) => {
  const rtf = (data: string): Buffer => bytes(`{\\rtf1\\ansi {\\object\\objemb{\\*\\objdata ${data}}}}`);
  add('rtf-upper-case', (needle) => rtf(rtfObject(needle).toUpperCase()));
  add('rtf-second-object', (needle) =>
    bytes(
      `{\\rtf1 {\\object\\objemb{\\*\\objdata ${rtfObject(bytes('x'))}}}{\\object\\objemb{\\*\\objdata ${rtfObject(needle)}}}}`,
    ),
  );
  add('rtf-in-docx', (needle) => docx([['word/afchunk.rtf', rtf(rtfObject(needle))]]));
  add('rtf-groups-inside', (needle) => rtf(rtfObject(needle).replace(/(.{40})/g, '$1{\\*\\x}')));
  add('docx-zip-inside', (needle) => docx([['word/embeddings/a.zip', zipped(needle)]]));
  add('docx-alt-chunk-mail', (needle) =>
    docx([
      [
        'word/afchunk.mht',
        `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n${needle.toString('base64')}\r\n--b--\r\n`,
      ],
    ]),
  );
  add('docx-two-levels-of-ole', (needle) =>
    docx([
      ['word/embeddings/o.bin', oleOf([['Package', oleOf([['\x01Ole10Native', ole10Native(needle)]])]])],
    ]),
  );
  add('xlsb', (needle) =>
    zipOf([
      ['[Content_Types].xml', '<x/>'],
      ['xl/workbook.bin', '\x83\x01\0'],
      ['xl/embeddings/e.com', needle],
    ]),
  );
  add('vsdx', (needle) =>
    zipOf([
      ['[Content_Types].xml', '<x/>'],
      ['visio/document.xml', '<x/>'],
      ['visio/embeddings/e.com', needle],
    ]),
  );
  add('odp-object', (needle) =>
    zipOf([
      ['mimetype', 'application/vnd.oasis.opendocument.presentation'],
      ['content.xml', '<x/>'],
      ['Object 1', oleOf([['\x01Ole10Native', ole10Native(needle)]])],
    ]),
  );
  add(
    'flat-odf',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:binary-data>${needle.toString('base64')}</office:binary-data></office:body></office:document>`,
      ),
    { endsAnywhere: 'a text ends where it ends' },
  );
  add('msg-in-msg', (needle) =>
    oleOf([
      ['__substg1.0_1000001F', utf16('body')],
      [
        '__attach_version1.0_#00000000',
        {
          folder: [
            [
              '__substg1.0_3701000D',
              { folder: [['__attach_version1.0_#00000000', { folder: [['__substg1.0_37010102', needle]] }]] },
            ],
          ],
        },
      ],
    ]),
  );
  add('msg-docx', (needle) => outlookMessage(docx([['word/embeddings/eicar.com', needle]]), 'a.docx'));
  add('msg-rar-name', (needle) => outlookMessage(gzipSync(needle), 'a.gz'));
  add('ole-big-stream', (needle) => oleOf([['Big', bytes(zipped(needle), zeros(9000))]]));
  add('ole-folders-12-deep', (needle) => {
    let tree: Parameters<typeof oleOf>[0] = [['\x01Ole10Native', ole10Native(needle)]];
    for (let level = 0; level < 12; level += 1) tree = [[`F${level}`, { folder: tree }]];
    return oleOf(tree);
  });
  add('ole-100-streams', (needle) =>
    oleOf([...Array.from({ length: 99 }, (_, index) => [`S${index}`, `x${index}`] as const), ['Z', needle]]),
  );
  add('ole-in-zip-in-ole', (needle) =>
    oleOf([['Package', zipped(oleOf([['\x01Ole10Native', ole10Native(needle)]]), 'o.bin')]]),
  );
  add('onenote-zip', (needle) => oneNote(zipped(needle)));
  add('onenote-second-file', (needle) => bytes(oneNote(bytes('hello')), oneNote(needle).subarray(1024)), {
    endsAnywhere: { 50: 'it ends behind the first of its files, and its header gives no length' },
  });
  add('activemime', (needle) => {
    const data = deflateSync(oleOf([['\x01Ole10Native', ole10Native(needle)]]));
    return bytes('ActiveMime\0\0', le16(0x1f0), le32(4, 0xffffffff, 0xa0000), zeros(24), data);
  });
});

const text = { endsAnywhere: 'a page ends where it ends' };

export const furtherActiveKinds = kindsOf('active', 'further', (add) => {
  const page = (body: string): Buffer => bytes(`<!DOCTYPE html><html><body>${body}</body></html>`);
  add(
    'html-data-url-zip',
    (needle) => page(`<a href="data:application/zip;base64,${base64(zipped(needle))}">x</a>`),
    text,
  );
  add(
    'html-data-url-percent',
    (needle) =>
      page(
        `<a href="data:application/octet-stream,${[...needle].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}">x</a>`,
      ),
    text,
  );
  add(
    'html-data-url-iframe',
    (needle) => page(`<iframe src='data:text/html;charset=utf-8;base64,${base64(needle)}'></iframe>`),
    text,
  );
  add(
    'html-data-url-css',
    (needle) => page(`<style>@font-face{src:url(data:font/woff;base64,${base64(needle)})}</style>`),
    text,
  );
  add(
    'html-atob-zip',
    (needle) => page(`<script>const z = atob('${base64(zipped(needle))}');</script>`),
    text,
  );
  add(
    'html-atob-backticks',
    (needle) => page(`<script>let z=window.atob(\`${base64(needle)}\`)</script>`),
    text,
  );
  add(
    'html-array-hex',
    (needle) =>
      page(
        `<script>new Uint8Array([${[...needle].map((byte) => `0x${byte.toString(16)}`).join(', ')}])</script>`,
      ),
    text,
  );
  add(
    'html-data-url-upper',
    (needle) => page(`<A HREF="DATA:application/octet-stream;BASE64,${base64(needle)}">x</A>`),
    text,
  );
  add(
    'html-bom',
    (needle) => bytes([0xef, 0xbb, 0xbf], page(`<a href="data:;base64,${base64(needle)}">x</a>`)),
    text,
  );
  add(
    'svg-foreign-object',
    (needle) =>
      bytes(
        `<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><iframe src="data:text/html;base64,${base64(needle)}"/></foreignObject></svg>`,
      ),
    text,
  );
  add(
    'vcard-photo',
    (needle) =>
      bytes(
        `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nPHOTO;ENCODING=b;TYPE=JPEG:${base64(needle)}\r\nEND:VCARD\r\n`,
      ),
    text,
  );
  add(
    'ics-folded',
    (needle) =>
      bytes(
        `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:${base64(needle).replace(/(.{50})/g, '$1\r\n ')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
      ),
    text,
  );
  const picture = (mark: string): Buffer => bytes(mark, repeated('\x11', 400));
  for (const [name, mark] of [
    ['jpeg', '\xff\xd8\xff\xe0\0\x10JFIF\0'],
    ['gif', 'GIF89a'],
    ['mp4', '\0\0\0\x18ftypmp42'],
    ['bmp', 'BM'],
  ] as const)
    add(`${name}-zip-behind`, (needle) => bytes(picture(mark), zipped(needle)), {
      endsAnywhere: 'what remains may be no more than the picture',
    });
});
