import { deflateSync, gzipSync } from 'node:zlib';
import { be16, be32, be64, bytes, le16, le32, noise, padded, zeros } from '../layouts/byte-layout.js';
import { rar5 } from '../layouts/rar-layout.js';
import { tarEnd, tarMember, tarOf } from '../layouts/tar-layout.js';
import { deflatedZip, zipOf, zipped } from '../layouts/zip-layout.js';
import { bzip2, lz4, sevenZip, xz, zstd } from '../making/compressors.js';
import { closed, inFront } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import { arMember, lha } from './archives.js';
import { docx } from './office.js';

const hello = Buffer.from('hello\n');
const png = (): Buffer =>
  bytes(
    [0x89],
    'PNG\r\n\x1a\n',
    be32(13),
    'IHDR',
    be32(1, 1),
    [8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89],
    be32(0),
    'IEND',
    [0xae, 0x42, 0x60, 0x82],
  );

/** Archives behind, before and inside what they are not. */
export const oddArchiveKinds = kindsOf('archive', 'further', (add) => {
  const clean = (): Buffer => zipOf([['readme.txt', hello]]);
  add('7z-behind-zip', async (needle) => bytes(clean(), await sevenZip(needle)), inFront);
  add('rar5-behind-zip', (needle) => bytes(clean(), rar5(needle)), inFront);
  add('tar-behind-zip', (needle) => bytes(clean(), tarOf([['eicar.com', needle]])), inFront);
  add('gz-behind-zip', (needle) => bytes(clean(), gzipSync(needle)), inFront);
  add('zip-behind-rar5', (needle) => bytes(rar5(hello), zipped(needle)), inFront);
  add(
    'zip-behind-cpio',
    async (needle) => bytes(await cpio({ 'a.txt': hello }, 'newc'), zipped(needle)),
    inFront,
  );
  add('cab-behind-png', async (needle) => bytes(png(), cab([needle])), inFront);
  add('arj-behind-exe', async (needle) => bytes('MZ', zeros(500), await arj(needle)), inFront);
  add('lha-behind-exe', (needle) => bytes('MZ', zeros(500), lha(needle, 1)), inFront);
  add(
    'tar-first-name-pdf',
    (needle) =>
      tarOf([
        ['%PDF-1.4', hello],
        ['eicar.com', needle],
      ]),
    {
      heldTwin: 'it begins like a PDF, and has nothing of one',
      endsAnywhere: 'blocks without a mark',
    },
  );
  add('cab-two-folders', (needle) => cab([hello, needle]));
  add('cab-reserved-fields', (needle) => cab([needle], 20));
  add('cpio-odc-bz2', async (needle) => bzip2(await cpio({ 'eicar.com': needle }, 'odc')));
  add('cpio-newc-hard-link', (needle) => cpio({ 'eicar.com': needle }, 'newc', 'ln eicar.com other'));
  add('cpio-tar-format', (needle) => cpio({ 'eicar.com': needle }, 'ustar'), {
    endsAnywhere: 'blocks without a mark',
  });
  add(
    'initramfs-zstd',
    async (needle) =>
      bytes(
        padded(await cpio({ 'early.bin': hello }, 'newc'), 1536),
        await zstd(await cpio({ 'eicar.com': needle }, 'newc')),
      ),
    inFront,
  );
  add('xar-stored', (needle) => xar(needle, 'application/octet-stream'));
  add('xar-bzip2', async (needle) => xar(await bzip2(needle), 'application/x-bzip2', needle.length));
  add('xar-xz', async (needle) => xar(await xz(needle), 'application/x-xz', needle.length), {
    said: 'xz is no packing that 7-Zip knows in this archive',
  });
  add('ar-symbol-table-first', (needle) =>
    bytes(
      '!<arch>\n',
      arMember('/', bytes(be32(0))),
      arMember('//', 'eicar.com/\n'),
      arMember('eicar.com/', needle),
    ),
  );
  add(
    'tar-gnu-continued',
    (needle) => tarEnd(bytes(tarMember('a.txt', hello), tarMember('eicar.com', needle, { type: 'M' }))),
    {
      endsAnywhere: 'blocks without a mark',
    },
  );
  add(
    'tar-solaris-extended',
    (needle) =>
      tarEnd(bytes(tarMember('X', '19 path=eicar.com\n', { type: 'X' }), tarMember('eicar.com', needle))),
    {
      endsAnywhere: 'blocks without a mark',
    },
  );
  add('lz4-skippable-first', async (needle) =>
    bytes([0x50, 0x2a, 0x4d, 0x18], le32(5), hello.subarray(0, 5), await lz4(needle)),
  );
  add('warc-gz', (needle) => {
    const record = (type: string, content: Buffer): Buffer =>
      gzipSync(
        bytes(
          `WARC/1.0\r\nWARC-Type: ${type}\r\nContent-Length: ${content.length}\r\n\r\n`,
          content,
          '\r\n\r\n',
        ),
      );
    return bytes(record('warcinfo', hello), record('resource', needle));
  });
  add('cramfs', (needle) =>
    madeBy({
      needs: ['mkfs.cramfs'],
      files: { 'in/eicar.com': needle },
      script: 'mkfs.cramfs in a.img',
      out: 'a.img',
    }),
  );
  add('minix', (needle) => bytes(minix(needle)), {
    ...closed,
    endsAnywhere: 'blocks without a mark',
  });
  add(
    'jffs2',
    (needle) => bytes([0x85, 0x19, 0x01, 0xe0], le32(40 + needle.length), zeros(32), needle, zeros(500)),
    closed,
  );
});

/** Sizes and directories that lie. */
export const oddZipKinds = kindsOf('zip', 'further', (add) => {
  add('zip-dd-sizes-lie', (needle) =>
    deflatedZip(needle, {
      local: { flags: 8, checksum: 0, packedSize: 0, size: 0 },
      directory: { flags: 8 },
      descriptor: bytes('PK\x07\x08', le32(1, 2, 3)),
    }),
  );
  add('zip-zip64-locator-astray', (needle) => {
    const zip = zipped(needle);
    const end = zip.length - 22;
    return bytes(zip.subarray(0, end), 'PK\x06\x07', le32(0), le32(0xffffff, 0), le32(1), zip.subarray(end));
  });
  add('zip-name-case-twice', (needle) =>
    zipOf([
      ['A.TXT', hello],
      ['a.txt', needle],
    ]),
  );
  add('zip-in-png-trailer-in-docx', (needle) =>
    docx([['word/media/image1.png', bytes(png(), zipped(needle))]]),
  );
  add('xps', (needle) =>
    zipOf([
      [
        '[Content_Types].xml',
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="fdseq" ContentType="application/vnd.ms-package.xps-fixeddocumentsequence+xml"/></Types>',
      ],
      ['FixedDocSeq.fdseq', '<FixedDocumentSequence/>'],
      ['Documents/1/Resources/a.zip', zipped(needle)],
    ]),
  );
  add('zip-empty-file-in-front', (needle) =>
    zipOf(
      [
        ['empty', Buffer.alloc(0)],
        ['eicar.com', needle],
      ],
      { stored: true },
    ),
  );
});

const cpio = (files: Readonly<Record<string, Buffer>>, format: string, before = 'true'): Promise<Buffer> =>
  madeBy({
    needs: ['cpio'],
    files,
    script: `${before}; names=$(ls); printf '%s\\n' $names | cpio --quiet -o -H ${format} >out.cpio`,
    out: 'out.cpio',
  });

const arj = (needle: Buffer): Promise<Buffer> =>
  madeBy({
    needs: ['arj'],
    files: { 'eicar.com': needle },
    script: 'arj a -i a.arj eicar.com >/dev/null',
    out: 'a.arj',
  });

/** Each file in a folder of its own, nothing compressed ([MS-CAB] 2). */
function cab(files: readonly Buffer[], reservedBytes = 0): Buffer {
  const reserved = reservedBytes === 0 ? bytes('') : bytes(le16(reservedBytes), [0, 0], zeros(reservedBytes));
  const headBytes = 36 + reserved.length;
  const folders = headBytes + files.length * 8;
  const entries = files.map((content, index) =>
    bytes(le32(content.length, 0), le16(index, 0x5a21, 0, 0x20), `file${index}.com\0`),
  );
  const entryBytes = entries.reduce((sum, one) => sum + one.length, 0);
  let offset = folders + entryBytes;
  const places = files.map((content) => {
    const at = offset;
    offset += 8 + content.length;
    return bytes(le32(at), le16(1, 0));
  });
  const data = files.map((content) => bytes(le32(0), le16(content.length, content.length), content));
  return bytes(
    'MSCF',
    le32(0, offset, 0, folders, 0),
    [3, 1],
    le16(files.length, files.length, reservedBytes === 0 ? 0 : 4, 1, 0),
    reserved,
    ...places,
    ...entries,
    ...data,
  );
}

/** A table of contents in packed XML, then the heap. */
function xar(stored: Buffer, style: string, size = stored.length): Buffer {
  const toc = bytes(
    `<?xml version="1.0"?><xar><toc><file id="1"><name>eicar.com</name><type>file</type><data><length>${stored.length}</length><offset>0</offset><size>${size}</size><encoding style="${style}"/></data></file></toc></xar>`,
  );
  const packed = deflateSync(toc);
  return bytes('xar!', be16(28, 1), be64(packed.length, toc.length), be32(0), packed, stored);
}

/** A superblock of version 1, and the file's block somewhere behind it. */
const minix = (needle: Buffer): Buffer =>
  bytes(
    zeros(1024),
    le16(32, 64, 1, 1, 5, 0),
    le32(0x10081c00),
    le16(0x138f, 1),
    zeros(1000),
    padded(needle, 1024, 0),
    noise(9, 1024),
  );
