import { bytes, zeros } from '../layouts/byte-layout.js';
import { gnuMagic, paxMember, paxRecord, tarEnd, tarMember, tarOf } from '../layouts/tar-layout.js';
import { blocks } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

export const tarWriterKinds = kindsOf('tar', 'further', (add) => {
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
