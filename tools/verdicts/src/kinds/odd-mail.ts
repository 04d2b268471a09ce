import { bytes } from '../layouts/byte-layout.js';
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
import { zipOf, zipped } from '../layouts/zip-layout.js';
import { mail, text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

/** Mails that only some readers take for what they are. */
export const oddMailKinds = kindsOf('mail', 'further', (add) => {
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
