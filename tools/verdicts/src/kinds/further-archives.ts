import { createHash } from 'node:crypto';
import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib';
import {
  bytes,
  fromHex,
  le16,
  le32,
  le64,
  noise,
  repeated,
  replaced,
  zeros,
} from '../layouts/byte-layout.js';
import { uuencoded } from '../layouts/mail-layout.js';
import { rar4, rar5 } from '../layouts/rar-layout.js';
import { gnuMagic, paxMember, paxRecord, tarEnd, tarMember, tarOf } from '../layouts/tar-layout.js';
import {
  deflatedZip,
  directoryEnd,
  directoryEntry,
  localHeader,
  oneEntryZip,
  zipOf,
  zipped,
} from '../layouts/zip-layout.js';
import { bzip2, infoZip, lz4, lzip, lzmaAlone, sevenZip, xz, xzWith, zstd } from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import type { ToolName } from '../making/tools.js';
import { arMember, cpioNewc, deb, lha } from './archives.js';
import { streamedZip } from './zip.js';

const hello = bytes('hello');
const extraField = (id: number, content: Buffer): Buffer => bytes(le16(id, content.length), content);

/** Habits of other writers of zip, and what an attacker makes of them. */
export const furtherZipKinds = kindsOf('zip', 'further', (add) => {
  const withExtra = (name: string, extra: (needle: Buffer) => Buffer): void =>
    add(`zip-extra-${name}`, (needle) =>
      deflatedZip(needle, { local: { extra: extra(needle) }, directory: { extra: extra(needle) } }),
    );
  withExtra('unicode-path', () =>
    extraField(0x7075, bytes([1], le32(crc32('eicar.com')), Buffer.from('счёт.exe'))),
  );
  withExtra('ntfs', () => extraField(0x000a, bytes(zeros(4), le16(1, 24), zeros(24))));
  withExtra('unix-times', () => extraField(0x5455, bytes([3], le32(1_700_000_000, 1_700_000_000))));
  withExtra('android-alignment', () => extraField(0xd935, bytes(le16(4), zeros(13))));
  withExtra('cut-short', () => bytes(le16(0x5455, 400), [1, 2, 3]));
  add('zip-infozip-recursive', (needle) =>
    infoZip({ 'd/e/eicar.com': needle, 'd/a.txt': 'a' }, 'zip -q -r a.zip d'),
  );
  add('zip-infozip-to-pipe', (needle) => infoZip({ 'eicar.com': needle }, 'zip -q - eicar.com | cat >a.zip'));
  add('zip-seven-zip-deflate', (needle) => sevenZip(needle, '-tzip -mx9', { out: 'a.zip' }));
  add('zip-seven-zip-bzip2', (needle) => sevenZip(needle, '-tzip -mm=BZip2', { out: 'a.zip' }));
  add('zip-seven-zip-lzma', (needle) => sevenZip(needle, '-tzip -mm=LZMA', { out: 'a.zip' }));
  add('zip-zip64-sizes-in-both', (needle) => {
    const packed = deflateRawSync(needle);
    const fields = {
      version: 45,
      packedSize: 0xffffffff,
      size: 0xffffffff,
      extra: extraField(1, le64(needle.length, packed.length)),
    };
    return oneEntryZip(needle, { packed, method: 8, local: fields, directory: fields });
  });
  add('zip-zip64-descriptor', (needle) => {
    const packed = deflateRawSync(needle);
    return oneEntryZip(needle, {
      packed,
      method: 8,
      directory: { flags: 8 },
      local: {
        flags: 8,
        checksum: 0,
        packedSize: 0xffffffff,
        size: 0xffffffff,
        extra: extraField(1, zeros(16)),
      },
      descriptor: bytes('PK\x07\x08', le32(crc32(needle)), le64(packed.length, needle.length)),
    });
  });
  const deflated = (name: string, options: Parameters<typeof deflateRawSync>[1]): void =>
    add(`zip-deflate-${name}`, (needle) =>
      oneEntryZip(needle, { packed: deflateRawSync(needle, options), method: 8 }),
    );
  deflated('stored-blocks', { level: 0 });
  deflated('fixed-codes', { strategy: constants.Z_FIXED });
  deflated('huffman-only', { strategy: constants.Z_HUFFMAN_ONLY });
  add('zip-comment-64k', (needle) => zipOf([['eicar.com', needle]], { comment: repeated('c', 65_535) }));
  add('zip-in-comment', (needle) => zipOf([['a.txt', hello]], { comment: zipped(needle) }));
  add('zip-comment-longer-than-file', (needle) => {
    const zip = zipped(needle);
    zip.writeUInt16LE(500, zip.length - 2);
    return zip;
  });
  const count = (claimed: number) => (needle: Buffer) => {
    const zip = zipped(needle);
    zip.writeUInt16LE(claimed, zip.length - 14);
    zip.writeUInt16LE(claimed, zip.length - 12);
    return zip;
  };
  add('zip-says-none-inside', count(0));
  add('zip-says-two-inside', count(2));
  add('zip-directory-size-zero', (needle) => {
    const zip = zipped(needle);
    zip.writeUInt32LE(0, zip.length - 10);
    return zip;
  });
  add('zip-directory-reversed', (needle) => {
    const [one, two] = [
      { name: 'a.txt', content: hello },
      { name: 'eicar.com', content: needle },
    ];
    const locals = [localHeader(one), localHeader(two)] as const;
    const directory = bytes(directoryEntry(two, locals[0].length), directoryEntry(one, 0));
    return bytes(
      ...locals,
      directory,
      directoryEnd(2, directory.length, locals[0].length + locals[1].length),
    );
  });
  add(
    'zip-local-behind-the-end',
    (needle) => bytes(zipOf([['a.txt', hello]]), localHeader({ name: 'eicar.com', content: needle })),
    { endsAnywhere: 'what remains may be the first archive, whole' },
  );
  add('zip-gap-before-directory', (needle) => {
    const entry = { name: 'eicar.com', content: needle };
    const local = bytes(localHeader(entry), zeros(300));
    const directory = directoryEntry(entry, 0);
    return bytes(local, directory, directoryEnd(1, directory.length, local.length));
  });
  add('zip-two-names-one-file', (needle) => {
    const entry = { name: 'eicar.com', content: needle };
    const local = localHeader(entry);
    const directory = bytes(directoryEntry({ ...entry, name: 'readme.txt' }, 0), directoryEntry(entry, 0));
    return bytes(local, directory, directoryEnd(2, directory.length, local.length));
  });
  add('zip-stored-in-stored', (needle) =>
    zipOf([['a.zip', zipOf([['eicar.com', needle]], { stored: true })]], { stored: true }),
  );
  add('zip-streamed-stored-zip-inside', (needle) => streamedZip(zipped(needle), { isStored: true }));
  add('zip-descriptor-mark-in-data', (needle) =>
    zipOf(
      [
        ['a', bytes('PK\x07\x08', noise(3, 60), 'PK\x01\x02', 'PK\x05\x06')],
        ['eicar.com', needle],
      ],
      { stored: true },
    ),
  );
  add('zip-300-members-in-folders', (needle) =>
    zipOf([
      ...Array.from({ length: 300 }, (_, index) => [`d${index % 7}/f${index}`, `x${index}`] as const),
      ['d3/eicar.com', needle] as const,
    ]),
  );
  add('zip-mail-inside', (needle) =>
    zipped(
      bytes(
        `Subject: x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n${needle.toString('base64')}\r\n`,
      ),
      'a.eml',
    ),
  );
  add('zip-mark-pk34-lower-case-name', (needle) => deflatedZip(needle, { name: 'EICAR.COM;1' }));
  add('zip-dates-zero', (needle) => replaced(deflatedZip(needle), '\x21\x5a', '\0\0'));
});

/** What other compressors and options write. */
export const furtherStreamKinds = kindsOf('stream', 'further', (add) => {
  const piped = (name: string, tool: ToolName, command: string): void =>
    add(name, (needle) =>
      madeBy({ needs: [tool], files: { e: needle }, script: `${command} <e >o`, out: 'o' }),
    );
  add('gz-header-checksum', (needle) => {
    const head = fromHex('1f8b08020000000000ff');
    const sums = bytes(
      le16(crc32(head) & 0xffff),
      deflateRawSync(needle),
      le32(crc32(needle), needle.length),
    );
    return bytes(head, sums);
  });
  add(
    'gz-100-members',
    (needle) =>
      bytes(
        ...Array.from({ length: needle.length }, (_, index) => gzipSync(needle.subarray(index, index + 1))),
      ),
    { endsAnywhere: { 50: 'it ends between two members, and no member says how many there are' } },
  );
  add('gz-empty-member-behind', (needle) => bytes(gzipSync(needle), gzipSync('')));
  add('gz-zip-behind', (needle) => bytes(gzipSync(hello), zipped(needle)));
  add('gz-level-0', (needle) => gzipSync(needle, { level: 0 }));
  add('bz2-level-1', (needle) =>
    madeBy({ needs: ['bzip2'], files: { e: needle }, script: 'bzip2 -1 e', out: 'e.bz2' }),
  );
  add('bz2-garbage-behind', async (needle) => bytes(await bzip2(needle), repeated('garbage', 9)));
  for (const check of ['none', 'crc32']) piped(`xz-check-${check}`, 'xz', `xz --check=${check} -c`);
  piped('xz-blocks', 'xz', 'xz --block-size=16 -c');
  piped('xz-delta', 'xz', 'xz --delta=dist=4 --lzma2=preset=0 -c');
  add('xz-arm-filter', (needle) => xzWith('--arm --lzma2=preset=6')(needle));
  add('xz-garbage-behind', async (needle) => bytes(await xz(needle), 'garbage!'));
  add('lzma-known-size', async (needle) => {
    const alone = await lzmaAlone(needle);
    le64(needle.length).copy(alone, 5);
    return alone;
  });
  piped('zst-no-checksum', 'zstd', 'zstd -q --no-check -c');
  piped('zst-long', 'zstd', 'zstd -q --long=27 -19 -c');
  add('zst-from-pipe', (needle) =>
    madeBy({ needs: ['zstd'], files: { e: needle }, script: 'cat e | zstd -q -c >o', out: 'o' }),
  );
  add('zst-two-frames', async (needle) =>
    bytes(await zstd(needle.subarray(0, 30)), await zstd(needle.subarray(30))),
  );
  add('zst-skippable-between', async (needle) =>
    bytes(
      await zstd(needle.subarray(0, 9)),
      fromHex('5a2a4d1803000000'),
      'abc',
      await zstd(needle.subarray(9)),
    ),
  );
  add('lz4-two-frames', async (needle) =>
    bytes(await lz4(needle.subarray(0, 30)), await lz4(needle.subarray(30))),
  );
  piped('lz4-no-checksums', 'lz4', 'lz4 -q --no-frame-crc -c');
  piped('lz4-linked-blocks', 'lz4', 'lz4 -q -BD -9 -c');
  add('lzip-members', async (needle) =>
    bytes(await lzip(needle.subarray(0, 30)), await lzip(needle.subarray(30))),
  );
  add('gz-in-bz2-in-xz', async (needle) => xz(await bzip2(gzipSync(needle))));
  add('uu-of-gz', (needle) => bytes(uuencoded(gzipSync(needle), 'eicar.gz', '\n')));
  add('base64-of-uuencode', (needle) =>
    bytes(`begin-base64 644 eicar.com\n${needle.toString('base64')}\n====\n`),
  );
});

const blocks = { endsAnywhere: 'what is cut off are blocks of zeros, or another member' };

export const furtherTarKinds = kindsOf('tar', 'further', (add) => {
  const gnuTar = (name: string, switches: string): void =>
    add(
      `tar-${name}`,
      (needle) =>
        madeBy({
          needs: ['tar'],
          files: { 'd/eicar.com': needle, 'd/a': 'a' },
          script: `tar ${switches} -cf a.tar d`,
          out: 'a.tar',
        }),
      blocks,
    );
  gnuTar('posix', '--format=posix');
  gnuTar('oldgnu', '--format=oldgnu');
  gnuTar('incremental', '--listed-incremental=s');
  gnuTar('label', '-V label');
  add(
    'tar-sparse',
    (needle) =>
      madeBy({
        needs: ['tar'],
        files: { 'eicar.com': needle },
        script: 'truncate -s 1M eicar.com; tar --sparse -cf a.tar eicar.com',
        out: 'a.tar',
      }),
    { leaf: (needle) => bytes(needle, zeros(1024 ** 2 - needle.length)), ...blocks },
  );
  add(
    'tar-size-base-256',
    (needle) =>
      tarEnd(tarMember('eicar.com', needle, { sizeField: bytes([0x80], zeros(10), [needle.length]) })),
    blocks,
  );
  add(
    'tar-size-with-spaces',
    (needle) =>
      tarEnd(
        tarMember('eicar.com', needle, {
          sizeField: `      ${needle.length.toString(8)} \0`.slice(-12).padStart(12),
        }),
      ),
    blocks,
  );
  for (const [name, type] of [
    ['old-type', '\0'],
    ['contiguous', '7'],
    ['unknown-type', 'Z'],
  ] as const)
    add(`tar-${name}`, (needle) => tarEnd(tarMember('eicar.com', needle, { type })), blocks);
  add(
    'tar-link-with-data',
    (needle) => tarEnd(tarMember('eicar.com', needle, { type: '1', linkName: 'a' })),
    {
      ...blocks,
      said: 'readers disagree whether a hard link has data',
      heldTwin: 'readers disagree whether a hard link has data',
    },
  );
  add('tar-no-end', (needle) => tarMember('eicar.com', needle), {
    endsAnywhere: 'many writers leave the end out',
  });
  add(
    'tar-zero-block-between',
    (needle) => tarEnd(bytes(tarMember('a', 'a'), zeros(512), tarMember('eicar.com', needle))),
    blocks,
  );
  add(
    'tar-pax-size',
    (needle) => paxMember(paxRecord('size', String(needle.length)), 'eicar.com', needle),
    blocks,
  );
  add(
    'tar-pax-global',
    (needle) =>
      tarEnd(bytes(tarMember('g', paxRecord('comment', 'x'), { type: 'g' }), tarMember('eicar.com', needle))),
    blocks,
  );
  add(
    'tar-in-tar',
    (needle) => tarOf([['a.tar', tarOf([['eicar.com', needle]])]], { magic: gnuMagic }),
    blocks,
  );
  add(
    'tar-prefix-split',
    (needle) => {
      const tar = tarOf([['eicar.com', needle]]);
      bytes('a/very/long/folder').copy(tar, 345);
      tar.fill(0x20, 148, 156);
      const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
      bytes(`${sum.toString(8).padStart(6, '0')}\0 `).copy(tar, 148);
      return tar;
    },
    blocks,
  );
});

const alpine = (needle: Buffer): Buffer =>
  bytes(gzipSync(tarMember('.PKGINFO', 'pkgname = x\n')), gzipSync(tarOf([['usr/bin/eicar', needle]])));

/** Packages of other systems and languages, scripts that carry their files along. */
export const furtherPackageKinds = kindsOf('archive', 'further', (add) => {
  for (const filter of ['ARM', 'ARMT', 'PPC', 'SPARC', 'IA64'])
    add(`7z-${filter.toLowerCase()}`, (needle) => sevenZip(needle, `-m0=${filter} -m1=LZMA2`));
  add('7z-not-solid', (needle) => sevenZip(needle, '-ms=off', { name: 'z.com', files: { a: 'a', b: 'b' } }));
  add('7z-in-7z', async (needle) => sevenZip(await sevenZip(needle), '', { name: 'a.7z', out: 'b.7z' }));
  add('7z-empty-files-too', (needle) => sevenZip(needle, '', { files: { a: '', b: '' } }));
  add('7z-large-dictionary', (needle) => sevenZip(needle, '-m0=LZMA2:d=64m'));
  add('rar4-two-in-a-row', (needle) => bytes(rar4(hello, { name: 'a.txt' }), rar4(needle)));
  add('rar5-garbage-behind', (needle) => bytes(rar5(needle), noise(3, 900)));
  add('rar5-text-in-front', (needle) => bytes(repeated('text ', 90), rar5(needle)), {
    endsAnywhere: { 50: 'what remains is the text in front' },
  });
  add('rar4-in-rar5', (needle) => rar5(rar4(needle), { name: 'a.rar' }));
  add('lha-level1', (needle) => lha(needle, 1));
  add('lha-lz4-stored', (needle) => lha(needle, 0, '-lz4-'));
  add(
    'ar-long-name',
    (needle) => bytes('!<arch>\n', arMember('//', `${'n'.repeat(40)}.com/\n`), arMember('/0', needle)),
    { endsAnywhere: 'its last member can end before its padding' },
  );
  add('ar-bsd-name', (needle) => bytes('!<arch>\n', arMember('#1/9', bytes('eicar.com', needle))), {
    endsAnywhere: 'its last member can end before its padding',
  });
  add('deb-in-control', async (needle) => {
    const control = gzipSync(tarOf([['./postinst', needle]]));
    return bytes(
      '!<arch>\n',
      arMember('debian-binary', '2.0\n'),
      arMember('control.tar.gz', control),
      arMember('data.tar.gz', gzipSync(tarOf([['./a', 'a']]))),
    );
  });
  add('deb-bz2', async (needle) => {
    const data = await bzip2(tarOf([['./eicar', needle]]));
    return bytes(
      '!<arch>\n',
      arMember('debian-binary', '2.0\n'),
      arMember('control.tar.gz', gzipSync(tarOf([['./control', 'x']]))),
      arMember('data.tar.bz2', data),
    );
  });
  add('deb-in-zip', async (needle) => zipped(await deb(needle), 'a.deb'));
  add('alpine-apk', alpine);
  add('npm-tgz', (needle) =>
    gzipSync(
      tarOf([
        ['package/package.json', '{}'],
        ['package/eicar.com', needle],
      ]),
    ),
  );
  add(
    'ruby-gem',
    (needle) =>
      tarOf([
        ['metadata.gz', gzipSync('--- x')],
        ['data.tar.gz', gzipSync(tarOf([['eicar.com', needle]]))],
      ]),
    blocks,
  );
  add('conda', async (needle) =>
    zipOf(
      [
        ['metadata.json', '{}'],
        ['pkg-x.tar.zst', await zstd(tarOf([['eicar.com', needle]]))],
      ],
      { stored: true },
    ),
  );
  add('python-wheel', (needle) =>
    zipOf([
      ['x/__init__.py', ''],
      ['x/eicar.com', needle],
      ['x.dist-info/RECORD', ''],
    ]),
  );
  add('cpio-two', async (needle) => bytes(await cpioNewc(hello), await cpioNewc(needle)), {
    endsAnywhere: 'the second archive may be missing',
  });
  add('initramfs', async (needle) => bytes(await cpioNewc(hello), gzipSync(await cpioNewc(needle))), {
    endsAnywhere: { 50: 'it ends behind the first of its archives, which is whole' },
  });
  const script = '#!/bin/sh\ntail -n +4 "$0" | tar xz\nexit 0\n';
  add('script-with-tgz', (needle) => bytes(script, gzipSync(tarOf([['eicar.com', needle]]))));
  add('script-with-zip', (needle) => bytes('#!/bin/sh\nunzip -q "$0"; exit\n', zipped(needle)));
  add('script-with-xz', async (needle) => bytes(script, await xz(tarOf([['eicar.com', needle]]))));
  add('shell-archive', (needle) =>
    bytes(`#!/bin/sh\n# This is a shell archive\nuudecode <<'E'\n${uuencoded(needle, 'eicar.com', '\n')}E\n`),
  );
  add('crx2', (needle) => bytes('Cr24', le32(2, 16, 16), zeros(32), zipped(needle)));
  add('xpi', (needle) =>
    zipOf([
      ['manifest.json', '{}'],
      ['eicar.com', needle],
    ]),
  );
  add('epub', (needle) =>
    zipOf([
      ['mimetype', 'application/epub+zip'],
      ['META-INF/container.xml', '<x/>'],
      ['OEBPS/eicar.com', needle],
    ]),
  );
  add('git-bundle-like-text-in-front', (needle) =>
    bytes(`# v1\n${createHash('sha1').update('x').digest('hex')} refs/heads/main\n\n`, zipped(needle)),
  );
});
