import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { bytes, le32, noise, repeated, zeros } from '../layouts/byte-layout.js';
import { uuencoded } from '../layouts/mail-layout.js';
import { rar4, rar5 } from '../layouts/rar-layout.js';
import { tarMember, tarOf } from '../layouts/tar-layout.js';
import { zipOf, zipped } from '../layouts/zip-layout.js';
import { bzip2, sevenZip, xz, zstd } from '../making/compressors.js';
import { blocks } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { arMember, cpioNewc, deb, lha } from './archives.js';

const hello = bytes('hello');
const alpine = (needle: Buffer): Buffer =>
  bytes(gzipSync(tarMember('.PKGINFO', 'pkgname = x\n')), gzipSync(tarOf([['usr/bin/eicar', needle]])));

/** Packages of other systems and languages, scripts that carry their files along. */
export const packageKinds = kindsOf('archive', 'further', (add) => {
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
