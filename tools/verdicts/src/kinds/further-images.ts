import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { bytes } from '../layouts/byte-layout.js';
import { rar5 } from '../layouts/rar-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import type { ToolName } from '../making/tools.js';
import { converted, diskScript, plainIso } from './images.js';

const sectors = { endsAnywhere: 'the file stands in front; what is cut off are empty sectors' };

export const furtherImageKinds = kindsOf('image', 'further', (add) => {
  const folder = (name: string, needs: readonly ToolName[], script: string, options = {}): void =>
    add(
      name,
      (needle) => madeBy({ needs, files: { 'd/e/eicar.com': needle, 'd/a.txt': 'a' }, script, out: 'a' }),
      options,
    );
  for (const packer of ['xz', 'lzo', 'lz4', 'zstd'])
    folder(
      `squashfs-${packer}`,
      ['mksquashfs'],
      `mksquashfs d a -quiet -no-progress -comp ${packer} >/dev/null`,
      packer === 'lz4' ? { said: 'blocks packed with LZ4 are not unpacked in this file system' } : {},
    );
  folder('iso-level-3', ['genisoimage'], 'genisoimage -quiet -iso-level 3 -o a d');
  folder('iso-joliet-rockridge', ['genisoimage'], 'genisoimage -quiet -J -R -o a d');
  folder('iso-padded-none', ['genisoimage'], 'genisoimage -quiet -no-pad -o a d', {
    endsAnywhere: { 50: 'what remains is the empty area in front of any mark' },
  });
  folder('iso-xorriso', ['xorriso'], 'xorriso -as mkisofs -quiet -J -R -o a d');
  for (const version of ['ext2', 'ext3'])
    folder(
      `img-${version}`,
      ['mke2fs'],
      `head -c 4194304 /dev/zero >a; mke2fs -q -t ${version} -d d a`,
      sectors,
    );
  const fat = (name: string, bits: number, megabytes: number): void =>
    folder(
      name,
      ['mkfs.fat', 'mcopy'],
      `truncate -s ${megabytes}M a; mkfs.fat -F ${bits} a >/dev/null; mcopy -s -i a d ::/`,
      sectors,
    );
  fat('img-fat16-no-table', 16, 16);
  fat('img-fat32-no-table', 32, 40);
  folder(
    'img-fat12-long-name',
    ['mkfs.fat', 'mcopy'],
    'truncate -s 1440k a; mkfs.fat a >/dev/null; mcopy -i a d/e/eicar.com "::/a very long name indeed.exe"',
    sectors,
  );
  const disk = (name: string, convert: string): void =>
    add(`img-${name}`, (needle) =>
      madeBy({
        needs: ['mkfs.fat', 'mcopy', 'sfdisk', 'qemu-img'],
        files: { 'eicar.com': needle },
        script: `${diskScript()} qemu-img convert ${convert} a.img a.out`,
        out: 'a.out',
      }),
    );
  disk('vhd-fixed', '-O vpc -o subformat=fixed');
  disk('vmdk-stream', '-O vmdk -o subformat=streamOptimized');
  disk('qcow2-compressed', '-c -O qcow2');
  disk('qcow2-old', '-O qcow2 -o compat=0.10');
  disk('vdi', '-O vdi');
  disk('vhdx-fixed', '-O vhdx -o subformat=fixed');
  add('img-gz', async (needle) => gzipSync(await converted('raw')(needle)));
  add('iso-in-zip', async (needle) => zipped(await plainIso(needle), 'a.iso'));
  add('iso-in-rar', async (needle) => rar5(await plainIso(needle), { name: 'a.iso' }));
  add(
    'appimage',
    async (needle) => {
      const image = await madeBy({
        needs: ['mksquashfs'],
        files: { 'd/eicar.com': needle },
        script: 'mksquashfs d a -quiet -no-progress >/dev/null',
        out: 'a',
      });
      return bytes(readFileSync('/bin/true'), image);
    },
    { endsAnywhere: { 50: 'what remains is the program in front' } },
  );
  add('wim-in-iso', (needle) =>
    madeBy({
      needs: ['7z', 'genisoimage'],
      files: { 'eicar.com': needle },
      script: 'mkdir d; 7z a -y -twim d/a.wim eicar.com >/dev/null; genisoimage -quiet -o a.iso d',
      out: 'a.iso',
    }),
  );
});
