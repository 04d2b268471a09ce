import { be32, bytes, le16, le32, zeros } from '../layouts/byte-layout.js';
import { addressLines, base64Lines, binHex, mailWith, uuencoded } from '../layouts/mail-layout.js';
import { kindsOf } from '../making/kind.js';
import { quotedBytes } from './lenient-mail.js';
import { yEncoded } from './mail-attachments.js';

const text = { endsAnywhere: 'a text ends where it ends' };
const mail = { mail: true, ...text };
const inText = (written: Buffer | string): Buffer =>
  bytes(addressLines, '\r\nhello\r\n\r\n', written, '\r\nbye\r\n');
const withBareCr = (written: Buffer | string): Buffer =>
  bytes(bytes(written).toString('latin1').replaceAll('\r\n', '\r'));
const bareBinHex = (needle: Buffer, front: string): string =>
  binHex(needle)
    .toString('latin1')
    .replace(/^.*\r\n/, front);

/** Files that a text is, as programs look for them. */
export const writtenFileKinds = kindsOf('mail', 'further', (add) => {
  const begun = (name: string, line: string): void =>
    add(`mail-uu-${name}`, (needle) => inText(uuencoded(needle).replace('begin 644 eicar.com', line)), mail);
  begun('mode-of-seven-digits', 'begin 0100644 eicar.com');
  begun('mode-of-letters', 'begin rw-r--r-- eicar.com');
  begun('without-name', 'begin 644');
  begun('without-mode', 'begin eicar.com');
  begun('tabs', 'begin\t644\teicar.com');
  begun('name-of-300', `begin 644 ${'e'.repeat(300)}`);
  add('yenc-bare-cr', (needle) => withBareCr(bytes('hello\r\n', yEncoded(needle))), text);
  add(
    'mail-yenc-long-head',
    (needle) =>
      inText(
        bytes(
          yEncoded(needle)
            .toString('latin1')
            .replace('name=eicar.com', `name=${'e'.repeat(900)}`),
        ),
      ),
    mail,
  );
  add(
    'mail-yenc-piece-of-two',
    (needle) =>
      inText(
        bytes(yEncoded(needle.subarray(40)).toString('latin1').replace('=ybegin', '=ybegin part=2 total=2')),
      ),
    { ...mail, said: 'one piece of a file in several mails' },
  );
  add(
    'mail-binhex-unannounced',
    (needle) =>
      mailWith(needle, {
        type: 'application/mac-binhex40; name="eicar.hqx"',
        encoding: '7bit',
        encoded: bareBinHex(needle, ''),
      }),
    mail,
  );
  add(
    'mail-binhex-announced-otherwise',
    (needle) => inText(bareBinHex(needle, '(Convert with BinHex 4.0)\r\n')),
    mail,
  );
  add(
    'mail-binhex-behind-decoy',
    (needle) => inText(bytes('(This file must be converted with BinHex 4.0)\r\n:bogus:\r\n', binHex(needle))),
    mail,
  );
  const literal = (needle: Buffer): Buffer =>
    bytes([0xcb, 15 + needle.length], 'b\x09eicar.com', zeros(4), needle);
  const armored = (needle: Buffer, kind = 'MESSAGE', front = ''): string =>
    `-----BEGIN PGP ${kind}-----\r\nVersion: 1\r\n\r\n${base64Lines(literal(needle))}-----END PGP ${kind}-----`
      .split('\r\n')
      .map((line) => front + line)
      .join('\r\n');
  add('mail-pgp-quoted', (needle) => inText(armored(needle, 'MESSAGE', '> ')), mail);
  add('mail-pgp-indented', (needle) => inText(armored(needle, 'MESSAGE', '    ')), mail);
  add('mail-pgp-piece-of-several', (needle) => inText(armored(needle, 'MESSAGE, PART 01/02')), mail);
  add(
    'mail-pgp-in-signed-text',
    (needle) =>
      inText(
        `-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n${armored(needle).replaceAll('-----B', '- -----B').replaceAll('-----E', '- -----E')}\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nabcd\r\n-----END PGP SIGNATURE-----`,
      ),
    mail,
  );
  add('pgp-armored-bare-cr', (needle) => withBareCr(armored(needle)), text);
  add(
    'mbox-bare-cr',
    (needle) => {
      const from = 'From a@b Mon Jan  1 10:00:00 2024\r\n';
      return withBareCr(bytes(from, addressLines, '\r\nhello\r\n\r\n', from, mailWith(needle)));
    },
    text,
  );
});

const card = (line: string): Buffer => bytes(`BEGIN:VCARD\r\nVERSION:2.1\r\n${line}\r\nEND:VCARD\r\n`);
const event = (line: string): Buffer =>
  bytes(`BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n${line}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`);
const percent = (needle: Buffer): string =>
  [...needle].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const quotedLine = (needle: Buffer): string => quotedBytes(needle).replace(/=\r\n$/, '');

export const writtenCardKinds = kindsOf('mail', 'further', (add) => {
  add(
    'vcard-quoted-in-group',
    (needle) => card(`item1.PHOTO;ENCODING=QUOTED-PRINTABLE:${quotedLine(needle)}`),
    text,
  );
  add('vcard-quoted-by-name-alone', (needle) => card(`PHOTO;QUOTED-PRINTABLE:${quotedLine(needle)}`), text);
  add(
    'vcard-bare-cr',
    (needle) => withBareCr(card(`PHOTO;ENCODING=QUOTED-PRINTABLE:${quotedLine(needle)}`)),
    text,
  );
  add(
    'calendar-address-percent',
    (needle) => event(`ATTACH:data:application/octet-stream,${percent(needle)}`),
    text,
  );
  add(
    'calendar-page-with-file',
    (needle) =>
      event(
        `X-ALT-DESC;FMTTYPE=text/html:<html><a href="data:application/octet-stream\\;base64\\,${needle
          .toString('base64')
          .replace(/.{12}/g, '$&\r\n ')}">x</a></html>`,
      ),
    text,
  );
});

function attribute(level: number, id: number, data: Buffer): Buffer {
  const sum = data.reduce((total, byte) => (total + byte) & 0xffff, 0);
  return bytes([level], le32(id, data.length), data, le16(sum));
}
const tnefOf = (id: number, data: Buffer): Buffer =>
  bytes(
    [0x78, 0x9f, 0x3e, 0x22, 1, 0],
    attribute(1, 0x00089006, Buffer.from([0, 0, 1, 0])),
    attribute(2, 0x00069002, zeros(14)),
    attribute(2, id, data),
  );
const property = (type: number, id: number, value: Buffer): Buffer =>
  bytes(le16(type, id), le32(1, value.length), value, zeros((4 - (value.length % 4)) % 4));

export const writtenTnefKinds = kindsOf('mail', 'further', (add) => {
  const unread = { said: 'properties that cannot be read to the end' };
  add(
    'tnef-property-of-unknown-type-first',
    (needle) =>
      tnefOf(0x00069005, bytes(le32(2), property(0xfb, 0x1234, be32(1)), property(0x102, 0x3701, needle))),
    unread,
  );
  add(
    'tnef-property-of-too-many-values-first',
    (needle) =>
      tnefOf(
        0x00069005,
        bytes(le32(2), le16(0x1003, 0x1234), le32(0x7fffffff), property(0x102, 0x3701, needle)),
      ),
    unread,
  );
  add('tnef-picture-of-attachment', (needle) => tnefOf(0x00068011, needle));
});
