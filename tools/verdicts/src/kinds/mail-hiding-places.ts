import { deflateSync } from 'node:zlib';
import { be32, bytes, le32, zeros } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  mailWith,
  multipart,
  named,
  quotedPrintable,
  textPart,
  versionLine,
} from '../layouts/mail-layout.js';
import { zipWithNoise, zipped } from '../layouts/zip-layout.js';
import { mail, mailOrText } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { rtfObject } from './office.js';

const file = { endsAnywhere: 'a file of a mail program, which says nowhere how long it is' };
const longZip = zipWithNoise(51);

/** Where a mail can hold a file that is no part of it, and files of mail programs. */
export const mailHidingPlaceKinds = kindsOf('mail', 'further', (add) => {
  add(
    'mail-preamble-page',
    (needle) =>
      multipart([textPart], {
        preamble: `<html><a href="data:application/octet-stream;base64,${needle.toString('base64')}">x</a></html>\r\n`,
      }),
    { ...mailOrText, clean: 'what stands in front of the first part no reader shows as a page' },
  );
  add(
    'mail-epilogue-base64',
    (needle) => multipart([textPart], { epilogue: `\r\n${base64Lines(longZip(needle))}` }),
    mailOrText,
  );
  add(
    'mail-header-value-base64',
    (needle) =>
      bytes(addressLines, `X-File: ${longZip(needle).toString('base64')}\r\n`, versionLine, textPart),
    { ...mailOrText, clean: 'a field of a header that no reader stores as a file' },
  );
  add(
    'mail-subject-encoded-file',
    (needle) =>
      bytes(addressLines.replace('test', `=?utf-8?b?${needle.toString('base64')}?=`), '\r\nhello\r\n'),
    { ...mailOrText, clean: 'a subject is shown as text and never stored as a file' },
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
    file,
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
    { ...file, clean: 'records of a mail server’s own queue, which no one opens outside of it' },
  );
  add(
    'the-bat-mailbox',
    (needle) => {
      const one = mailWith(needle);
      return bytes(le32(0x19790621), zeros(44), be32(0x21097019), le32(48), zeros(32), le32(one.length), one);
    },
    file,
  );
  add(
    'mail-gmail-raw',
    (needle) => bytes(`{"id":"1","raw":"${mailWith(needle).toString('base64url')}"}`),
    file,
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
