import { readFileSync } from 'node:fs';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { bytes, le32, le16, noise, replaced, repeated } from '../layouts/byte-layout.js';
import { oleOf } from '../layouts/ole-layout.js';
import { plainPdf } from '../layouts/pdf-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import {
  deflatedZip,
  directoryEnd,
  directoryEntry,
  localHeader,
  oneEntryZip,
  zipOf,
  zipped,
} from '../layouts/zip-layout.js';
import { bzip2, infoZip, lzmaAlone, sevenZip, xz, zstd } from '../making/compressors.js';
import { type AddKind, kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

/** The beginning of a Windows program, as far as openers look at it. */
export const program = bytes('MZ', Buffer.alloc(58), le32(64), repeated('This is no program. ', 300));

/** LZMA in a zip (APPNOTE.TXT 5.8): version, length of the properties, properties, then the bare stream. */
export async function zipLzma(content: Buffer): Promise<Buffer> {
  const alone = await lzmaAlone(content);
  return bytes([9, 4], le16(5), alone.subarray(0, 5), alone.subarray(13));
}

/** A file whose sizes stand behind it (APPNOTE.TXT 4.3.9). */
export function streamedZip(
  needle: Buffer,
  options: { isStored?: boolean; hasSignature?: boolean } = {},
): Buffer {
  const { isStored = false, hasSignature = true } = options;
  const packed = isStored ? needle : deflateRawSync(needle);
  return oneEntryZip(needle, {
    packed,
    method: isStored ? 0 : 8,
    directory: { flags: 8 },
    local: { flags: 8, checksum: 0, packedSize: 0, size: 0 },
    descriptor: bytes(hasSignature ? 'PK\x07\x08' : '', le32(crc32(needle), packed.length, needle.length)),
  });
}

export const zipMethodKinds = kindsOf('zip', 'first', (add) => {
  add('zip-store', (needle) => zipOf([['eicar.com', needle]], { stored: true }));
  add('zip-deflate', (needle) => zipped(needle));
  add('zip-bzip2', async (needle) => oneEntryZip(needle, { packed: await bzip2(needle), method: 12 }));
  add('zip-lzma', async (needle) => oneEntryZip(needle, { packed: await zipLzma(needle), method: 14 }));
  add('zip-deflate64', (needle) =>
    sevenZip(needle, '-tzip -mm=Deflate64', { out: 'a.zip', files: { f: 'ab'.repeat(60_000) } }),
  );
  const withLines = (needle: Buffer): Buffer => bytes(needle, '\n'.repeat(60));
  add('zip-ppmd', (needle) => sevenZip(withLines(needle), '-tzip -mm=PPMd', { out: 'a.zip' }), {
    leaf: withLines,
  });
  const modern = { local: { version: 63 }, directory: { version: 63 } };
  add('zip-xz', async (needle) => oneEntryZip(needle, { packed: await xz(needle), method: 95, ...modern }));
  add('zip-zstd', async (needle) =>
    oneEntryZip(needle, { packed: await zstd(needle), method: 93, ...modern }),
  );
  add('zip-method-unknown', (needle) => oneEntryZip(needle, { method: 77 }), {
    said: 'a method that no one knows',
  });
  add('zip64', (needle) =>
    infoZip({ 'e.com': needle }, 'cat e.com | zip -q -fz- - - >/dev/null; zip -q -fz a.zip e.com'),
  );
  add('zip-dd', (needle) => streamedZip(needle));
  add('zip-dd-nosig', (needle) => streamedZip(needle, { hasSignature: false }));
  add('zip-dd-stored', (needle) => streamedZip(needle, { isStored: true }));
});

const inFront = { endsAnywhere: 'what remains may be no more than what stands in front' };

/** Something else in front, behind, or both. */
export const zipPlaceKinds = kindsOf('zip', 'first', (add) => {
  const behind = (name: string, prefix: () => Buffer | Promise<Buffer>): void =>
    add(name, async (needle) => deflatedZip(needle, { prefix: await prefix() }), inFront);
  behind('zip-sfx', () => program);
  add('zip-sfx-offset-not-fixed', (needle) => deflatedZip(needle, { prefix: program, base: 0 }), inFront);
  behind('zip-prefix-text', () => bytes('some text in front\n'));
  behind('zip-prefix-random-100k', () => noise(1, 100_000));
  behind('zip-prefix-png', () => bytes('\x89PNG\r\n\x1a\n', noise(2, 3000)));
  behind('zip-prefix-pdf', () => plainPdf());
  behind('zip-prefix-mail', () =>
    bytes('From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nhello\r\n'),
  );
  behind('zip-prefix-html', () => bytes('<html><body>hello</body></html>\n'));
  behind('zip-prefix-gif', () => bytes('GIF89a', noise(3, 900)));
  behind('zip-behind-elf', () => readFileSync('/bin/true'));
  behind('zip-behind-tar', () => tarOf([['a', 'hello']]));
  behind('zip-behind-gz', () => gzipSync('hello'));
  behind('zip-behind-ole', () => oleOf([['S', 'hello'.repeat(1000)]]));
  behind('zip-behind-7z', () => sevenZip(bytes('hello')));
  add('zip-garbage-behind-1k', (needle) => bytes(zipped(needle), repeated([1], 1000)));
  add('zip-garbage-behind-100k', (needle) => bytes(zipped(needle), repeated([1], 100_000)));
  add('zip-prefix-and-garbage-behind-100k', (needle) =>
    bytes(deflatedZip(needle, { prefix: program }), repeated([1], 100_000)),
  );
  add('zip-first-sig-broken', (needle) => bytes('XX', zipped(needle).subarray(2)), {
    endsAnywhere: {
      50: 'a piece of packed data under no mark; only the directory, which is gone, led to it',
    },
  });
});

/** Two readers see two different archives. */
export const zipTwoFacedKinds = kindsOf('zip', 'first', (add) => {
  const hidden = (needle: Buffer, isAfter: boolean): Buffer => {
    const shown = { name: 'a.txt', content: bytes('hello') };
    const [plain, evil] = [localHeader(shown), localHeader({ name: 'eicar.com', content: needle })];
    const body = isAfter ? bytes(plain, evil) : bytes(evil, plain);
    const directory = directoryEntry(shown, isAfter ? 0 : evil.length);
    return bytes(body, directory, directoryEnd(1, directory.length, body.length));
  };
  add('zip-local-not-in-directory-after', (needle) => hidden(needle, true));
  add('zip-local-not-in-directory-before', (needle) => hidden(needle, false));
  add('zip-directory-points-into-data', (needle) => {
    const entry = { name: 'eicar.com', content: needle };
    const outer = localHeader({ name: 'a.txt', content: localHeader(entry) });
    const directory = directoryEntry(entry, 30 + 5);
    return bytes(outer, directory, directoryEnd(1, directory.length, outer.length));
  });
  const twoDirectories = (needle: Buffer, isLast: boolean): Buffer => {
    const [first, second] = isLast ? [bytes('hello'), needle] : [needle, bytes('hello')];
    const one = { name: 'x.com', content: first };
    const two = { name: 'x.com', content: second };
    const locals = [localHeader(one), localHeader(two)] as const;
    const [start, end] = [locals[0].length, locals[0].length + locals[1].length];
    const directories = [directoryEntry(one, 0), directoryEntry(two, start)] as const;
    return bytes(
      ...locals,
      directories[0],
      directoryEnd(1, directories[0].length, end),
      directories[1],
      directoryEnd(1, directories[1].length, end + directories[0].length + 22),
    );
  };
  add('zip-two-directories-last', (needle) => twoDirectories(needle, true));
  add('zip-two-directories-first', (needle) => twoDirectories(needle, false));
  const harmless = (): Buffer => zipOf([['a.txt', 'hello']]);
  add('zip-concat-clean-eicar', (needle) => bytes(harmless(), zipped(needle)));
  add('zip-concat-eicar-clean', (needle) => bytes(zipped(needle), harmless()));
  add('zip-concat-fixed-offsets', (needle) =>
    bytes(harmless(), oneEntryZip(needle, { base: harmless().length })),
  );
});

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
