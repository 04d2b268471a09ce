import { bytes, replaced, scrambled } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  mailWith,
  multipart,
  textPart,
  versionLine,
} from '../layouts/mail-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { madeBy } from '../making/run-tool.js';
import { encrypted } from '../making/kind-options.js';
import { mailKinds } from './mail-attachments.js';

type Inner = (mail: Buffer) => Buffer;

/** Python's `b2a_qp`: quoted-printable for lines of text. */
function quotedLines(text: Buffer): string {
  const lines = text.toString('latin1').split('\r\n');
  return lines
    .map((line) => {
      const quoted = line.replace(
        /[=\x7f-\xff\0-\x08\x0b-\x1f]/g,
        (one) => `=${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
      );
      return quoted
        .replace(/[ \t]$/, (one) => `=${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
        .replace(/(.{72}(?:[^=]{0,3}))(?=.)/g, '$1=\r\n');
    })
    .join('\r\n');
}

const asMessage: Inner = (mail) =>
  bytes('Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename="m.eml"\r\n\r\n', mail);
const asBase64: Inner = (mail) =>
  bytes('Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n', base64Lines(mail));
const asQuoted: Inner = (mail) =>
  bytes(
    'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
    quotedLines(mail),
  );
const asFile: Inner = (mail) =>
  attachment(mail, {
    type: 'application/octet-stream; name="m.eml"',
    disposition: 'attachment; filename="m.eml"',
  });

function nested(needle: Buffer, depth: number, inner: Inner): Buffer {
  let mail = mailWith(needle, {}, { boundary: 'bx0' });
  for (let level = 1; level <= depth; level += 1)
    mail = multipart([textPart, inner(mail)], { boundary: `bx${level}` });
  return mail;
}

/** `multipart/mixed` in itself. */
export function multipartsIn(content: Buffer, depth: number): Buffer {
  let part = attachment(content);
  for (let level = 0; level < depth; level += 1)
    part = bytes(
      `Content-Type: multipart/mixed; boundary="d${level}"\r\n\r\n--d${level}\r\n`,
      part,
      `--d${level}--\r\n`,
    );
  return part;
}

const tooDeep = 'nested deeper than is examined by default (16)';
const deep = (depth: number) => (depth > 16 ? { said: tooDeep } : {});

export const mailNestedKinds = mailKinds('first', (add) => {
  for (const depth of [1, 3, 5, 8, 10, 12, 15, 20, 40])
    add(`nested-${depth}`, (needle) => nested(needle, depth, asMessage), deep(depth));
  for (const depth of [1, 3, 6]) add(`nested-base64-${depth}`, (needle) => nested(needle, depth, asBase64));
  for (const depth of [1, 5, 10]) add(`nested-file-${depth}`, (needle) => nested(needle, depth, asFile));
  add('nested-qp-1', (needle) => nested(needle, 1, asQuoted));
  const typed = (name: string, type: string): void =>
    add(`nested-${name}`, (needle) =>
      multipart([
        textPart,
        bytes(`Content-Type: message/${type}\r\n\r\n`, mailWith(needle, {}, { boundary: 'b2' })),
      ]),
    );
  typed('global', 'global');
  typed('news', 'news');
  for (const depth of [3, 20, 60, 120])
    add(
      `multipart-deep-${depth}`,
      (needle) => bytes(addressLines, versionLine, multipartsIn(needle, depth)),
      deep(depth),
    );
  add('dsn-with-original', (needle) =>
    multipart(
      [
        textPart,
        'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n',
        bytes('Content-Type: message/rfc822\r\n\r\n', mailWith(needle, {}, { boundary: 'orig' })),
      ],
      { subtype: 'report' },
    ),
  );
  add('bounce-text-original', (needle) =>
    bytes(
      addressLines,
      '\r\nThis is the mail system.\r\n\r\n----- Original message -----\r\n\r\n',
      mailWith(needle, {}, { boundary: 'orig' }),
    ),
  );
  add(
    'message-partial',
    (needle) =>
      bytes(
        addressLines,
        versionLine,
        'Content-Type: message/partial; id="x@y"; number=1; total=2\r\n\r\n',
        mailWith(needle, {}, { boundary: 'pp', hasEnd: false }),
      ),
    { said: 'one piece of several' },
  );
  add(
    'external-body',
    (needle) =>
      multipart([
        textPart,
        bytes(
          'Content-Type: message/external-body; access-type=URL; URL="http://x.example/eicar.com"\r\n\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n',
          base64Lines(needle),
        ),
      ]),
    {
      clean:
        'the file is elsewhere: what stands here is the phantom body that RFC 2046 tells readers to ignore',
    },
  );
});

const mailbox = (needle: Buffer): Buffer => {
  const from = 'From a@b Mon Jan  1 10:00:00 2024\n';
  const lines = (mail: Buffer): Buffer => replaced(mail, '\r\n', '\n');
  return bytes(from, lines(bytes(addressLines, '\r\nhello\r\n')), '\n', from, lines(mailWith(needle)));
};

export const mailboxKinds = mailKinds('first', (add) => {
  add('mbox', mailbox);
  add('mbox-in-zip', (needle) => zipped(mailbox(needle), 'mail.mbox'));
  add('eml-minimal-in-zip', (needle) =>
    zipped(
      bytes(
        'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n',
        base64Lines(needle),
      ),
      'm.eml',
    ),
  );
});

const key = 'openssl req -x509 -newkey rsa:2048 -nodes -keyout k -out c -days 30 -subj /CN=x 2>/dev/null';
const addresses = '-from a@example.org -to b@example.org -subject x';

/** Signed is not sealed. */
export const mailSealedKinds = mailKinds('first', (add) => {
  const openssl = (script: string) => (needle: Buffer) =>
    madeBy({
      needs: ['openssl'],
      files: { m: mailWith(needle, {}, { head: versionLine }) },
      script: `${key}; ${script}`,
      out: 'o',
    });
  add(
    'smime-signed-opaque',
    openssl(`openssl smime -sign -nodetach -signer c -inkey k -in m -out o ${addresses}`),
  );
  add('smime-signed-detached', openssl(`openssl smime -sign -signer c -inkey k -in m -out o ${addresses}`));
  const envelope = `openssl smime -encrypt -aes256 -in m -out o ${addresses} c`;
  add('smime-enveloped', openssl(envelope), encrypted);
  add(
    'smime-authenveloped',
    openssl(`openssl cms -encrypt -aes-256-gcm -in m -out o ${addresses} c`),
    encrypted,
  );
  add(
    'smime-compressed',
    openssl(`openssl cms -compress -in m -out o ${addresses} || openssl cms -data_create -in m -out o`),
  );
  add(
    'smime-p7m-octet-stream',
    openssl(`${envelope}; sed -i "s#application/x-pkcs7-mime#application/octet-stream#" o`),
    encrypted,
  );
  const armour = (needle: Buffer): string =>
    `-----BEGIN PGP MESSAGE-----\r\n\r\n${base64Lines(scrambled(needle))}-----END PGP MESSAGE-----\r\n`;
  add(
    'pgp-mime',
    (needle) =>
      multipart(
        [
          'Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n',
          `Content-Type: application/octet-stream\r\n\r\n${armour(needle)}`,
        ],
        {
          typeLine:
            'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b1"\r\n',
        },
      ),
    encrypted,
  );
  add('pgp-inline', (needle) => bytes(addressLines, `\r\n${armour(needle)}`), encrypted);
});
