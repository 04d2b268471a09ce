import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { be16, be32, be64, bytes, le16, le32, noise, padded, zeros } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  multipart,
  named,
  uuencoded,
  versionLine,
} from '../layouts/mail-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { pdfWithFile } from '../layouts/pdf-layout.js';
import { rar5 } from '../layouts/rar-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { zipOf, zipped } from '../layouts/zip-layout.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import { docx, outlookMessage, rtfObject } from './office.js';

/** Zips that are long enough to be told from words where they stand as text. */
const longZip = (needle: Buffer): Buffer =>
  zipOf([
    ['eicar.com', needle],
    ['readme.bin', noise(7, 400)],
  ]);
const text = { endsAnywhere: 'a text ends where it ends' };
const picture = { endsAnywhere: 'what remains may be no more than the picture' };

export const inventedMacKinds = kindsOf('archive', 'further', (add) => {
  const macBinary = (content: Buffer, version: number): Buffer => {
    const name = Buffer.from('eicar.com');
    const head = padded(
      bytes([0, name.length], padded(name, 63), 'TEXTttxt', zeros(10), be32(content.length, 0), zeros(31), [
        version,
        129,
      ]),
      124,
    );
    return bytes(head, be16(crc16(head)), zeros(2), padded(content, Math.ceil(content.length / 128) * 128));
  };
  add('macbinary-2', (needle) => macBinary(needle, 129));
  add('macbinary-2-zip', (needle) => macBinary(zipped(needle), 129));
  add('android-backup', (needle) =>
    bytes('ANDROID BACKUP\n5\n1\nnone\n', deflateSync(tarOf([['apps/x/f/eicar.com', needle]]))),
  );
  add('android-backup-not-packed', (needle) =>
    bytes('ANDROID BACKUP\n5\n0\nnone\n', tarOf([['apps/x/f/eicar.com', needle]])),
  );
  add('pbzx', async (needle) => {
    const packed = await madeBy({
      needs: ['xz'],
      files: { 'a.tar': tarOf([['eicar.com', needle]]) },
      script: 'xz -k a.tar',
      out: 'a.tar.xz',
    });
    return bytes('pbzx', be64(0x1000000), be64(0x1000000), be64(packed.length), packed);
  });
  add('cpio-bin-big-endian', (needle) => {
    const member = (name: string, content: Buffer): Buffer =>
      bytes(
        be16(0o70707, 1, 1, 0o100644, 0, 0, 1, 0, 0, 0, name.length + 1, 0, content.length),
        padded(`${name}\0`, Math.ceil((name.length + 1) / 2) * 2),
        padded(content, Math.ceil(content.length / 2) * 2),
      );
    return bytes(member('eicar.com', needle), member('TRAILER!!!', Buffer.alloc(0)));
  });
  add('tar-gz-two-in-a-row', (needle) =>
    bytes(gzipSync(tarOf([['a.txt', 'hello']])), gzipSync(tarOf([['eicar.com', needle]]))),
  );
  add('chain-tar-rar-msg-docx', (needle) =>
    tarOf([
      [
        'a.rar',
        rar5(
          outlookMessage(
            docx([['word/embeddings/o.bin', oleOf([['\x01Ole10Native', ole10Native(needle)]])]]),
            'a.docx',
          ),
        ),
      ],
    ]),
  );
});

export const inventedImageKinds = kindsOf('image', 'further', (add) => {
  const iso = (needle: Buffer): Promise<Buffer> =>
    madeBy({
      needs: ['genisoimage'],
      files: { 'in/eicar.com': needle },
      script: 'genisoimage -quiet -J -o o.iso in',
      out: 'o.iso',
    });
  const rawSectors = (image: Buffer, head: Buffer, behind: number): Buffer =>
    bytes(
      ...Array.from({ length: Math.ceil(image.length / 2048) }, (_, sector) =>
        bytes(head, padded(image.subarray(sector * 2048, sector * 2048 + 2048), 2048), zeros(behind)),
      ),
    );
  const sync = bytes([0], Buffer.alloc(10, 255), [0]);
  add('cd-raw-mode-1', async (needle) => rawSectors(await iso(needle), bytes(sync, [0, 2, 0, 1]), 288));
  add('cd-raw-mode-2', async (needle) =>
    rawSectors(await iso(needle), bytes(sync, [0, 2, 0, 2], zeros(8)), 280),
  );
  add('exfat', (needle) => exfat(needle), {
    said: 'exFAT is recognised and not opened',
    endsAnywhere: 'sectors without a mark',
  });
  const closed = { said: 'recognised, and not opened' };
  add(
    'ciso',
    (needle) => bytes('CISO', le32(24, 4096, 0, 2048), [1, 0, 0, 0], le32(32, 32), deflateRawSync(needle)),
    closed,
  );
  add('isz', (needle) => bytes('IsZ!', [64, 1], zeros(58), deflateSync(needle)), closed);
  add('daa', (needle) => bytes('DAA\0', zeros(72), deflateRawSync(needle)), closed);
  add('ewf', (needle) => bytes('EVF\x09\x0d\x0a\xff\x00\x01', le16(1, 0), deflateSync(needle)), closed);
  add('pst', (needle) => bytes('!BDN', zeros(4), 'SM', le16(23, 19), zeros(500), needle), closed);
  add('dbx', (needle) => bytes([0xcf, 0xad, 0x12, 0xfe], zeros(500), needle), closed);
});

/** Boot sector, table, root folder, one file: just enough to be one. */
function exfat(needle: Buffer): Buffer {
  const boot = padded(
    bytes(
      [0xeb, 0x76, 0x90],
      'EXFAT   ',
      zeros(53),
      zeros(8),
      le32(256, 0, 24, 8, 32, 24, 4, 1),
      le16(0x100, 0),
      [9, 0, 1, 0x80, 0],
    ),
    510,
  );
  return bytes(boot, [0x55, 0xaa], zeros(32 * 512 - 512), padded(needle, 4096), zeros(100_000));
}

export const inventedCarrierKinds = kindsOf('active', 'further', (add) => {
  const pem = (needle: Buffer): string =>
    `-----BEGIN CERTIFICATE-----\r\n${base64Lines(needle, 64)}-----END CERTIFICATE-----\r\n`;
  add('certutil-pem', (needle) => bytes(pem(needle)), text);
  add('certutil-pem-zip', (needle) => bytes(pem(longZip(needle))), text);
  add(
    'certutil-batch',
    (needle) => bytes('@echo off\r\ncertutil -decode "%~f0" x.exe\r\nexit /b\r\n', pem(needle)),
    text,
  );
  const page = (body: string): Buffer => bytes(`<!DOCTYPE html><html><body>${body}</body></html>`);
  const url = (needle: Buffer): string => `data:application/zip;base64,${zipped(needle).toString('base64')}`;
  add(
    'html-data-url-entities',
    (needle) => page(`<a href="${url(needle).replace(':', '&#58;').replace(',', '&#x2c;')}">x</a>`),
    text,
  );
  add(
    'html-data-url-newlines',
    (needle) => page(`<a href="${url(needle).replace(/(.{40})/g, '$1\n')}">x</a>`),
    text,
  );
  add(
    'html-script-hex-escapes',
    (needle) =>
      page(
        `<script>var s="${[...needle].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}";new Blob([s])</script>`,
      ),
    text,
  );
  add(
    'html-script-unicode-escapes',
    (needle) =>
      page(
        `<script>var s="${[...needle].map((byte) => `\\u${byte.toString(16).padStart(4, '0')}`).join('')}";new Blob([s])</script>`,
      ),
    text,
  );
  add(
    'html-unescape',
    (needle) =>
      page(
        `<script>new Blob([unescape("${[...needle].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}")])</script>`,
      ),
    text,
  );
  add('html-pre-uuencode', (needle) => page(`<pre>\n${uuencoded(needle, 'eicar.com', '\n')}</pre>`), text);
  add('svgz', (needle) =>
    gzipSync(bytes(`<svg xmlns="http://www.w3.org/2000/svg"><image href="${url(needle)}"/></svg>`)),
  );
  add(
    'fb2-binary',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><FictionBook><binary id="a" content-type="application/zip">${longZip(needle).toString('base64')}</binary></FictionBook>`,
      ),
    text,
  );
  add(
    'plist-data',
    (needle) =>
      bytes(
        `<?xml version="1.0"?><plist version="1.0"><dict><key>f</key><data>\n${base64Lines(longZip(needle), 68)}</data></dict></plist>`,
      ),
    text,
  );
  add(
    'vcard-key',
    (needle) =>
      bytes(
        'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nKEY;ENCODING=b:',
        needle.toString('base64'),
        '\r\nEND:VCARD\r\n',
      ),
    text,
  );
  add(
    'vcard-4-data-uri',
    (needle) => bytes('BEGIN:VCARD\r\nVERSION:4.0\r\nFN:x\r\nPHOTO:', url(needle), '\r\nEND:VCARD\r\n'),
    text,
  );
  add(
    'ics-attach-data-uri',
    (needle) =>
      bytes('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH:', url(needle), '\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'),
    text,
  );
  const jpegWith = (content: Buffer): Buffer =>
    bytes(
      [0xff, 0xd8, 0xff, 0xe0, 0, 16],
      'JFIF\0\x01\x01\0\0\x01\0\x01\0\0',
      [0xff, 0xfe],
      be16(content.length + 2),
      content,
      noise(3, 3000).map((byte) => byte & 0x7f),
      [0xff, 0xd9],
    );
  add('jpeg-zip-in-comment', (needle) => jpegWith(longZip(needle)), picture);
  add(
    'mp4-zip-in-box',
    (needle) => {
      const zip = longZip(needle);
      return bytes(
        be32(24),
        'ftypmp42',
        zeros(4),
        'mp42isom',
        be32(zip.length + 8),
        'free',
        zip,
        be32(20),
        'free',
        zeros(12),
      );
    },
    picture,
  );
  add(
    'mp3-zip-in-id3',
    (needle) => {
      const zip = longZip(needle);
      const frame = bytes('GEOB', be32(zip.length + 4), [0, 0, 0, 0, 0, 0], zip);
      const size = [21, 14, 7, 0].map((shift) => (frame.length >> shift) & 0x7f);
      return bytes('ID3\x03\0\0', size, frame, [0xff, 0xfb, 0x90, 0x64], zeros(4000));
    },
    picture,
  );
  add('exe-zip-as-resource', (needle) => bytes('MZ', zeros(2000), longZip(needle), noise(5, 70_000)), {
    endsAnywhere: 'what remains may be no more than the program',
  });
});

export const inventedDocumentKinds = kindsOf('office', 'further', (add) => {
  add('rtf-object-binary', (needle) => {
    const native = Buffer.from(rtfObject(needle), 'hex');
    return bytes(`{\\rtf1{\\object\\objemb{\\*\\objdata \\bin${native.length} `, native, '}}}');
  });
  add('mht-activemime', (needle) => {
    const data = deflateSync(oleOf([['\x01Ole10Native', ole10Native(needle)]]));
    const mso = bytes('ActiveMime\0\0', le16(0x1f0), le32(4, 0xffffffff, 0xa0000), zeros(24), data);
    return bytes(
      'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/html\r\n\r\n<html></html>\r\n--b1\r\nContent-Location: file:///C:/x/editdata.mso\r\nContent-Transfer-Encoding: base64\r\nContent-Type: application/x-mso\r\n\r\n',
      base64Lines(mso),
      '\r\n--b1--\r\n',
    );
  });
  add('docx-html-chunk', (needle) =>
    docx([
      [
        'word/afchunk.htm',
        bytes(
          `<html><a href="data:application/octet-stream;base64,${needle.toString('base64')}">x</a></html>`,
        ),
      ],
    ]),
  );
  add('pdf-lzw', (needle) => pdfWithFile(lzwLiterals(needle), '/Filter /LZWDecode'));
  add('pdf-predictor', (needle) =>
    pdfWithFile(
      deflateSync(
        bytes(
          ...(needle.toString('latin1').match(/.{1,17}/gs) ?? []).map((row) => bytes([0], padded(row, 17))),
        ),
      ),
      '/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 17 >>',
    ),
  );
  add(
    'emlx',
    (needle) => {
      const mail = bytes(
        addressLines,
        versionLine,
        'Content-Type: multipart/mixed; boundary="b1"\r\n\r\n--b1\r\n',
        attachment(needle),
        '\r\n--b1--\r\n',
      );
      return bytes(
        `${mail.length}\n`,
        mail,
        '<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict/></plist>\n',
      );
    },
    { endsAnywhere: 'a text ends where it ends' },
  );
});

export const inventedMailKinds = kindsOf('mail', 'further', (add) => {
  const mail = { mail: true };
  add(
    'mail-cte-x-gzip64',
    (needle) =>
      multipart([attachment(needle, { encoding: 'x-gzip64', encoded: base64Lines(gzipSync(needle)) })]),
    mail,
  );
  add(
    'mail-pgp-literal',
    (needle) => multipart([attachment(pgpLiteral(needle), named('a.pgp', 'application/octet-stream'))]),
    mail,
  );
  add(
    'mail-pgp-compressed',
    (needle) =>
      multipart([
        attachment(
          bytes([0xa3, 1], deflateRawSync(pgpLiteral(needle))),
          named('a.gpg', 'application/octet-stream'),
        ),
      ]),
    mail,
  );
  add(
    'mail-pgp-armored-message',
    (needle) =>
      bytes(
        addressLines,
        '\r\n-----BEGIN PGP MESSAGE-----\r\n\r\n',
        base64Lines(bytes([0xa3, 2], deflateSync(pgpLiteral(needle)))),
        '-----END PGP MESSAGE-----\r\n',
      ),
    { mail: true, endsAnywhere: { 50: 'cut within the line that begins the message' } },
  );
});

/** A packet of literal data (RFC 9580, 5.9). */
const pgpLiteral = (content: Buffer): Buffer =>
  bytes([0xcb, 15 + content.length], 'b\x09eicar.com', zeros(4), content);

/** Codes of nine bits for bytes as they are, cleared before any longer code would come. */
function lzwLiterals(content: Buffer): Buffer {
  const codes = [256, ...[...content], 257];
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  return bytes((bits.match(/.{1,8}/g) ?? []).map((eight) => Number.parseInt(eight.padEnd(8, '0'), 2)));
}

function crc16(content: Buffer): number {
  let crc = 0;
  for (const byte of content) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
