import { brotliCompressSync, deflateRawSync, deflateSync } from 'node:zlib';
import { be32, bytes, le16, le32, noise, utf16, zeros } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  mailWith,
  multipart,
  named,
  quotedPrintable,
  textPart,
  tnef,
  uuencoded,
  versionLine,
} from '../layouts/mail-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { zipOf, zipped } from '../layouts/zip-layout.js';
import { bzip2, zstd } from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';
import { rtfObject } from './office.js';

const mail = { mail: true };
const cut = { mail: true, endsAnywhere: 'what it ends with is a text, or a mail of its own' };
const longZip = (needle: Buffer): Buffer =>
  zipOf([
    ['eicar.com', needle],
    ['readme.bin', noise(51, 900)],
  ]);

/** Of TNEF: an attribute with its checksum. */
function attribute(level: number, id: number, data: Buffer): Buffer {
  const sum = data.reduce((total, byte) => (total + byte) & 0xffff, 0);
  return bytes([level], le32(id, data.length), data, le16(sum));
}
const tnefHead = bytes([0x78, 0x9f, 0x3e, 0x22, 1, 0], attribute(1, 0x00089006, Buffer.from([0, 0, 1, 0])));
/** One property that is an object: its count, its length, whose it is, then the content. */
const objectProperty = (id: number, owner: Buffer, content: Buffer): Buffer => {
  const value = bytes(owner, content);
  return bytes(
    le32(1),
    le16(id === 0x1013 ? 0x102 : 0x0d, id),
    le32(1, value.length),
    value,
    zeros((4 - (value.length % 4)) % 4),
  );
};
const messageOwner = Buffer.from('0703020000000000c000000000000046', 'hex');
const storageOwner = Buffer.from('0b00000000000000c000000000000046', 'hex');
const tnefObject = (owner: Buffer, content: Buffer): Buffer =>
  bytes(
    tnefHead,
    attribute(2, 0x00069002, zeros(14)),
    attribute(2, 0x00069005, objectProperty(0x3701, owner, content)),
  );

/** What real programs and odd gateways make of mail. */
export const outsiderMailKinds = kindsOf('mail', 'further', (add) => {
  add(
    'mail-cte-qp-but-base64',
    (needle) => mailWith(needle, { encoding: 'quoted-printable', encoded: base64Lines(needle) }),
    mail,
  );
  add('mail-cte-base64-but-qp', (needle) => mailWith(needle, { encoded: quotedPrintable(needle) }), {
    mail: true,
    endsAnywhere: { 90: 'quoted-printable may end anywhere' },
  });
  add('mail-cte-base64-but-uuencode', (needle) => mailWith(needle, { encoded: uuencoded(needle) }), mail);
  add(
    'mail-cte-uuencode-but-base64',
    (needle) => mailWith(needle, { encoding: 'x-uuencode', encoded: base64Lines(needle) }),
    mail,
  );
  add(
    'mail-cte-base64-of-qp',
    (needle) =>
      mailWith(needle, {
        encoding: 'base64, quoted-printable',
        encoded: base64Lines(bytes(quotedPrintable(needle))),
      }),
    mail,
  );
  add(
    'mail-cte-qp-of-base64',
    (needle) =>
      mailWith(needle, {
        encoding: 'quoted-printable',
        encoded: quotedPrintable(bytes(longZip(needle).toString('base64'))),
      }),
    mail,
  );
  add(
    'mail-content-encoding-deflate',
    (needle) => mailWith(deflateSync(bytes(needle)), { extra: 'Content-Encoding: deflate\r\n' }),
    mail,
  );
  add(
    'mail-content-encoding-raw-deflate',
    (needle) => mailWith(deflateRawSync(bytes(needle)), { extra: 'Content-Encoding: deflate\r\n' }),
    mail,
  );
  add(
    'mail-content-encoding-br',
    (needle) => mailWith(brotliCompressSync(needle), { extra: 'Content-Encoding: br\r\n' }),
    mail,
  );
  add(
    'mail-cte-deflate',
    (needle) => mailWith(deflateSync(bytes(needle)), { encoding: 'x-deflate, base64' }),
    mail,
  );
  add(
    'mail-content-encoding-zstd',
    async (needle) => mailWith(await zstd(needle), { extra: 'Content-Encoding: zstd\r\n' }),
    mail,
  );
  add(
    'mails-one-behind-the-other',
    (needle) => bytes(multipart([textPart]), '\r\n', mailWith(needle, {}, { boundary: 'other' })),
    cut,
  );
  add(
    'eml-files-one-behind-the-other',
    (needle) => bytes(mailWith(Buffer.from('hello')), mailWith(needle, {}, { boundary: 'b2' })),
    { endsAnywhere: cut.endsAnywhere },
  );
  add(
    'mail-appledouble-resource-fork',
    (needle) =>
      multipart(
        [
          attachment(
            bytes(be32(0x00051607, 0x00020000), zeros(16), [0, 1], be32(2, 38, needle.length), needle),
            { type: 'application/applefile; name="a"' },
          ),
          attachment(Buffer.from('hello')),
        ],
        { subtype: 'appledouble' },
      ),
    mail,
  );
  add('tnef-embedded-message', (needle) => tnefObject(messageOwner, tnef(needle)));
  add('tnef-embedded-storage', (needle) =>
    tnefObject(storageOwner, oleOf([['\x01Ole10Native', ole10Native(needle)]])),
  );
  add('tnef-html-body', (needle) =>
    bytes(
      tnefHead,
      attribute(
        1,
        0x00069003,
        objectProperty(
          0x1013,
          Buffer.alloc(0),
          bytes(
            `<html><a href="data:application/octet-stream;base64,${needle.toString('base64')}">x</a></html>`,
          ),
        ),
      ),
    ),
  );
  add('tnef-in-tnef', (needle) => tnef(tnef(needle), 'winmail.dat'));
  add('mail-tnef-as-octet-stream', (needle) => mailWith(tnef(needle), named('x.dat')), mail);
  add(
    'mail-text-html-utf16be',
    (needle) =>
      multipart([
        attachment(
          utf16(
            `<html><a href="data:application/octet-stream;base64,${needle.toString('base64')}">x</a></html>`,
          ).swap16(),
          { type: 'text/html; charset=utf-16be' },
        ),
      ]),
    mail,
  );
  add(
    'mail-pgp-compressed-bzip2',
    async (needle) => {
      const literal = bytes([0xcb, 15 + needle.length], 'b\x09eicar.com', zeros(4), needle);
      const body = bytes([3], await bzip2(literal));
      return multipart([attachment(bytes([0xc8, body.length], body), named('a.gpg'))]);
    },
    mail,
  );
  add(
    'mail-pgp-partial-lengths',
    (needle) => {
      const body = bytes('b\x09eicar.com', zeros(4), needle);
      return multipart([
        attachment(
          bytes([0xcb, 0xe5], body.subarray(0, 32), [body.length - 32], body.subarray(32)),
          named('a.gpg'),
        ),
      ]);
    },
    mail,
  );
  add(
    'mail-preamble-page',
    (needle) =>
      multipart([textPart], {
        preamble: `<html><a href="data:application/octet-stream;base64,${needle.toString('base64')}">x</a></html>\r\n`,
      }),
    { ...cut, clean: 'what stands in front of the first part no reader shows as a page' },
  );
  add(
    'mail-epilogue-base64',
    (needle) => multipart([textPart], { epilogue: `\r\n${base64Lines(longZip(needle))}` }),
    cut,
  );
  add(
    'mail-header-value-base64',
    (needle) =>
      bytes(addressLines, `X-File: ${longZip(needle).toString('base64')}\r\n`, versionLine, textPart),
    { ...cut, clean: 'a field of a header that no reader stores as a file' },
  );
  add(
    'mail-subject-encoded-file',
    (needle) =>
      bytes(addressLines.replace('test', `=?utf-8?b?${needle.toString('base64')}?=`), '\r\nhello\r\n'),
    { ...cut, clean: 'a subject is shown as text and never stored as a file' },
  );
  add(
    'mail-text-base64-in-html-comment',
    (needle) =>
      multipart([
        attachment(bytes(`<html><!-- ${longZip(needle).toString('base64')} --></html>`), {
          type: 'text/html',
        }),
      ]),
    mail,
  );
  add(
    'mail-rtf-body-object',
    (needle) =>
      multipart([
        attachment(bytes(`{\\rtf1{\\object\\objemb{\\*\\objdata ${rtfObject(needle)}}}}`), {
          type: 'text/rtf',
          disposition: null,
        }),
      ]),
    mail,
  );
  add(
    'mail-exim-spool',
    (needle) =>
      bytes(
        '1rKx2a-000abc-0D-D\n',
        mailWith(needle)
          .toString('latin1')
          .replace(/^[\s\S]*?\r\n\r\n/, ''),
      ),
    { ...text() },
  );
  add(
    'mail-postfix-queue',
    (needle) => {
      const record = (type: string, data: string): Buffer => bytes(type, [data.length], data);
      const lines = mailWith(needle).toString('latin1').split('\r\n');
      return bytes(
        record('C', '   900   600   1   0   900'),
        record('S', 'a@example.org'),
        record('R', 'b@example.org'),
        record('M', ''),
        ...lines.map((line) => record('N', line)),
        record('X', ''),
        record('E', ''),
      );
    },
    { ...text(), clean: 'records of a mail server’s own queue, which no one opens outside of it' },
  );
  add(
    'the-bat-mailbox',
    (needle) => {
      const one = mailWith(needle);
      return bytes(le32(0x19790621), zeros(44), be32(0x21097019), le32(48), zeros(32), le32(one.length), one);
    },
    text(),
  );
  add(
    'mail-gmail-raw',
    (needle) => bytes(`{"id":"1","raw":"${mailWith(needle).toString('base64url')}"}`),
    text(),
  );
  add(
    'mail-b64-line-numbers',
    (needle) => mailWith(needle, { encoded: base64Lines(needle).replace(/^/gm, '\t') }),
    mail,
  );
  add(
    'mail-message-rfc822-qp-of-zip',
    (needle) =>
      multipart([
        attachment(mailWith(longZip(needle), named('a.zip')), {
          type: 'message/rfc822',
          encoding: 'quoted-printable',
          encoded: quotedPrintable(mailWith(longZip(needle), named('a.zip'))),
        }),
      ]),
    mail,
  );
  add(
    'mail-type-with-comment-before',
    (needle) => mailWith(needle, {}, { typeLine: 'Content-Type: (x) multipart/mixed; boundary="b1"\r\n' }),
    { mail: true, endsAnywhere: { 50: 'it ends with a line, behind the first part, which is whole' } },
  );
  add('mail-zip-in-zlib-attachment', (needle) => mailWith(deflateSync(zipped(needle)), named('a.zz')), mail);
});

function text(): { endsAnywhere: string } {
  return { endsAnywhere: 'a file of a mail program, which says nowhere how long it is' };
}
