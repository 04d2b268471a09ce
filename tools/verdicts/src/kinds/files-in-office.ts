import { deflateSync, gzipSync } from 'node:zlib';
import { bytes, le16, le32, noise, padded, utf16, zeros } from '../layouts/byte-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { base64 } from '../layouts/text-layout.js';
import { zipWithNoise } from '../layouts/zip-layout.js';
import { carrier, text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { docx } from './office.js';

const longZip = zipWithNoise(61);

const rtf = (content: string): Buffer => bytes(`{\\rtf1\\ansi ${content}}`);
export const fileInOfficeKinds = kindsOf('office', 'further', (add) => {
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
    carrier,
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
