import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { bytes } from '../layouts/byte-layout.js';
import { addressLines, attachment, base64Lines, multipart, named } from '../layouts/mail-layout.js';
import { pgpLiteral } from '../layouts/pgp-layout.js';
import { mail } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

export const packedMailKinds = kindsOf('mail', 'further', (add) => {
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
