import { bytes, noise, repeated } from '../layouts/byte-layout.js';
import { programHead } from '../layouts/program-layout.js';
import { rar4, rar5 } from '../layouts/rar-layout.js';
import { sevenZip } from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

const methods: readonly (readonly [string, string])[] = [
  ['lzma', '-m0=LZMA'],
  ['lzma2', '-m0=LZMA2'],
  ['ppmd', '-m0=PPMd'],
  ['bzip2', '-m0=BZip2'],
  ['deflate', '-m0=Deflate'],
  ['deflate64', '-m0=Deflate64'],
  ['copy', '-m0=Copy'],
  ['bcj', '-m0=BCJ -m1=LZMA'],
  ['bcj2', '-m0=BCJ2 -m1=LZMA -m2=LZMA -m3=LZMA -mb0:1 -mb0s1:2 -mb0s2:3'],
  ['delta', '-m0=Delta:4 -m1=LZMA2'],
  ['arm64', '-m0=ARM64 -m1=LZMA2'],
  ['header-plain', '-mhc=off'],
];
const inFront = { endsAnywhere: 'what remains may be no more than the program in front' };
const volume = 'one volume of several';

export const sevenZipKinds = kindsOf('7z', 'first', (add) => {
  for (const [label, switches] of methods) add(`7z-${label}`, (needle) => sevenZip(needle, switches));
  const files = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, `file ${index}`]));
  add('7z-solid-last', (needle) => sevenZip(needle, '-ms=on', { name: 'zz.com', files }));
  add('7z-sfx', async (needle) => bytes(programHead, await sevenZip(needle)), inFront);
  const made = (needle: Buffer, script: string, out: string): Promise<Buffer> =>
    madeBy({ needs: ['7z'], files: { 'eicar.com': needle, f: repeated(noise(5, 3000), 3) }, script, out });
  add('7z-real-sfx', (needle) => made(needle, '7z a -y -sfx a.exe eicar.com', 'a.exe'), inFront);
  add('7z-volume-1', (needle) => made(needle, '7z a -y -mx0 -v4k a.7z eicar.com f', 'a.7z.001'), {
    said: 'the table of its files stands in the last volume',
    heldTwin: volume,
  });
  add('7z-volume-2', (needle) => made(needle, '7z a -y -mx0 -v4k a.7z f eicar.com', 'a.7z.003'), {
    clean: 'the middle of a cut file: bytes without any mark, and not readable alone',
  });
  add('wim', (needle) => sevenZip(needle, '-twim', { out: 'a.wim' }));
});

/** Stored, by hand; a compressed, solid or multi-volume RAR can be written by RAR alone, which is not free software. */
export const rarKinds = kindsOf('rar', 'first', (add) => {
  add('rar4-store', (needle) => rar4(needle));
  add('rar5-store', (needle) => rar5(needle));
  add('rar4-sfx', (needle) => bytes(programHead, rar4(needle)), inFront);
  add('rar5-sfx', (needle) => bytes(programHead, rar5(needle)), inFront);
  add('rar4-volume-first', (needle) => rar4(needle, { mainFlags: 1, fileFlags: 2 }), { heldTwin: volume });
  add('rar5-method-unknown', (needle) => rar5(needle, { method: 7 }), { said: 'a method that no one knows' });
});
