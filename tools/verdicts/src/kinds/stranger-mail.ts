import { bytes, noise, zeros } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  mailWith,
  multipart,
  named,
  textPart,
  uuencoded,
  versionLine,
} from '../layouts/mail-layout.js';
import { plainPdf } from '../layouts/pdf-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { mail, text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const withZeros = (needle: Buffer): Buffer => bytes(needle, zeros(40));
const everyByte = (content: Buffer): string =>
  [...content].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
const withQuoted = (needle: Buffer, encoding: string, extra = ''): Buffer =>
  multipart([
    textPart,
    attachment(needle, {
      encoding: null,
      extra: `${extra}Content-Transfer-Encoding: ${encoding}\r\n`,
      encoded: `${everyByte(needle)}\r\n`,
    }),
  ]);

/** Fields and delimiters that readers take in more ways than one. */
export const strangerHeaderKinds = kindsOf('mail', 'further', (add) => {
  add(
    'mail-cte-comment-names-another',
    (needle) => withQuoted(needle, 'quoted-printable (not base64)'),
    mail,
  );
  add(
    'mail-cte-comments-in-comments',
    (needle) => withQuoted(needle, '(a (nested) base64) quoted-printable'),
    mail,
  );
  add(
    'mail-cte-behind-long-comment',
    (needle) => withQuoted(needle, `(${'c'.repeat(1500)}) quoted-printable`),
    {
      mail: true,
      endsAnywhere: { 90: 'it ends with a line, before any of the part' },
    },
  );
  add(
    'mail-40-content-fields-first',
    (needle) => withQuoted(needle, 'quoted-printable', 'Content-X-Other: 1\r\n'.repeat(40)),
    mail,
  );
  add('mail-boundary-long-2000', (needle) => mailWith(needle, {}, { boundary: 'b'.repeat(2000) }), {
    mail: true,
    endsAnywhere: { 50: 'it ends with a line, behind the first part, which is whole' },
  });
  add(
    'mail-type-64k-of-parameters',
    (needle) =>
      mailWith(
        needle,
        { extra: 'X-First: 1\r\n' },
        {
          typeLine: `Content-Type: multipart/mixed;${` x="${'y'.repeat(900)}";\r\n`.repeat(80)} boundary="b1"\r\n`,
        },
      ),
    {
      ...mail,
      heldTwin: 'its boundary stands behind more than is kept of a field: how it is divided is a guess',
    },
  );
  add(
    'mail-undeclared-part-odd-field-first',
    (needle) =>
      bytes(
        multipart([bytes('X-Part: 1\r\n', attachment(needle))], {
          typeLine: 'Content-Type: multipart/mixed\r\n',
        }),
      ),
    mail,
  );
  add(
    'mail-boundary-nul-behind',
    (needle) => mailWith(needle, {}, { typeLine: 'Content-Type: multipart/mixed; boundary="b1\0junk"\r\n' }),
    mail,
  );
  add('mail-unsent-draft', (needle) => multipart([attachment(needle)], { head: 'X-Unsent: 1\r\n' }));
  add(
    'mail-charset-twice',
    (needle) =>
      bytes(
        addressLines,
        versionLine,
        'Content-Type: text/html; charset=utf-8; charset=utf-16le\r\nContent-Transfer-Encoding: base64\r\n\r\n',
        base64Lines(
          Buffer.from(
            `<a href="data:application/zip;base64,${zipped(needle).toString('base64')}">x</a>`,
            'utf16le',
          ),
        ),
      ),
    { mail: true, ...text },
  );
});

/** Bodies in encodings that few readers undo. */
export const strangerBodyKinds = kindsOf('mail', 'further', (add) => {
  add(
    'mail-text-utf16-big-endian-no-mark',
    (needle) =>
      bytes(
        addressLines,
        versionLine,
        'Content-Type: text/html; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n',
        base64Lines(
          Buffer.from(
            `<a href="data:application/zip;base64,${zipped(needle).toString('base64')}">x</a>`,
            'utf16le',
          ).swap16(),
        ),
      ),
    { mail: true, ...text },
  );
  add(
    'mail-text-utf7-encoded',
    (needle) =>
      bytes(
        addressLines,
        versionLine,
        'Content-Type: text/plain; charset=utf-7\r\n\r\n',
        `+${Buffer.from(needle.toString('latin1'), 'utf16le').swap16().toString('base64').replace(/=+$/, '')}-\r\n`,
      ),
    { mail: true, ...text, leaf: (needle) => bytes(needle, '\r\n') },
  );
  add('mail-xxencode-in-body', (needle) => bytes(addressLines, '\r\n', xxencoded(needle)), {
    mail: true,
    ...text,
  });
  add(
    'mail-uu-blanks-at-ends-cut',
    (needle) =>
      bytes(
        addressLines,
        '\r\n',
        uuencoded(withZeros(needle))
          .replaceAll('`', ' ')
          .replace(/ +\r\n/g, '\r\n')
          .replace(/\r\n\r\nend/, '\r\n \r\nend'),
      ),
    { mail: true, ...text, leaf: withZeros },
  );
  add(
    'mail-begin-base64-encoded-name',
    (needle) =>
      bytes(
        addressLines,
        `\r\nhello\r\nbegin-base64-encoded 644 ${Buffer.from('eicar.com').toString('base64')}\r\n`,
        base64Lines(needle),
        '====\r\n',
      ),
    { mail: true, ...text },
  );
  add(
    'mail-base64-of-base64',
    (needle) => multipart([attachment(Buffer.from(zipped(needle).toString('base64')), named('a.b64'))]),
    { mail: true, ...text },
  );
  add(
    'mail-pem-pkcs7-with-content',
    (needle) =>
      multipart([
        attachment(
          bytes('-----BEGIN PKCS7-----\r\n', base64Lines(signedData(needle), 64), '-----END PKCS7-----\r\n'),
          named('a.p7m', 'application/octet-stream'),
        ),
      ]),
    mail,
  );
  add(
    'mail-timestamped-data',
    (needle) =>
      multipart([attachment(timestamped(needle), named('a.pdf.tsd', 'application/timestamped-data'))]),
    mail,
  );
  add(
    'mail-in-pdf',
    (needle) =>
      bytes(
        plainPdf(),
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/html\r\n\r\n<html></html>\r\n--b1\r\nContent-Location: file:///C:/x/editdata.mso\r\nContent-Transfer-Encoding: base64\r\nContent-Type: application/x-mso\r\n\r\n',
        base64Lines(needle),
        '\r\n--b1--\r\n',
      ),
    text,
  );
  add(
    'mail-delivery-status-base64',
    (needle) =>
      multipart(
        [textPart, attachment(zipped(needle), { type: 'message/delivery-status', disposition: null })],
        {
          subtype: 'report',
        },
      ),
    mail,
  );
  add(
    'mail-binary-crlf-in-attachment',
    (needle) =>
      multipart([
        attachment(zipped(needle), {
          encoding: 'binary',
          encoded: bytes(zipped(needle), noise(3, 40), '\r\n'),
        }),
      ]),
    mail,
  );
});

/** As uuencode, with an alphabet that survives everything. */
function xxencoded(content: Buffer): string {
  const alphabet = '+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  return uuencoded(content)
    .split('\r\n')
    .map((line) =>
      /^begin |^end$/.test(line) || line === ''
        ? line
        : [...line].map((char) => alphabet[(char.charCodeAt(0) - 32) & 63]).join(''),
    )
    .join('\r\n');
}

const der = (tag: number, ...content: readonly (Buffer | string)[]): Buffer => {
  const body = bytes(...content);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
  return bytes([tag, ...length], body);
};
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

/** Signed by no one, which no reader minds before it shows what is inside. */
const signedData = (content: Buffer): Buffer =>
  der(
    0x30,
    oid('2a864886f70d010702'),
    der(
      0xa0,
      der(
        0x30,
        der(0x02, '\x01'),
        der(0x31),
        der(0x30, oid('2a864886f70d010701'), der(0xa0, der(0x04, content))),
        der(0x31),
      ),
    ),
  );

/** RFC 5544: a file and the proof of when it was there. */
const timestamped = (content: Buffer): Buffer =>
  der(
    0x30,
    oid('2a864886f70d010910011f'),
    der(0xa0, der(0x30, der(0x02, '\x01'), der(0x04, content), der(0xa0, der(0x30, der(0x30))))),
  );
