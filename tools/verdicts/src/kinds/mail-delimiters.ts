import { bytes, utf16 } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  mailWith,
  multipart,
  named,
  textPart,
  uuencoded,
} from '../layouts/mail-layout.js';
import { mailOrText } from '../making/kind-options.js';
import { type AddKind, kindsOf } from '../making/kind.js';
import { quotedBytes } from './lenient-mail.js';

const encoding = 'Content-Transfer-Encoding: quoted-printable\r\n';
/** No part is known by what stands behind its delimiter. */
const others = Array.from({ length: 40 }, (_, at) => `X-${at}: y\r\n`).join('');
const fields = 'Content-Type: application/octet-stream; name="eicar.com"\r\n';
const part = (needle: Buffer): string => `${others}${fields}${encoding}\r\n${quotedBytes(needle)}`;
const ofMail = (describe: (add: AddKind) => void) =>
  kindsOf('mail', 'further', (add) =>
    describe((name, make, more = {}) => add(`mail-${name}`, make, { ...mailOrText, ...more })),
  );

/** What readers take for a delimiter, and for what declares it. */
export const mailDelimiterKinds = ofMail((add) => {
  const divided = (needle: Buffer, parameter: string): Buffer =>
    multipart([others + textPart, part(needle)], {
      typeLine: `Content-Type: multipart/mixed; ${parameter}\r\n`,
    });
  const delimited = (name: string, line: string): void =>
    add(`delimiter-${name}`, (needle) =>
      bytes(multipart([others + textPart], { hasEnd: false }), `${line}\r\n`, part(needle), '--b1--\r\n'),
    );
  delimited('with-text-behind', '--b1 and more');
  delimited('goes-on', '--b1and-more');
  delimited('with-a-dash-behind', '--b1-');
  delimited('end-goes-on', '--b1--and-more');
  const declared = (name: string, parameter: string): void =>
    add(`boundary-${name}`, (needle) => divided(needle, parameter));
  declared('piece-missing', 'boundary*0=b1; boundary*2=x');
  declared('two-first-pieces', 'boundary*0=x; boundary*0=b; boundary*1=1');
  declared('two-last-pieces', 'boundary*0=b; boundary*0=x; boundary*1=1');
  declared('whole-beside-pieces', "boundary*=''b1; boundary*0=x; boundary*1=y");
  declared('pieces-beside-whole', "boundary*=''x; boundary*0=b; boundary*1=1");
  declared('folded-to-nothing', 'boundary="b\r\n 1"');
  add('type-all-in-encoded-word', (needle) =>
    multipart([others + textPart, part(needle)], {
      typeLine: 'Content-Type: =?us-ascii?Q?multipart/mixed=3B_boundary=3Db1?=\r\n',
    }),
  );
  add('first-field-indented', (needle) =>
    multipart([textPart, ` ${encoding}${fields}\r\n${quotedBytes(needle)}`]),
  );
  add('lines-with-two-crs', (needle) =>
    bytes(divided(needle, 'boundary=b1').toString('latin1').replaceAll('\r\n', '\r\r\n')),
  );
});

const inner = (needle: Buffer): Buffer => multipart([part(needle)], { boundary: 'b2', head: addressLines });
const front = 'some words\r\n';

/** Files that are not what they are said to be, or are it by another name. */
export const mailMisnamedKinds = ofMail((add) => {
  const uu = (name: string, encoded: (lines: string[]) => string[]): void =>
    add(`uuencode-${name}`, (needle) =>
      mailWith(needle, {
        encoding: 'x-uuencode',
        encoded: encoded(uuencoded(needle).split('\r\n')).join('\r\n'),
      }),
    );
  uu('without-first-line', (lines) => lines.slice(1));
  uu('without-first-and-last-line', (lines) => [...lines.slice(1, -3), '']);
  add('base64-that-is-none', (needle) =>
    mailWith(needle, { encoding: 'base64', encoded: bytes(needle, '\r\n') }),
  );
  const asMail = (name: string, type: string, disposition: string): void =>
    add(`eml-by-${name}`, (needle) =>
      multipart([textPart, attachment(bytes(front, inner(needle)), { type, disposition })]),
    );
  const unknown = 'application/octet-stream';
  asMail('extended-name', unknown, "attachment; filename=a.txt; filename*=utf-8''x.eml");
  asMail('encoded-name', `${unknown}; name="=?utf-8?B?eC5lbWw=?="`, 'attachment; filename="a.txt"');
  asMail(
    'second-disposition',
    unknown,
    'attachment; filename=a.txt\r\nContent-Disposition: inline; filename=x.eml',
  );
  asMail('name-with-dot-behind', unknown, 'attachment; filename="x.eml."');
  const separator = 'From a@b Mon Jan  1 10:00:00 2024\r\n';
  const mailbox = (name: string, write: (mailbox: Buffer) => Buffer): void =>
    add(`mailbox-${name}`, (needle) => mailWith(write(bytes(separator, inner(needle))), named('a.mbox')));
  mailbox('behind-text', (file) => bytes(front, '\r\n', file));
  mailbox('behind-empty-lines', (file) => bytes('\r\n\r\n', file));
  mailbox('behind-byte-order-mark', (file) => bytes('\xef\xbb\xbf', file));
  mailbox('in-utf16', (file) => utf16(`\ufeff${file.toString('latin1')}`));
});
