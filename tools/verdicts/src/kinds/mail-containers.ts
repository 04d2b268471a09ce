import { be32, bytes, le16, le32, utf16, zeros } from '../layouts/byte-layout.js';
import { attachment, mailWith, multipart, named, textPart, tnef } from '../layouts/mail-layout.js';
import { ole10Native, oleOf } from '../layouts/ole-layout.js';
import { literalBody, pgpLiteral, pgpPacket } from '../layouts/pgp-layout.js';
import { bzip2 } from '../making/compressors.js';
import { mail, mailOrText } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

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

/** Several mails in a row, AppleDouble, TNEF, OpenPGP. */
export const mailContainerKinds = kindsOf('mail', 'further', (add) => {
  add(
    'mails-one-behind-the-other',
    (needle) => bytes(multipart([textPart]), '\r\n', mailWith(needle, {}, { boundary: 'other' })),
    mailOrText,
  );
  add(
    'eml-files-one-behind-the-other',
    (needle) => bytes(mailWith(Buffer.from('hello')), mailWith(needle, {}, { boundary: 'b2' })),
    { endsAnywhere: mailOrText.endsAnywhere },
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
      const literal = pgpLiteral(needle);
      const body = bytes([3], await bzip2(literal));
      return multipart([attachment(pgpPacket(0xc8, body), named('a.gpg'))]);
    },
    mail,
  );
  add(
    'mail-pgp-partial-lengths',
    (needle) => {
      const body = literalBody(needle);
      return multipart([
        attachment(
          bytes([0xcb, 0xe5], body.subarray(0, 32), [body.length - 32], body.subarray(32)),
          named('a.gpg'),
        ),
      ]);
    },
    mail,
  );
});
