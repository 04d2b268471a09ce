import { brotliCompressSync, deflateRawSync, deflateSync } from 'node:zlib';
import { bytes } from '../layouts/byte-layout.js';
import { base64Lines, mailWith, quotedPrintable, uuencoded } from '../layouts/mail-layout.js';
import { zipWithNoise } from '../layouts/zip-layout.js';
import { zstd } from '../making/compressors.js';
import { mail } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

const longZip = zipWithNoise(51);

/** Encodings that are not what the header says, and more than one of them. */
export const mailEncodingMismatchKinds = kindsOf('mail', 'further', (add) => {
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
});
