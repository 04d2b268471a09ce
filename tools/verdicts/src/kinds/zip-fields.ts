import { deflateRawSync } from 'node:zlib';
import { bytes, le32, noise, repeated, replaced } from '../layouts/byte-layout.js';
import {
  deflatedZip,
  directoryEnd,
  directoryEntry,
  localHeader,
  oneEntryZip,
  zipOf,
  zipped,
} from '../layouts/zip-layout.js';
import { infoZip } from '../making/compressors.js';
import { type AddKind, kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

const oddNames: readonly (readonly [string, Buffer])[] = [
  ['dotdot', bytes('../../../../eicar.com')],
  ['absolute', bytes('/etc/eicar.com')],
  ['nul', bytes('a.txt\0.com')],
  ['empty', bytes('')],
  ['long', repeated('n', 4000)],
  ['utf8-noflag', Buffer.from('счёт.exe')],
  ['cp866', bytes([0xe1, 0xe7, 0xf1, 0xe2], '.exe')],
  ['rtl', Buffer.from('a\u202egnp.exe')],
  ['backslash', bytes('..\\..\\eicar.com')],
  ['newline', bytes('a\r\nb.com')],
  ['dot', bytes('.')],
  ['dotdot-only', bytes('..')],
  ['con', bytes('CON')],
  ['colon', bytes('C:eicar.com')],
  ['bad-utf8', bytes('\xff\xfe\xc0.com')],
  ['dir-slash', bytes('eicar.com/')],
  ['spaces', bytes('   ')],
  ['macosx', bytes('__MACOSX/._eicar.com')],
];

export const zipNameKinds = kindsOf('zip', 'first', (add) => {
  for (const [label, name] of oddNames) add(`zip-name-${label}`, (needle) => deflatedZip(needle, { name }));
  add('zip-name-unicode', (needle) => zipped(needle, 'счёт-на-оплату.exe'));
  add('zip-name-differs', (needle) =>
    oneEntryZip(needle, { local: { name: 'hello.txt' }, directory: { name: 'eicar.com' } }),
  );
});

/** Fields that lie. */
export const zipFieldKinds = kindsOf('zip', 'first', (add) => {
  addModes(add);
  add('zip-method-differs-local-store', (needle) =>
    replaced(deflatedZip(needle), 'PK\x03\x04\x14\0\0\0\x08\0', 'PK\x03\x04\x14\0\0\0\0\0', 1),
  );
  add('zip-method-differs-directory-store', (needle) =>
    replaced(
      replaced(deflatedZip(needle), '\x14\0\0\0\x08\0', '\x14\0\0\0\0\0'),
      'PK\x03\x04\x14\0\0\0\0\0',
      'PK\x03\x04\x14\0\0\0\x08\0',
      1,
    ),
  );
  const flags = (local: number, directory: number) => (needle: Buffer) =>
    deflatedZip(needle, { local: { flags: local }, directory: { flags: directory } });
  add('zip-flag-encrypted-but-not', flags(1, 1), { heldTwin: 'it says that it is encrypted' });
  add('zip-flag-encrypted-local-only', flags(1, 0), { heldTwin: 'one header says that it is encrypted' });
  add('zip-flag-encrypted-directory-only', flags(0, 1), { heldTwin: 'one header says that it is encrypted' });
  add(
    'zip-wrong-crc',
    (needle) => deflatedZip(needle, { local: { checksum: 1 }, directory: { checksum: 1 } }),
    {
      heldTwin: 'its checksum is wrong',
    },
  );
  add('zip-local-sizes-zero', (needle) =>
    deflatedZip(needle, { local: { packedSize: 0, size: 0, checksum: 0 } }),
  );
  add('zip-local-sizes-huge', (needle) =>
    deflatedZip(needle, { local: { packedSize: 0x7fffffff, size: 0x7fffffff } }),
  );
  add(
    'zip-directory-usize-zero',
    (needle) => deflatedZip(needle, { directory: { size: 0 }, local: { size: 0 } }),
    {
      heldTwin: 'it says that nothing is in it',
    },
  );
  add('zip-version-99', (needle) =>
    deflatedZip(needle, { local: { version: 99 }, directory: { version: 99 } }),
  );
  add(
    'zip-no-directory',
    (needle) =>
      localHeader({ name: 'eicar.com', content: needle, packed: deflateRawSync(needle), method: 8 }),
    {
      heldTwin: 'its directory is missing',
    },
  );
  add(
    'zip-no-local',
    (needle) => {
      const directory = directoryEntry({ name: 'eicar.com', content: needle }, 0);
      return bytes(directory, directoryEnd(1, directory.length, 0));
    },
    {
      said: 'the needle is not in it at all; the archive is damaged',
      endsAnywhere: 'what remains is a piece of a directory',
    },
  );
  add('zip-pk00', (needle) => oneEntryZip(needle, { prefix: bytes('PK00'), base: 4 }));
  add('zip-comment-holds-eocd', (needle) =>
    zipOf([['eicar.com', needle]], { comment: bytes('PK\x05\x06', Buffer.alloc(18)) }),
  );
  add('zip-same-name-twice', (needle) =>
    zipOf([
      ['a.com', 'hello'],
      ['a.com', needle],
    ]),
  );
});

function addModes(add: AddKind): void {
  const unix = (mode: number) => (needle: Buffer) =>
    oneEntryZip(needle, { directory: { externalAttributes: mode * 65536, madeBy: 0x0314 } });
  add('zip-dir-attribute', (needle) => deflatedZip(needle, { directory: { externalAttributes: 0x10 } }));
  add('zip-unix-dir-mode', unix(0o040755));
  add('zip-unix-symlink-mode', unix(0o120777));
  add('zip-unix-device-mode', unix(0o020777));
}

/** Many members, several files, half of them encrypted. */
export const zipWholeKinds = kindsOf('zip', 'first', (add) => {
  const secret = 'a member is encrypted';
  add(
    'zip-after-encrypted-member',
    (needle) =>
      infoZip(
        { 's.txt': 'secret', 'eicar.com': needle },
        'zip -q -P secret a.zip s.txt; zip -q a.zip eicar.com',
      ),
    { heldTwin: secret },
  );
  add(
    'zip-before-encrypted-member',
    (needle) =>
      infoZip(
        { 's.txt': 'secret', 'eicar.com': needle },
        'zip -q a.zip eicar.com; zip -q -P secret a.zip s.txt',
      ),
    { heldTwin: secret },
  );
  const numbered = (needle: Buffer, count: number, content: (index: number) => string): Buffer =>
    zipOf([
      ...Array.from({ length: count }, (_, index) => [`f${index}.txt`, content(index)] as const),
      ['eicar.com', needle] as const,
    ]);
  add('zip-member-1000th', (needle) => numbered(needle, 999, (index) => `file ${index}`));
  add('zip-member-9000th', (needle) => numbered(needle, 8999, () => ''));
  add('zip-member-12000th', (needle) => numbered(needle, 11_999, () => ''), {
    said: 'more members than are examined by default (10,000)',
  });
  const split = (needle: Buffer, order: string, out: string): Promise<Buffer> =>
    madeBy({
      needs: ['zip'],
      files: { 'eicar.com': needle, f: noise(9, 200_000) },
      script: `zip -q -s 64k a.zip ${order}`,
      out,
    });
  const missing = { heldTwin: 'one volume of several' };
  add('zip-split-part', (needle) => split(needle, 'eicar.com f', 'a.z01'), missing);
  add('zip-split-last', (needle) => split(needle, 'f eicar.com', 'a.zip'), {
    ...missing,
    endsAnywhere:
      'what remains is the end of a file of the volume before, under no header; the needle stands behind it',
  });
  add('zip-archive-extra-data-record', (needle) =>
    deflatedZip(needle, { prefix: bytes('PK\x06\x08', le32(4), 'abcd') }),
  );
  add(
    'zip-2-disks',
    (needle) => replaced(oneEntryZip(needle), 'PK\x05\x06\0\0\0\0', 'PK\x05\x06\x01\0\x01\0'),
    missing,
  );
});
