import { deflateSync } from 'node:zlib';
import { type Piece, bytes, le16, le32, repeated, utf16, zeros } from '../layouts/byte-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { type NamedContent, zipOf, zipped } from '../layouts/zip-layout.js';
import { kindsOf } from '../making/kind.js';

interface OoxmlMain {
  readonly name: string;
  readonly type: string;
  readonly folder: string;
}
const word: OoxmlMain = { name: 'word/document.xml', type: 'wordprocessingml.document', folder: 'word' };
const ooxmlMains: Readonly<Record<string, OoxmlMain>> = {
  docx: word,
  xlsx: { name: 'xl/workbook.xml', type: 'spreadsheetml.sheet', folder: 'xl' },
  pptx: { name: 'ppt/presentation.xml', type: 'presentationml.presentation', folder: 'ppt' },
};

const contentTypes = ({ name, type }: OoxmlMain): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.oleObject"/><Override PartName="/${name}" ContentType="application/vnd.openxmlformats-officedocument.${type}.main+xml"/></Types>`;
const relations = ({ name }: OoxmlMain): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="${name}"/></Relationships>`;
const body =
  '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>hello</w:t></w:r></w:p></w:body></w:document>';

export const ooxml = (main: OoxmlMain, extra: readonly NamedContent[]): Buffer =>
  zipOf([
    ['[Content_Types].xml', contentTypes(main)],
    ['_rels/.rels', relations(main)],
    [main.name, body],
    ...extra,
  ]);
export const docx = (extra: readonly NamedContent[]): Buffer => ooxml(word, extra);

/** A message saved by Outlook ([MS-OXMSG]), with one attachment. */
export function outlookMessage(content: Piece, name = 'eicar.com'): Buffer {
  return oleOf([
    ['__nameid_version1.0', { folder: [['__substg1.0_00020102', '']] }],
    ['__substg1.0_0037001F', utf16('subject')],
    ['__substg1.0_1000001F', utf16('body')],
    [
      '__attach_version1.0_#00000000',
      {
        folder: [
          ['__substg1.0_37010102', content],
          ['__substg1.0_3707001F', utf16(name)],
          ['__properties_version1.0', zeros(32)],
        ],
      },
    ],
    ['__properties_version1.0', zeros(64)],
  ]);
}

/** An OLE 1.0 object as RTF embeds it ([MS-OLEDS] 2.2.5). */
export function rtfObject(needle: Buffer): string {
  const native = ole10Native(needle).subarray(4);
  return bytes(le32(0x501, 2, 8), 'Package\0', le32(0, 0, native.length), native).toString('hex');
}

export const ooxmlKinds = kindsOf('office', 'first', (add) => {
  for (const [extension, main] of Object.entries(ooxmlMains)) {
    add(`${extension}-ole-package`, (needle) =>
      ooxml(main, [
        [`${main.folder}/embeddings/oleObject1.bin`, oleOf([['\x01Ole10Native', ole10Native(needle)]])],
      ]),
    );
    add(`${extension}-embedded-raw`, (needle) =>
      ooxml(main, [[`${main.folder}/embeddings/eicar.com`, needle]]),
    );
  }
  add('docm-vbaproject-ole', (needle) => {
    const folder = [
      ['Module1', needle],
      ['dir', repeated([1], 100)],
    ] as const;
    return docx([
      [
        'word/vbaProject.bin',
        oleOf([
          ['VBA', { folder }],
          ['PROJECT', 'x'.repeat(50)],
        ]),
      ],
    ]);
  });
  add('docx-in-docx', (needle) =>
    docx([['word/embeddings/d.docx', docx([['word/embeddings/eicar.com', needle]])]]),
  );
  add('odt', (needle) =>
    zipOf([
      ['mimetype', 'application/vnd.oasis.opendocument.text'],
      ['content.xml', '<x/>'],
      ['Object 1', needle],
    ]),
  );
  add('jar', (needle) =>
    zipOf([
      ['META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\n'],
      ['a/eicar.com', needle],
    ]),
  );
  add('apk', (needle) =>
    zipOf([
      ['AndroidManifest.xml', '\x03\0\x08\0'],
      ['assets/eicar.com', needle],
    ]),
  );
  add('crx3', (needle) => bytes('Cr24', le32(3, 40), '\x12'.repeat(40), zipped(needle)));
});

export const oleKinds = kindsOf('office', 'first', (add) => {
  add('ole-doc-ole10native', (needle) =>
    oleOf([
      ['WordDocument', bytes('\xec\xa5\xc1\0', zeros(5000))],
      [
        'ObjectPool',
        {
          folder: [
            [
              '_1234567',
              {
                folder: [
                  ['\x01Ole10Native', ole10Native(needle)],
                  ['\x01CompObj', '\x01\0\xfe\xff'],
                ],
              },
            ],
          ],
        },
      ],
    ]),
  );
  add('ole-stream-is-eicar', (needle) => oleOf([['Stream', needle]]));
  add('ole-xls-embedded', (needle) =>
    oleOf([
      ['Workbook', bytes('\x09\x08\x10\0\0\x06\x05\0', zeros(5000))],
      ['MBD00012345', { folder: [['\x01Ole10Native', ole10Native(needle)]] }],
    ]),
  );
  add('ole-ppt-exoleobj', (needle) => {
    const object = oleOf([['\x01Ole10Native', ole10Native(needle)]]);
    const packed = deflateSync(object);
    return oleOf([
      ['PowerPoint Document', bytes(le16(0x10, 0x1011), le32(4 + packed.length, object.length), packed)],
      ['Current User', zeros(30)],
    ]);
  });
  add('ole-zip-in-stream', (needle) => oleOf([['Package', zipped(needle)]]));
  add('msg', (needle) => outlookMessage(needle));
  add('msg-zip', (needle) => outlookMessage(zipped(needle), 'a.zip'));
});

export const rtfKinds = kindsOf('office', 'first', (add) => {
  const inGroups = (hex: string, size: number, between: string): string =>
    (hex.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(between);
  const packageRtf = (data: string): Buffer =>
    bytes(`{\\rtf1\\ansi hello {\\object\\objemb{\\*\\objclass Package}{\\*\\objdata ${data}}}}`);
  add('rtf-objdata', (needle) => packageRtf(rtfObject(needle)));
  add('rtf-objdata-lines', (needle) => packageRtf(inGroups(rtfObject(needle), 32, '\r\n')));
  add('rtf-objdata-obfuscated', (needle) =>
    bytes(`{\\rtf1\\ansi {\\object\\objemb{\\*\\objdata{\\mmath}${inGroups(rtfObject(needle), 3, ' ')}}}}`),
  );
  add('rtf-short-magic', (needle) =>
    bytes(`{\\rt\\ansi {\\object\\objemb{\\*\\objdata ${rtfObject(needle)}}}}`),
  );
});
