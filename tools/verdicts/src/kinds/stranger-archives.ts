import { be16, be32, bytes, le16, le32, noise, padded, zeros } from '../layouts/byte-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { xz, xzWith } from '../making/compressors.js';
import { closed, inFront } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

const hello = 'hello\n';

const ntfs = (script: string) => (needle: Buffer) =>
  madeBy({
    needs: ['mkntfs'],
    files: { 'eicar.com': needle, 'a.txt': hello },
    script: `head -c 4194304 /dev/zero >a.img; mkntfs -F -q -Q a.img >/dev/null 2>&1; ${script} >/dev/null 2>&1`,
    out: 'a.img',
  });

/** As compress wrote before it could clear its table: codes of nine bits, the lowest bit first. */
function compressedWithoutClearCodes(content: Buffer): Buffer {
  const bits = [...content].flatMap((byte) => Array.from({ length: 9 }, (_, bit) => (byte >> bit) & 1));
  const out = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries()) if (bit === 1) out[at >> 3] = (out[at >> 3] ?? 0) | (1 << (at & 7));
  return bytes([0x1f, 0x9d, 0x10], out);
}

/** pack(1), of which only the head is right: its size, the longest code, how many codes of each length. */
const packed = (content: Buffer): Buffer =>
  bytes([0x1f, 0x1e], be32(content.length), [8], be16(1), [0, 0, 0, 0, 0, 4], content, zipped(content));

/** Archives that few programs write, and some open. */
export const strangerArchiveKinds = kindsOf('archive', 'further', (add) => {
  add('lzma-alone-other-properties', (needle) => xzWith('--format=lzma --lzma1=lc=0,lp=2,pb=0')(needle));
  add('xz-arm64-filter', (needle) => xzWith('--arm64 --lzma2')(needle));
  add('compress-Z-no-block-mode', compressedWithoutClearCodes, {
    endsAnywhere: 'codes without an end mark, each of which stands for itself',
  });
  add(
    'script-with-plain-tar',
    (needle) => bytes('#!/bin/sh\ntail -n +4 "$0" | tar x\nexit 0\n', tarOf([['eicar.com', needle]])),
    inFront,
  );
  add(
    'tar-behind-png',
    (needle) => bytes('\x89PNG\r\n\x1a\n', noise(5, 777), tarOf([['eicar.com', needle]])),
    inFront,
  );
  add('tar-behind-broken-block', (needle) => bytes(noise(6, 512), tarOf([['eicar.com', needle]])), inFront);
  const wim = (options: string) => (needle: Buffer) =>
    madeBy({
      needs: ['wimlib-imagex'],
      files: { 'd/eicar.com': needle, 'd/a.txt': hello.repeat(3000) },
      script: `wimlib-imagex capture d a.wim ${options} >/dev/null`,
      out: 'a.wim',
    });
  add('wim-lzx', wim('--compress=LZX'));
  add('wim-xpress', wim('--compress=XPRESS'));
  add('wim-solid-lzms', wim('--solid --compress=LZMS'));
  add('wim-pipable', wim('--pipable'), closed);
  add('deb-members-odd-order', async (needle) => {
    const member = (name: string, content: Buffer): Buffer =>
      bytes(
        name.padEnd(16),
        '0'.padEnd(12),
        '0'.padEnd(6),
        '0'.padEnd(6),
        '100644'.padEnd(8),
        String(content.length).padEnd(10),
        '`\n',
        content,
        content.length % 2 === 1 ? '\n' : '',
      );
    return bytes(
      '!<arch>\n',
      member('debian-binary', Buffer.from('2.0\n')),
      member('_gpgorigin', Buffer.from('x')),
      member('data.tar.lzma', await xzWith('--format=lzma')(tarOf([['./eicar.com', needle]]))),
      member('control.tar.xz', await xz(tarOf([['./control', hello]]))),
    );
  });
  add('pack', packed, closed);
  add('zstd-before-1-0', (needle) => bytes([0x27, 0xb5, 0x2f, 0xfd], noise(7, 100), needle), closed);
  add('free-arc', (needle) => bytes('ArC\x01', noise(8, 200), needle), closed);
  add(
    'apple-archive',
    (needle) =>
      bytes('AA01', le16(32), 'TYP1F', 'PATP', le16(9), 'eicar.com', 'DATA', le16(needle.length), needle),
    {
      ...closed,
    },
  );
  add('apple-archive-packed', (needle) => bytes('pbze', zeros(4), noise(9, 100), needle), closed);
  add('szdd-of-basic', (needle) => bytes('SZ \x88\xf0\x27\x33\xd1', le32(needle.length), needle), closed);
  add('flatpak-bundle', (needle) => bytes('flatpak\0\x01\0\x89\xe5', zeros(100), needle), closed);
  add(
    'phar',
    (needle) =>
      bytes(
        '<?php __HALT_COMPILER(); ?>\r\n',
        le32(60, 1),
        [0x11, 0],
        le32(0x10000, 0, 0, 9),
        'eicar.com',
        le32(needle.length, 0, needle.length, 0, 0x1a4, 0),
        needle,
        noise(2, 20),
        le32(2),
        'GBMB',
      ),
    { ...closed, endsAnywhere: 'a script ends where it ends' },
  );
});

/** Images of disks and discs that keep a file where not everyone looks. */
export const strangerImageKinds = kindsOf('image', 'further', (add) => {
  const iso = (switches: string) => (needle: Buffer) =>
    madeBy({
      needs: ['genisoimage', 'mkfs.fat', 'mcopy'],
      files: { 'd/eicar.com': needle, 'd/readme.txt': hello },
      script: `head -c 1474560 /dev/zero >boot.img; mkfs.fat boot.img >/dev/null; mcopy -i boot.img d/eicar.com ::/; ${switches}`,
      out: 'a.iso',
    });
  const made = (switches: string): ((needle: Buffer) => Promise<Buffer>) =>
    iso(`genisoimage -quiet ${switches} -o a.iso d`);
  add('iso-hidden-from-joliet', made('-J -R -hide-joliet eicar.com'));
  add('iso-only-in-joliet', made('-J -hide eicar.com'));
  add('iso-boot-image-hidden', (needle) =>
    iso(
      'mv boot.img d/; rm d/eicar.com; genisoimage -quiet -b boot.img -c boot.cat -hide boot.img -hide boot.cat -o a.iso d',
    )(needle),
  );
  add('nrg', async (needle) => {
    const image = await made('-J')(needle);
    const start = 150 * 2048;
    return bytes(
      zeros(start),
      image,
      'CUEX',
      be32(8),
      zeros(8),
      'END!',
      be32(0),
      'NER5',
      be32(0, start + image.length),
    );
  });
  add('cd-raw-with-subchannels', async (needle) => {
    const image = await made('-J')(needle);
    const sync = bytes([0], Buffer.alloc(10, 255), [0], [0, 2, 0, 1]);
    return bytes(
      ...Array.from({ length: Math.ceil(image.length / 2048) }, (_, sector) =>
        bytes(sync, padded(image.subarray(sector * 2048, sector * 2048 + 2048), 2048), zeros(288 + 96)),
      ),
    );
  });
  add('ntfs', ntfs('ntfscp -f -q a.img eicar.com eicar.com'));
  add(
    'ntfs-alternate-stream',
    ntfs('ntfscp -f -q a.img a.txt a.txt; ntfscp -f -q -N evil a.img eicar.com a.txt'),
  );
  add('lvm', (needle) => bytes(zeros(512), 'LABELONE', noise(3, 504), 'x', padded(needle, 4096)), {
    ...closed,
    endsAnywhere: 'sectors without a mark',
  });
  for (const [name, at, mark] of [
    ['jfs', 0x8000, 'JFS1'],
    ['reiserfs', 0x10034, 'ReIsEr2Fs'],
    ['ufs2', 0x1055c, '\x19\x01\x54\x19'],
    ['zfs', 0x20000, '\x0c\xb1\xba\x00\0\0\0\0'],
  ] as const)
    add(name, (needle) => bytes(zeros(at), mark, zeros(2000), padded(needle, 4096)), {
      ...closed,
      endsAnywhere: 'blocks without a mark',
    });
});
