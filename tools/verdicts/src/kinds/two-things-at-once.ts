import { deflateSync, gzipSync } from 'node:zlib';
import { bytes, zeros } from '../layouts/byte-layout.js';
import { fat12 } from '../layouts/fat-layout.js';
import { iso, isoPath, isoRecord } from '../layouts/iso-layout.js';
import { pdfWithFile } from '../layouts/pdf-layout.js';
import { rar4 } from '../layouts/rar-layout.js';
import { base64 } from '../layouts/text-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { sevenZip } from '../making/compressors.js';
import { carrier, text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const hello = Buffer.from('hello\n');
const link = (needle: Buffer): string =>
  `<a href="data:application/octet-stream;base64,${base64(needle)}">x</a>`;

/** A disc with a file of its own, in front of which, or in whose free space, another thing stands. */
function disc(front: Buffer, at = 0): Buffer {
  const image = iso([isoRecord('A.TXT;1', 20, hello.length, 0)], isoPath('\0', 19, 1), [hello]);
  front.copy(image, at);
  return image;
}
function floppy(content: Buffer, at: number): Buffer {
  const image = fat12(hello);
  content.copy(image, at);
  return image;
}

export const imageAndFileKinds = kindsOf('image', 'further', (add) => {
  add('iso-and-page', (needle) => disc(bytes('<html>', link(needle))), carrier);
  add('iso-and-pdf', (needle) => disc(pdfWithFile(deflateSync(needle), '/Filter /FlateDecode')), carrier);
  add('iso-and-gzip', (needle) => disc(gzipSync(needle)), carrier);
  add('iso-and-zip', (needle) => disc(zipped(needle), 1000), carrier);
  add('iso-and-zip-behind-its-file', (needle) => disc(zipped(needle), 21 * 2048), carrier);
  add('iso-and-rar', (needle) => disc(rar4(needle), 1000), carrier);
  add('iso-and-7z-behind-its-file', async (needle) => disc(await sevenZip(needle), 21 * 2048), carrier);
  add('fat-and-zip-in-its-boot-sector', (needle) => floppy(zipped(needle), 100), carrier);
  add('fat-and-zip-in-free-space', (needle) => floppy(zipped(needle), 40 * 512), carrier);
  add('fat-and-rar-in-free-space', (needle) => floppy(rar4(needle), 40 * 512), carrier);
});

/** Texts with bytes in them that no text has, and that browsers and shells pass over. */
export const controlCharacterKinds = kindsOf('active', 'further', (add) => {
  add('html-with-nul', (needle) => bytes('<html>\0', link(needle)), text);
  add('html-with-bell', (needle) => bytes('<html>\x07', link(needle)), text);
  add('html-behind-hundred-nuls', (needle) => bytes(zeros(100), '<html>', link(needle)), text);
  add('svg-with-nul', (needle) => bytes('<svg>\0', link(needle), '</svg>'), text);
  add(
    'html-array-with-nul',
    (needle) => bytes('<html>\0<script>new Uint8Array([', [...needle].join(','), '])</script>'),
    text,
  );
  add('script-with-nul', (needle) => bytes(`// one\0 of it\nvar x = atob("${base64(needle)}")`), text);
  add(
    'powershell-with-control-character',
    (needle) => bytes(`# \x01 hello\n$x = [Convert]::FromBase64String("${base64(needle)}")\n`),
    text,
  );
});
