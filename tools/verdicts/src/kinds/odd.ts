import { deflateSync, gzipSync } from 'node:zlib';
import { be16, be32, be64, bytes, le16, le32, noise, padded, utf16, zeros } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  binHex,
  multipart,
  named,
  textPart,
  tnef,
  uuencoded,
  versionLine,
} from '../layouts/mail-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { pages, pdfOf, pdfStream } from '../layouts/pdf-layout.js';
import { rar5 } from '../layouts/rar-layout.js';
import { tarEnd, tarMember, tarOf } from '../layouts/tar-layout.js';
import { deflatedZip, zipOf, zipped } from '../layouts/zip-layout.js';
import { bzip2, lz4, sevenZip, xz, zstd } from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import { arMember, lha } from './archives.js';
import { docx } from './office.js';

const text = { endsAnywhere: 'a text ends where it ends' };
const closed = { said: 'recognised, and not opened' };
const carrier = { endsAnywhere: 'what remains may be no more than what stands in front' };
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
  add('7z-behind-zip', async (needle) => bytes(clean(), await sevenZip(needle)), carrier);
  add('rar5-behind-zip', (needle) => bytes(clean(), rar5(needle)), carrier);
  add('tar-behind-zip', (needle) => bytes(clean(), tarOf([['eicar.com', needle]])), carrier);
  add('gz-behind-zip', (needle) => bytes(clean(), gzipSync(needle)), carrier);
  add('zip-behind-rar5', (needle) => bytes(rar5(hello), zipped(needle)), carrier);
  add(
    'zip-behind-cpio',
    async (needle) => bytes(await cpio({ 'a.txt': hello }, 'newc'), zipped(needle)),
    carrier,
  );
  add('cab-behind-png', async (needle) => bytes(png(), cab([needle])), carrier);
  add('arj-behind-exe', async (needle) => bytes('MZ', zeros(500), await arj(needle)), carrier);
  add('lha-behind-exe', (needle) => bytes('MZ', zeros(500), lha(needle, 1)), carrier);
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
    carrier,
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

/** Files as text. */
export const oddTextKinds = kindsOf('active', 'further', (add) => {
  add(
    'json-data-url',
    (needle) => bytes(`{"file":"data:application/zip;base64,${zipped(needle).toString('base64')}"}`),
    text,
  );
  add(
    'json-base64',
    (needle) => bytes(`{"name":"a.zip","content":"${zipped(needle).toString('base64')}"}`),
    text,
  );
  add(
    'notebook-attachment',
    (needle) =>
      bytes(
        `{"nbformat":4,"cells":[{"attachments":{"a.zip":{"application/zip":"${zipped(needle).toString('base64')}"}}}]}`,
      ),
    text,
  );
  add(
    'har',
    (needle) =>
      bytes(
        `{"log":{"entries":[{"response":{"content":{"mimeType":"application/zip","encoding":"base64","text":"${zipped(needle).toString('base64')}"}}}]}}`,
      ),
    text,
  );
  add(
    'soap-base64',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><file>${zipped(needle).toString('base64')}</file></s:Body></s:Envelope>`,
      ),
    text,
  );
  add(
    'flat-opc',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/word/embeddings/a.bin"><pkg:binaryData>${base64Lines(oleOf([['\x01Ole10Native', ole10Native(needle)]]))}</pkg:binaryData></pkg:part></pkg:package>`,
      ),
    text,
  );
  add(
    'powershell-from-base64',
    (needle) =>
      bytes(
        `$b=[Convert]::FromBase64String("${zipped(needle).toString('base64')}");[IO.File]::WriteAllBytes("x.zip",$b)\r\n`,
      ),
    text,
  );
  add(
    'shell-base64-here',
    (needle) =>
      bytes(`#!/bin/sh\nbase64 -d >x.zip <<EOF\n${base64Lines(zipped(needle)).replaceAll('\r', '')}EOF\n`),
    text,
  );
  add(
    'python-b64decode',
    (needle) =>
      bytes(
        `import base64\nopen("x.zip","wb").write(base64.b64decode("${zipped(needle).toString('base64')}"))\n`,
      ),
    text,
  );
  add(
    'ldif-photo',
    (needle) =>
      bytes(`dn: cn=x\njpegPhoto:: ${zipped(needle).toString('base64').replace(/.{76}/g, '$&\n ')}\n`),
    text,
  );
  add(
    'yaml-binary',
    (needle) =>
      bytes(
        `file: !!binary |\n${base64Lines(zipped(needle)).replaceAll('\r\n', '\n').replace(/^/gm, '  ')}\n`,
      ),
    text,
  );
  add(
    'css-data-url',
    (needle) =>
      bytes(`@font-face{src:url(data:application/zip;base64,${zipped(needle).toString('base64')})}`),
    text,
  );
  add(
    'markdown-data-url',
    (needle) =>
      bytes(`# Title\n\n[file](data:application/zip;base64,${zipped(needle).toString('base64')})\n`),
    text,
  );
  add(
    'html-utf16-data-url',
    (needle) =>
      bytes(
        [0xff, 0xfe],
        utf16(
          `<html><body><a href="data:application/zip;base64,${zipped(needle).toString('base64')}">x</a></body></html>`,
        ),
      ),
    text,
  );
  add(
    'vcard-2-photo',
    (needle) =>
      bytes(
        `BEGIN:VCARD\r\nVERSION:2.1\r\nFN:x\r\nPHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n ${zipped(needle).toString('base64').replace(/.{72}/g, '$&\r\n ')}\r\n\r\nEND:VCARD\r\n`,
      ),
    text,
  );
  add(
    'mmdf-mailbox',
    (needle) => bytes('\x01\x01\x01\x01\n', multipart([textPart, attachment(needle)]), '\x01\x01\x01\x01\n'),
    text,
  );
});

/** What a PDF may hold besides attachments by name. */
export const oddPdfKinds = kindsOf('pdf', 'further', (add) => {
  const catalog = (entries: string): string => `<< /Type /Catalog /Pages 2 0 R ${entries} >>`;
  add('pdf-portfolio', (needle) =>
    pdfOf([
      catalog(
        '/Collection << /Type /Collection /View /D >> /Names << /EmbeddedFiles << /Names [(a.zip) 4 0 R] >> >>',
      ),
      ...pages,
      '<< /Type /Filespec /F (a.zip) /UF (a.zip) /EF << /F 5 0 R /UF 5 0 R >> >>',
      pdfStream(
        deflateSync(zipped(needle)),
        '/Type /EmbeddedFile /Subtype /application#2Fzip /Filter /FlateDecode',
      ),
    ]),
  );
  add('pdf-xfa-base64', (needle) =>
    pdfOf([
      catalog('/AcroForm << /XFA 4 0 R >>'),
      ...pages,
      pdfStream(
        deflateSync(
          bytes(
            `<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template><image contentType="application/zip" transferEncoding="base64">${zipped(needle).toString('base64')}</image></template></xdp:xdp>`,
          ),
        ),
        '/Filter /FlateDecode',
      ),
    ]),
  );
  add('pdf-rich-media', (needle) =>
    pdfOf([
      catalog(''),
      ...pages,
      '<< /Type /Annot /Subtype /RichMedia /RichMediaContent << /Assets << /Names [(a.swf) 5 0 R] >> >> >>',
      '<< /Type /Filespec /F (a.swf) /EF << /F 6 0 R >> >>',
      pdfStream(needle, '/Type /EmbeddedFile'),
    ]),
  );
});

/** Mails that only some readers take for what they are. */
export const oddMailKinds = kindsOf('mail', 'further', (add) => {
  const mail = { mail: true };
  const qp = (content: Buffer): string =>
    [...content].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  const withQp = (encoded: string): Buffer =>
    multipart([textPart, bytes(attachment(Buffer.from(''), { encoding: 'quoted-printable', encoded }))]);
  add(
    'mail-qp-soft-breaks-with-blanks',
    (needle) => withQp(`${qp(needle).replace(/(=..){20}/g, '$&= \t\r\n')}\r\n`),
    mail,
  );
  add('mail-qp-soft-breaks-lf', (needle) => withQp(`${qp(needle).replace(/(=..){20}/g, '$&=\n')}\r\n`), mail);
  add(
    'mail-boundary-2231-reversed',
    (needle) =>
      multipart([attachment(needle)], {
        typeLine: 'Content-Type: multipart/mixed; boundary*1="1"; boundary*0="b"\r\n',
      }),
    mail,
  );
  add(
    'mail-uu-blanks-for-zeros',
    (needle) => bytes(addressLines, '\r\n', uuencoded(zipped(needle)).replaceAll('`', ' ')),
    { mail: true, ...text },
  );
  add(
    'mail-uu-without-end',
    (needle) => bytes(addressLines, '\r\n', uuencoded(needle).replace('`\r\nend\r\n', '')),
    { mail: true, ...text, heldTwin: 'its file is cut, and says so' },
  );
  add(
    'mail-binhex-type',
    (needle) =>
      multipart([
        attachment(needle, {
          type: 'application/mac-binhex40; name="a.hqx"',
          encoding: '7bit',
          encoded: binHex(needle),
        }),
      ]),
    { mail: true, ...text },
  );
  add(
    'mail-tnef-in-rfc822-base64',
    (needle) =>
      multipart([
        attachment(multipart([attachment(tnef(needle), named('winmail.dat', 'application/ms-tnef'))]), {
          type: 'message/rfc822',
        }),
      ]),
    mail,
  );
  add(
    'mail-plain-but-one-blank',
    (needle) =>
      multipart([textPart, attachment(needle, { encoded: base64Lines(needle).replace(/^(.{20})/, '$1 ') })]),
    mail,
  );
  add(
    'mail-plain-but-type-unlisted',
    (needle) => multipart([textPart, attachment(needle, named('a.bin', 'application/x-unheard-of'))]),
    mail,
  );
  add(
    'mail-plain-of-many',
    (needle) =>
      multipart([
        textPart,
        ...Array.from({ length: 90 }, (_, index) =>
          attachment(bytes(`file ${index}`), named(`${index}.pdf`, 'application/pdf')),
        ),
        attachment(needle),
      ]),
    mail,
  );
  add(
    'mail-headers-only-version-lower',
    (needle) => multipart([attachment(needle)], { head: bytes(addressLines, versionLine.toLowerCase()) }),
    mail,
  );
  add(
    'mail-attached-base64-zip-of-eml',
    (needle) =>
      multipart([
        attachment(
          zipOf([['a.eml', multipart([attachment(zipped(needle), named('b.zip', 'application/zip'))])]]),
          named('a.zip', 'application/zip'),
        ),
      ]),
    mail,
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
