import { deflateSync } from 'node:zlib';
import { bytes, le16, le32, repeated, zeros } from '../layouts/byte-layout.js';
import { addressLines, base64Lines, multipart, uuencoded } from '../layouts/mail-layout.js';
import { literalBody, pgpLiteral, pgpPacket } from '../layouts/pgp-layout.js';
import { base64 } from '../layouts/text-layout.js';
import { mail, mailOrText, text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { quotedBytes } from './lenient-mail.js';

/** What GnuPG passes over, and what it takes whatever it says. */
export const passedPacketKinds = kindsOf('mail', 'further', (add) => {
  const pgp = (name: string, make: (needle: Buffer) => Buffer): void =>
    add(`pgp-${name}`, make, { endsAnywhere: 'less is no packet of any kind' });
  const behind = (name: string, ...front: readonly Buffer[]): void =>
    pgp(`behind-${name}`, (needle) => bytes(...front, pgpLiteral(needle)));
  behind('comment', pgpPacket(0xfd, Buffer.from('comment')));
  behind('old-comment', pgpPacket(0xd0, Buffer.from('comment')));
  behind('trust', pgpPacket(0xcc, Buffer.from('trust')));
  behind('broken-signature', pgpPacket(0xc2, Buffer.from('none')));
  behind('forty-markers', repeated(pgpPacket(0xca, Buffer.from('PGP')), 40));
  const literal = (name: string, kind: string, fileName: string): void =>
    pgp(`literal-${name}`, (needle) =>
      pgpPacket(0xcb, bytes(kind, [fileName.length], fileName, zeros(4), needle)),
    );
  literal('of-mime', 'm', 'eicar.com');
  literal('of-unknown-kind', 'x', 'eicar.com');
  literal('with-odd-name', 'b', '\x01\x02');
  const packed = (name: string, method: number, pack: (message: Buffer) => Buffer): void =>
    pgp(`packed-${name}`, (needle) => {
      const content = pack(pgpPacket(0xcb, literalBody(needle)));
      return bytes([0xc8, content.length + 1, method], content);
    });
  packed('not-at-all', 0, (message) => message);
  packed('in-small-window', 2, (message) => deflateSync(message, { windowBits: 9 }));
  add(
    'mail-pgp-behind-signed-texts',
    (needle) =>
      bytes(
        addressLines,
        '\r\nhello\r\n',
        '-----BEGIN PGP SIGNED MESSAGE-----\r\n'.repeat(1100),
        `-----BEGIN PGP MESSAGE-----\r\n\r\n${base64Lines(pgpLiteral(needle))}-----END PGP MESSAGE-----\r\n`,
      ),
    mailOrText,
  );
});

const attribute = (level: number, id: number, data: Buffer): Buffer =>
  bytes([level], le32(id, data.length), data, le16(data.reduce((sum, byte) => (sum + byte) & 0xffff, 0)));
const shellArchive = (lines: string): string =>
  `#!/bin/sh\nsed 's/^X//' << 'SHAR_EOF' > 'eicar.com' &&\n${lines.replace(/^/gm, 'X')}\nSHAR_EOF\n`;
const attachmentFields =
  'Content-Type: application/octet-stream; name=eicar.com\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n';
const inUtf7 = (written: string): string =>
  [...written]
    .map((char) => `+${Buffer.from(char, 'utf16le').swap16().toString('base64').replaceAll('=', '')}-`)
    .join('');
const link = (needle: Buffer): string =>
  `<a href="data:application/octet-stream;base64,${base64(needle)}">x</a>`;
const asEntities = (written: string): string =>
  [...written].map((char) => `&#${char.charCodeAt(0)};`).join('');

/** Files in front of which stands what their readers pass over, or a mark in each of their lines. */
export const passedTextKinds = kindsOf('mail', 'further', (add) => {
  add('tnef-behind-other-level', (needle) =>
    bytes(
      [0x78, 0x9f, 0x3e, 0x22, 1, 0],
      attribute(0, 0x00089006, Buffer.from([0, 0, 1, 0])),
      attribute(2, 0x00069002, zeros(14)),
      attribute(2, 0x0006800f, needle),
    ),
  );
  const archive = (needle: Buffer, field: string): Buffer =>
    multipart([`${attachmentFields}${quotedBytes(needle)}`], { boundary: 'b2', head: `${field}: 1.0\r\n` });
  add('web-archive-field-in-capitals', (needle) => bytes('words\r\n', archive(needle, 'MIME-VERSION')), text);
  add(
    'web-archive-behind-pages',
    (needle) => bytes('some words\r\n'.repeat(4000), archive(needle, 'MIME-Version')),
    text,
  );
  add(
    'vcard-lines-without-blanks',
    (needle) => bytes(`BEGIN:VCARD\r\nPHOTO;ENCODING=BASE64:\r\n${base64Lines(needle, 12)}\r\nEND:VCARD\r\n`),
    text,
  );
  add('shell-archive-of-text', (needle) => bytes(shellArchive(needle.toString('latin1'))), {
    ...text,
    leaf: (needle) => bytes(needle, '\n'),
  });
  add('shell-archive-of-uuencode', (needle) => bytes(shellArchive(uuencoded(needle, 'a', '\n'))), text);
  add(
    'mail-shell-archive-of-uuencode',
    (needle) => bytes(addressLines, '\r\n', shellArchive(uuencoded(needle, 'a', '\n'))),
    { ...mail, ...text },
  );
  add(
    'html-utf7-by-meta',
    (needle) =>
      bytes(
        `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-7"></head>${inUtf7(link(needle))}</html>`,
      ),
    text,
  );
  add(
    'html-behind-text-entities',
    (needle) =>
      bytes(
        'text '.repeat(2000),
        link(needle).replace(/"[^"]*"/, (one) => `"${asEntities(one.slice(1, -1))}"`),
      ),
    text,
  );
});
