import { deflateSync, gzipSync } from 'node:zlib';
import { be32, be64, bytes, zeros } from '../layouts/byte-layout.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

const image =
  (switches: string, name = 'eicar.com') =>
  (needle: Buffer) =>
    madeBy({
      needs: ['genisoimage'],
      files: { [`d/${name}`]: needle },
      script: `genisoimage -quiet ${switches} -o a.iso d`,
      out: 'a.iso',
    });
export const plainIso = image('');

const sectorBytes = 2048;

/** An image that both know, without what makes it an ISO 9660. */
async function udfOnly(needle: Buffer): Promise<Buffer> {
  const content = await image('-udf')(needle);
  for (let sector = 16; sector < 40; sector += 1) {
    const at = sector * sectorBytes;
    if (content.toString('latin1', at + 1, at + 6) === 'CD001') content.fill(0, at, at + sectorBytes);
  }
  return content;
}

const floppy = 'head -c 1474560 /dev/zero >a.img; mkfs.fat a.img >/dev/null; mcopy -i a.img eicar.com ::/; ';

/** A disk of 8 MiB with one FAT file system. */
export function diskScript(table = 'start=2048, type=6', megabytes = 7): string {
  return [
    `head -c 8388608 /dev/zero >a.img; printf "${table}\\n" | sfdisk -q a.img`,
    `head -c ${megabytes * 1024 ** 2} /dev/zero >p.img; mkfs.fat p.img >/dev/null; mcopy -i p.img eicar.com ::/`,
    'dd if=p.img of=a.img bs=1M seek=1 conv=notrunc status=none; ',
  ].join('; ');
}

const gptTable = 'label: gpt\\nstart=2048, size=12000, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7';

const disk =
  (script: string, out = 'a.img') =>
  (needle: Buffer) =>
    madeBy({ needs: ['mkfs.fat', 'mcopy', 'sfdisk'], files: { 'eicar.com': needle }, script, out });
export const converted = (format: string) => (needle: Buffer) =>
  madeBy({
    needs: ['mkfs.fat', 'mcopy', 'sfdisk', 'qemu-img'],
    files: { 'eicar.com': needle },
    script: `${diskScript()} qemu-img convert -O ${format} a.img a.out`,
    out: 'a.out',
  });

const inFolder =
  (needs: Parameters<typeof madeBy>[0]['needs'], script: string, out: string) => (needle: Buffer) =>
    madeBy({ needs, files: { 'd/eicar.com': needle }, script, out });

/** Apple's UDIF: one block, zlib. */
function dmgOf(raw: Buffer): Buffer {
  const packed = deflateSync(raw);
  const sectors = raw.length / 512;
  const block = (type: number, at: number, count: number, offset: number, length: number): Buffer =>
    bytes(be32(type, 0), be64(at, count, offset, length));
  const table = bytes(
    ...['mish', be32(1), be64(0, sectors, 0), be32(2056, 0), zeros(24), be32(2, 32), zeros(128), be32(2)],
    ...[block(0x80000005, 0, sectors, 0, packed.length), block(0xffffffff, sectors, 0, packed.length, 0)],
  );
  const list = bytes(
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0"><dict><key>resource-fork</key><dict><key>blkx</key><array><dict><key>Attributes</key><string>0x0050</string><key>Data</key><data>',
    table.toString('base64'),
    '</data><key>ID</key><string>0</string><key>Name</key><string>disk</string></dict></array></dict></dict></plist>',
  );
  const trailer = bytes(
    ...['koly', be32(4, 512, 1), be64(0, 0, packed.length, 0, 0), be32(1, 1), '\x01'.repeat(16), be32(0, 0)],
    ...[zeros(128), be64(packed.length, list.length), zeros(120), be32(0, 0), zeros(128), be32(1)],
    ...[be64(sectors), zeros(12)],
  );
  return bytes(packed, list, trailer);
}

/** As Python's and the tools' writers made it when first measured: what is cut off holds nothing, or zeros. */
const zerosBehind = { endsAnywhere: 'the file stands in front; what is cut off are empty sectors' };

export const imageKinds = kindsOf('image', 'first', (add) => {
  add('iso-plain', plainIso);
  add('iso-joliet', image('-J', 'eicar-long name.com'));
  add('iso-rockridge', image('-R', 'eicar-long name.com'));
  add('iso-udf-bridge', image('-udf'));
  add('iso-udf-only', udfOnly);
  add('iso-hybrid-mbr', async (needle) =>
    bytes('\xeb\x63', '\x90'.repeat(508), '\x55\xaa', (await plainIso(needle)).subarray(512)),
  );
  add('iso-gz', async (needle) => gzipSync(await plainIso(needle)));
  add('img-fat12', disk(floppy), zerosBehind);
  add('img-mbr-fat16', disk(diskScript()), zerosBehind);
  add('img-gpt-fat', disk(diskScript(gptTable, 5)), zerosBehind);
  const formats = { vhd: 'vpc', vhdx: 'vhdx', vmdk: 'vmdk', qcow2: 'qcow2' };
  for (const [name, format] of Object.entries(formats)) add(`img-${name}`, converted(format));
  add(
    'img-ext4',
    inFolder(['mke2fs'], 'head -c 2097152 /dev/zero >a.img; mke2fs -q -t ext4 -d d a.img', 'a.img'),
    zerosBehind,
  );
  const squash = (switches: string) =>
    inFolder(['mksquashfs'], `mksquashfs d a.sq -quiet -no-progress ${switches} >/dev/null`, 'a.sq');
  add('squashfs', squash(''));
  add('squashfs-nocomp', squash('-noI -noD -noF -noX'));
  add(
    'hfs',
    (needle) =>
      madeBy({
        needs: ['hformat'],
        files: { 'eicar.com': needle },
        script: 'head -c 921600 /dev/zero >a.img; hformat a.img >/dev/null; hcopy -r eicar.com :; humount',
        out: 'a.img',
      }),
    { said: 'Apple’s file system of before 1998 is recognised and not opened', ...zerosBehind },
  );
  add('hfsplus-iso', inFolder(['xorriso'], 'xorriso -as mkisofs -quiet -hfsplus -o a.iso d', 'a.iso'));
  add('dmg', async (needle) => dmgOf(await disk(diskScript())(needle)), {
    endsAnywhere: { 50: 'packed blocks alone; the table that says what they are stood at the end' },
  });
});
