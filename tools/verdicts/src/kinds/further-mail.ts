import { gzipSync } from 'node:zlib';
import { bytes, replaced } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  mailWith,
  multipart,
  named,
  quotedPrintable,
  textPart,
  tnef,
  uuencoded,
  versionLine,
} from '../layouts/mail-layout.js';
import { rar5 } from '../layouts/rar-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { passwordZip, sevenZip } from '../making/compressors.js';
import { madeBy } from '../making/run-tool.js';
import { text } from '../making/kind-options.js';
import { mailKinds, yEncoded } from './mail-attachments.js';
import { docx } from './office.js';
import { plainIso } from './images.js';

const head = addressLines + versionLine;
const html = 'Content-Type: text/html; charset=utf-8\r\n\r\n<p>hello</p>\r\n';

/** What mail programs, lists and gateways write. */
export const furtherMailKinds = mailKinds('further', (add) => {
  const inner = (subtype: string, boundary: string, parts: readonly (Buffer | string)[]): Buffer =>
    multipart(parts, { head: '', subtype, boundary });
  add('apple', (needle) =>
    multipart([inner('alternative', 'a', [textPart, inner('mixed', 'c', [html, attachment(needle), html])])]),
  );
  add('outlook', (needle) =>
    multipart([
      inner('related', 'r', [
        inner('alternative', 'a', [textPart, html]),
        attachment(needle, { disposition: 'inline' }),
      ]),
      attachment(bytes('x')),
    ]),
  );
  add('list-footer', (needle) => multipart([inner('mixed', 'i', [textPart, attachment(needle)]), textPart]));
  add('forwarded-inline', (needle) =>
    multipart([
      'Content-Type: text/plain\r\n\r\n-------- Forwarded Message --------\r\n',
      bytes(
        'Content-Type: message/rfc822; charset=UTF-8; name="Forwarded Message.eml"\r\n\r\n',
        mailWith(needle, {}, { boundary: 'f' }),
      ),
    ]),
  );
  add('abuse-report', (needle) =>
    multipart(
      [
        textPart,
        'Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n',
        bytes('Content-Type: message/rfc822\r\n\r\n', mailWith(needle, {}, { boundary: 'f' })),
      ],
      { subtype: 'report' },
    ),
  );
  for (const subtype of ['parallel', 'form-data', 'x-mixed-replace', 'signed', 'encrypted-not', 'byteranges'])
    add(`subtype-${subtype}`, (needle) => mailWith(needle, {}, { subtype }));
  add('signed-extra-part', (needle) =>
    multipart(
      [
        textPart,
        attachment(bytes('sig'), named('signature.asc', 'application/pgp-signature')),
        attachment(needle),
      ],
      { subtype: 'signed' },
    ),
  );
  const encoded = (name: string, encoding: string, body: (needle: Buffer) => string | Buffer): void =>
    add(name, (needle) => mailWith(needle, { encoding, encoded: body(needle) }));
  encoded('qp-lower-case', 'quoted-printable', (needle) =>
    quotedPrintable(needle).replace(/=[0-9A-F]{2}/g, (one) => one.toLowerCase()),
  );
  encoded('qp-spaces-at-ends', 'quoted-printable', (needle) =>
    quotedPrintable(needle).replaceAll('=\r\n', '=  \r\n'),
  );
  encoded('qp-every-byte', 'Quoted-Printable', (needle) =>
    [...needle].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('=\r\n'),
  );
  encoded('base64-line-4', 'base64', (needle) => base64Lines(needle, 4));
  encoded('base64-blank-lines', 'base64', (needle) => base64Lines(needle, 20).replaceAll('\r\n', '\r\n\r\n'));
  encoded('base64-lf-only-body', 'base64', (needle) => base64Lines(needle).replaceAll('\r\n', '\n'));
  encoded('base64-trailing-spaces', 'base64', (needle) =>
    base64Lines(needle, 30).replaceAll('\r\n', '   \r\n'),
  );
  encoded(
    'base64-two-blocks',
    'base64',
    (needle) => base64Lines(needle.subarray(0, 20)) + base64Lines(needle.subarray(20)),
  );
  add('no-disposition', (needle) => mailWith(needle, { disposition: null }));
  add('no-type-at-all', (needle) =>
    multipart([textPart, bytes('Content-Transfer-Encoding: base64\r\n\r\n', base64Lines(needle))]),
  );
  const typed = (name: string, type: string): void =>
    add(`type-${name}`, (needle) => mailWith(needle, { type }));
  typed('image', 'image/png; name="a.png"');
  typed('unknown', 'x-foo/x-bar');
  typed('no-slash', 'attachment');
  typed('empty', '');
  typed('pdf', 'application/pdf');
  typed('text-utf7', 'text/plain; charset=utf-7');
  typed('text-2022', 'text/plain; charset=iso-2022-jp');
  typed('delivery-status', 'message/delivery-status');
  typed('message-partial-like', 'message/x-unknown');
  add('name-4000', (needle) => mailWith(needle, named('n'.repeat(4000))));
  add('name-with-nul', (needle) => mailWith(needle, named('a\0.exe')));
  add('name-right-to-left', (needle) =>
    mailWith(needle, named(Buffer.from('a\u202egnp.exe').toString('latin1'))),
  );
  add('part-type-twice', (needle) => mailWith(needle, { extra: 'Content-Type: text/plain\r\n' }));
  add('part-headers-lf', (needle) => multipart([textPart, replaced(attachment(needle), '\r\n', '\n')]));
  for (const [name, boundary] of [
    ['regex', '.*+(x)[y]'],
    ['ends-with-dashes', 'b1--'],
    ['one-letter', '-'],
    ['dashes', '------------0102'],
    ['digits', '=_1'],
  ] as const)
    add(`boundary-is-${name}`, (needle) => mailWith(needle, {}, { boundary }));
  add('boundary-in-comment', (needle) =>
    mailWith(needle, {}, { typeLine: 'Content-Type: multipart/mixed; (boundary="x") boundary="b1"\r\n' }),
  );
  add('boundary-semicolons', (needle) =>
    mailWith(needle, {}, { typeLine: 'Content-Type: multipart/mixed;;; ;boundary="b1";\r\n' }),
  );
  add('boundary-spaces-around', (needle) =>
    mailWith(needle, {}, { typeLine: 'Content-Type: multipart/mixed; boundary = "b1"\r\n' }),
  );
  add(
    'uu-two-files',
    (needle) =>
      bytes(addressLines, '\r\n', uuencoded(bytes('hello'), 'a.txt'), '\r\n', uuencoded(needle, 'b.com')),
    text,
  );
  add(
    'uu-path-and-mode',
    (needle) =>
      bytes(addressLines, '\r\n', uuencoded(needle, 'eicar.com').replace('begin 644 ', 'begin 0755 C:\\x\\')),
    text,
  );
  add(
    'uu-in-multipart-preamble',
    (needle) => multipart([textPart], { preamble: bytes(uuencoded(needle), '\r\n') }),
    { ...text },
  );
  add('yenc-zip', (needle) => bytes(addressLines, '\r\n', yEncoded(zipped(needle))), text);
  add(
    'begin-base64-in-body',
    (needle) => bytes(addressLines, `\r\nbegin-base64 644 eicar.com\r\n${base64Lines(needle)}====\r\n`),
    text,
  );
  add('tnef-in-forwarded', (needle) =>
    multipart([
      textPart,
      bytes(
        'Content-Type: message/rfc822\r\n\r\n',
        mailWith(tnef(needle), named('winmail.dat', 'application/ms-tnef'), { boundary: 'f' }),
      ),
    ]),
  );
  add('gz-of-mail', (needle) => gzipSync(mailWith(needle)));
  add('zip-of-two-mails', (needle) => zipped(bytes(mailWith(needle)), 'm.eml'));
  add('iso-in-zip', async (needle) => mailWith(zipped(await plainIso(needle), 'a.iso'), named('a.zip')));
  add('rar-in-zip', (needle) => mailWith(zipped(rar5(needle), 'a.rar'), named('a.zip')));
  add('docx', (needle) => mailWith(docx([['word/embeddings/eicar.com', needle]]), named('a.docx')));
  add('seven-zip-in-forwarded-mail', async (needle) =>
    multipart([
      textPart,
      bytes(
        'Content-Type: message/rfc822\r\n\r\n',
        mailWith(await sevenZip(needle), named('a.7z'), { boundary: 'f' }),
      ),
    ]),
  );
  add('html-data-url', (needle) =>
    multipart([
      `Content-Type: text/html\r\n\r\n<a href="data:application/octet-stream;base64,${needle.toString('base64')}">x</a>\r\n`,
    ]),
  );
  add(
    'encrypted-beside-needle',
    async (needle) =>
      multipart([
        textPart,
        attachment(await passwordZip(bytes('secret')), named('s.zip')),
        attachment(needle),
      ]),
    {
      heldTwin: 'an attachment is encrypted',
    },
  );
  add('file-that-is-mail', (needle) => mailWith(needle), { mail: false });
  add('maildir-headers-first', (needle) =>
    bytes(
      'Return-Path: <a@b>\r\nDelivered-To: c@d\r\nReceived: from x\r\n by y; Mon, 1 Jan 2024 10:00:00 +0000\r\n',
      mailWith(needle),
    ),
  );
  add('dkim-long-headers', (needle) =>
    mailWith(needle, {}, { head: `DKIM-Signature: v=1; a=rsa-sha256;\r\n\tb=${'A'.repeat(700)}\r\n${head}` }),
  );
  const key = 'openssl req -x509 -newkey rsa:2048 -nodes -keyout k -out c -days 30 -subj /CN=x 2>/dev/null';
  const signed = (needle: Buffer, switches: string): Promise<Buffer> =>
    madeBy({
      needs: ['openssl'],
      files: { m: mailWith(needle, {}, { head: versionLine }) },
      script: `${key}; openssl cms -sign -nodetach -binary -signer c -inkey k -in m ${switches} -out o`,
      out: 'o',
    });
  add('signed-der-attached', async (needle) =>
    mailWith(
      await signed(needle, '-outform DER'),
      named('smime.p7m', 'application/pkcs7-mime; smime-type=signed-data'),
    ),
  );
  add('signed-der-alone', (needle) => signed(needle, '-outform DER'), { mail: false });
  add('signed-der-indefinite', async (needle) =>
    mailWith(await signed(needle, '-outform DER -stream'), named('smime.p7m', 'application/pkcs7-mime')),
  );
});
