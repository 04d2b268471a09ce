import { deflateSync } from 'node:zlib';
import { bytes, noise, repeated } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  mailWith,
  multipart,
  named,
  uuencoded,
  versionLine,
} from '../layouts/mail-layout.js';
import { literalBody, pgpLiteral, pgpPacket } from '../layouts/pgp-layout.js';
import { zipOf, zipped } from '../layouts/zip-layout.js';
import { mail, text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const ends = {
  mail: true,
  endsAnywhere: { 50: 'it ends with a line, behind the first part, which is whole' },
};
export const newcomerMailKinds = kindsOf('mail', 'further', (add) => {
  add('mail-cr-cr-lf', (needle) => bytes(mailWith(needle).toString('latin1').replaceAll('\r\n', '\r\r\n')), {
    mail: true,
    ...text,
  });
  add(
    'eml-file-first-field-20k',
    (needle) =>
      bytes(`X-Long: ${'a'.repeat(70)}\r\n${` ${'b'.repeat(70)}\r\n`.repeat(300)}`, mailWith(needle)),
    { endsAnywhere: 'cut within its first field' },
  );
  add(
    'eml-file-one-field',
    (needle) => bytes('Content-Transfer-Encoding: base64\r\n\r\n', base64Lines(needle)),
    text,
  );
  add(
    'eml-file-type-and-name',
    (needle) =>
      bytes(
        'Content-Type: application/octet-stream; name="eicar.com"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n',
        base64Lines(needle),
      ),
    text,
  );
  add(
    'mail-iso-2022-in-page',
    (needle) => {
      const url = `data:application/zip;base64,${zipped(needle).toString('base64')}`;
      return multipart([
        attachment(
          bytes(
            `<!DOCTYPE html><meta charset="iso-2022-jp"><a href="${url.replace('base64,UEs', 'base64,\x1b(BUEs')}">x</a>`,
          ),
          named('a.html', 'text/html'),
        ),
      ]);
    },
    mail,
  );
  add(
    'mail-cte-base64-of-uuencode-file',
    (needle) => mailWith(bytes(uuencoded(needle)), named('a.uue')),
    mail,
  );
  add(
    'mail-pgp-new-compressed',
    (needle) => {
      const body = bytes([2], deflateSync(pgpLiteral(needle)));
      return multipart([attachment(pgpPacket(0xc8, body), named('a.gpg'))]);
    },
    mail,
  );
  add(
    'mail-pgp-literal-old-two-bytes',
    (needle) => {
      const body = literalBody(needle);
      return multipart([
        attachment(bytes([0xad, body.length >> 8, body.length & 255], body), named('a.gpg')),
      ]);
    },
    mail,
  );
  add(
    'mail-pgp-one-pass-literal',
    (needle) =>
      multipart([
        attachment(bytes([0x90, 13, 3, 0, 8, 1], noise(1, 8), [1], pgpLiteral(needle)), named('a.gpg')),
      ]),
    mail,
  );
  add(
    'mail-pgp-marker-first',
    (needle) => multipart([attachment(bytes([0xca, 3], 'PGP', pgpLiteral(needle)), named('a.gpg'))]),
    mail,
  );
  add(
    'mail-pgp-armored-file',
    (needle) =>
      multipart([
        attachment(
          bytes(
            '-----BEGIN PGP ARMORED FILE-----\r\n\r\n',
            base64Lines(pgpLiteral(needle)),
            '-----END PGP ARMORED FILE-----\r\n',
          ),
          named('a.asc'),
        ),
      ]),
    { ...mail, ...text },
  );
  add(
    'mail-pgp-armored-as-key',
    (needle) =>
      multipart([
        attachment(
          bytes(
            '-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\n',
            base64Lines(pgpLiteral(needle)),
            '-----END PGP PUBLIC KEY BLOCK-----\r\n',
          ),
          named('a.asc'),
        ),
      ]),
    { ...mail, ...text },
  );
  add(
    'pgp-armored-behind-text',
    (needle) =>
      bytes(
        'Please decrypt this:\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\n',
        base64Lines(pgpLiteral(needle)),
        '-----END PGP MESSAGE-----\r\n',
      ),
    text,
  );
  add(
    'mail-multipart-type-in-other-case',
    (needle) => mailWith(needle, {}, { typeLine: 'CONTENT-TYPE: MULTIPART/MIXED; BOUNDARY="b1"\r\n' }),
    ends,
  );
  add(
    'mail-zip-of-zip-split-names',
    (needle) => mailWith(zipOf([['a.zip', zipped(needle)]]), named('a.zip')),
    mail,
  );
  add(
    'mail-disposition-base64-name-only',
    (needle) => mailWith(needle, { type: 'text/plain', disposition: 'inline' }),
    mail,
  );
  add('mail-headers-in-quotes', (needle) => bytes('"From": x\r\n', mailWith(needle)), mail);
  add(
    'mail-nul-after-headers',
    (needle) => bytes(mailWith(needle).toString('latin1').replace('\r\n\r\n', '\r\n\0\r\n\r\n')),
    ends,
  );
  add(
    'mail-boundary-line-with-tab',
    (needle) => bytes(mailWith(needle).toString('latin1').replaceAll('--b1\r\n', '--b1\t \r\n')),
    ends,
  );
  add(
    'mail-boundary-line-with-vertical-tab',
    (needle) => bytes(mailWith(needle).toString('latin1').replaceAll('--b1\r\n', '--b1\v\r\n')),
    ends,
  );
  add(
    'mail-form-feed-in-field',
    (needle) => mailWith(needle, { encoding: null, extra: 'Content-Transfer-Encoding:\fbase64\r\n' }),
    ends,
  );
  add(
    'mail-field-name-with-nul',
    (needle) => mailWith(needle, { encoding: null, extra: 'Content-Transfer-Encoding\0: base64\r\n' }),
    mail,
  );
  add(
    'mail-base64-of-utf16-page',
    (needle) =>
      mailWith(
        bytes(
          [0xff, 0xfe],
          Buffer.from(
            `<html><a href="data:application/octet-stream;base64,${needle.toString('base64')}">x</a></html>`,
            'utf16le',
          ),
        ),
        named('a.html', 'text/html'),
      ),
    mail,
  );
  add(
    'mail-uu-mode-of-one-digit',
    (needle) => bytes(addressLines, '\r\n', uuencoded(needle).replace('begin 644', 'begin 7')),
    { ...mail, ...text },
  );
  add(
    'mail-yenc-part-of-one',
    (needle) => {
      const data = needle.map((byte) => byte + 42);
      const escaped = [...data].flatMap((byte) =>
        [0, 10, 13, 61].includes(byte) ? [61, (byte + 64) & 255] : [byte],
      );
      return bytes(
        addressLines,
        '\r\n=ybegin part=1 total=1 line=128 size=68 name=eicar.com\r\n=ypart begin=1 end=68\r\n',
        escaped,
        '\r\n=yend size=68 part=1\r\n',
      );
    },
    { ...mail, ...text },
  );
  add(
    'mbx-mailbox',
    (needle) => {
      const one = mailWith(needle);
      return bytes(
        '*mbx*\r\n5f0000000000001\r\n',
        repeated('\r\n', 1011),
        ` 1-Jan-2024 10:00:00 +0000,${one.length};000000000000-00000001\r\n`,
        one,
      );
    },
    text,
  );
  add(
    'babyl-mailbox',
    (needle) =>
      bytes(
        'BABYL OPTIONS: -*- rmail -*-\nVersion: 5\nLabels:\n\x1f\x0c\n1,,\n*** EOOH ***\n',
        mailWith(needle),
        '\x1f',
      ),
    text,
  );
  add(
    'http-mime-in-eml',
    (needle) =>
      mailWith(
        bytes('HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n', needle),
        named('a.http'),
      ),
    mail,
  );
  add(
    'mail-text-plain-data-url',
    (needle) =>
      bytes(
        addressLines,
        versionLine,
        'Content-Type: text/plain\r\n\r\nopen data:application/octet-stream;base64,',
        needle.toString('base64'),
        ' in a browser\r\n',
      ),
    { ...mail, ...text },
  );
});
