import { gzipSync } from 'node:zlib';
import { bytes, noise, replaced } from '../layouts/byte-layout.js';
import { binHex, quotedPrintable, tnef, uuencoded } from '../layouts/mail-layout.js';
import {
  type AttachmentOptions,
  type MultipartOptions,
  addressLines,
  attachment,
  base64Lines,
  multipart,
  named,
  textPart,
  versionLine,
} from '../layouts/mail-layout.js';
import { plainPdf } from '../layouts/pdf-layout.js';
import { deflatedZip, zipOf } from '../layouts/zip-layout.js';
import { docx } from '../kinds/office.js';
import { outlookMessage } from '../kinds/office.js';
import { madeBy } from '../making/run-tool.js';

/** A way in which ordinary mail is written; made once for each of the contents. */
export interface MailShape {
  readonly name: string;
  make(content: CleanContent): Buffer | Promise<Buffer>;
}

export interface CleanContent {
  readonly label: string;
  readonly name: string;
  readonly bytes: Buffer;
  readonly text: string;
}

const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
const texts = [
  'Hello, see the attachment.',
  'Grüße, der Anhang liegt bei.',
  'Добрый день, счёт во вложении.',
  '請查收附件。',
  'Bonjour, voilà le fichier.',
].map(utf8);
const png = bytes(
  '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDAT\x08\xd7c\xf8\xcf\xc0\0\0\x03\x01\x01\0\x18\xdd\x8d\xb0\0\0\0\0IEND\xaeB`\x82',
);

export const cleanContents: readonly CleanContent[] = [
  { label: 'picture', name: 'logo.png', bytes: png, text: texts[0] ?? '' },
  { label: 'pdf', name: 'Rechnung.pdf', bytes: plainPdf(), text: texts[1] ?? '' },
  {
    label: 'zip',
    name: 'invoice.zip',
    bytes: zipOf([
      ['a.txt', 'hello'],
      ['b/c.csv', 'a;b\r\n1;2\r\n'],
    ]),
    text: texts[2] ?? '',
  },
  { label: 'office', name: 'report.docx', bytes: docx([]), text: texts[3] ?? '' },
  { label: 'log', name: 'log.gz', bytes: gzipSync('GET / 200\n'.repeat(3000)), text: texts[4] ?? '' },
];

const head = addressLines + versionLine;
const plain = (text: string): string =>
  `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}\r\n`;
const html = (text: string): string =>
  `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>${text}</p>\r\n`;

interface Usual {
  readonly attached?: AttachmentOptions;
  readonly mail?: MultipartOptions;
}
/** A text and the content. */
const usual = (
  { name, bytes: content, text }: CleanContent,
  { attached = {}, mail = {} }: Usual = {},
): Buffer => multipart([plain(text), attachment(content, { ...named(name), ...attached })], mail);
const folder = (subtype: string, boundary: string, parts: readonly (Buffer | string)[]): Buffer =>
  multipart(parts, { head: '', subtype, boundary });
const withHeaders = (lines: string) => (content: CleanContent) =>
  usual(content, { mail: { head: head + lines } });

const key = 'openssl req -x509 -newkey rsa:2048 -nodes -keyout k -out c -days 30 -subj /CN=x 2>/dev/null';
const openssl =
  (script: string) =>
  (content: CleanContent): Promise<Buffer> =>
    madeBy({
      needs: ['openssl'],
      files: { m: usual(content, { mail: { head: versionLine } }) },
      script: `${key}; ${script}`,
      out: 'o',
    });
const addresses = '-from a@example.org -to b@example.org -subject x';
const gpg =
  (
    script: string,
    files: (content: CleanContent) => Record<string, Buffer | string>,
    wrap: (out: Buffer, content: CleanContent) => Buffer,
  ) =>
  async (content: CleanContent): Promise<Buffer> =>
    wrap(
      await madeBy({
        needs: ['gpg'],
        files: files(content),
        script: `mkdir -m 700 g; export GNUPGHOME=$PWD/g; gpg -q --batch --pinentry-mode loopback --passphrase "" --quick-gen-key a@example.org rsa2048 2>/dev/null; ${script}; gpgconf --kill gpg-agent`,
        out: 'o',
      }),
      content,
    );

const shape = (name: string, make: MailShape['make']): MailShape => ({ name, make });

/** Those that the issue names: each once went wrong somewhere. */
const namedShapes: readonly MailShape[] = [
  shape('MIME-Version twice', withHeaders('MIME-Version: 1.0\r\n')),
  shape('Cc twice', withHeaders('Cc: a@b.example\r\nCc: c@d.example\r\n')),
  shape('Content-Type twice, the same', (content) =>
    usual(content, {
      mail: {
        typeLine:
          'Content-Type: multipart/mixed; boundary="b1"\r\nContent-Type: multipart/mixed; boundary="b1"\r\n',
      },
    }),
  ),
  shape('line feeds alone', (content) => replaced(usual(content), '\r\n', '\n')),
  shape('8-bit bytes under 7bit', ({ name, bytes: content, text }) =>
    multipart([
      `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n${text} \xc3\xa4\r\n`,
      attachment(content, named(name)),
    ]),
  ),
  shape('no end boundary, leaves whole', (content) => usual(content, { mail: { hasEnd: false } })),
  shape('a list’s footer behind base64', ({ name, bytes: content, text }) =>
    multipart([
      plain(text),
      attachment(content, {
        ...named(name),
        encoded: `${base64Lines(content)}_______________________________________________\r\nlist mailing list\r\nlist@example.org\r\n`,
      }),
    ]),
  ),
  shape('lines above 998 bytes', ({ text }) => bytes(head, plain(text), 'x'.repeat(5000), '\r\n')),
  shape('a bounce with a cut mail', (content) =>
    multipart(
      [
        plain('delivery failed'),
        'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n',
        bytes(
          'Content-Type: message/rfc822\r\n\r\n',
          usual(content, { mail: { boundary: 'orig' } }).subarray(0, 600),
        ),
      ],
      { subtype: 'report' },
    ),
  ),
  shape('an external body announced', ({ text }) =>
    multipart([
      plain(text),
      'Content-Type: message/external-body; access-type=URL; URL="http://x.example/a"\r\n\r\nContent-Type: text/plain\r\nContent-ID: <x@y>\r\n\r\n',
    ]),
  ),
  shape(
    'S/MIME, signature apart',
    openssl(`openssl smime -sign -signer c -inkey k -in m -out o ${addresses}`),
  ),
  shape(
    'S/MIME, opaque-signed',
    openssl(`openssl smime -sign -nodetach -signer c -inkey k -in m -out o ${addresses}`),
  ),
  shape(
    'PGP, clear-signed',
    gpg(
      'gpg -q --batch --pinentry-mode loopback --passphrase "" --clearsign -o o t',
      ({ text }) => ({ t: Buffer.from(text, 'latin1') }),
      (out) => bytes(head, 'Content-Type: text/plain; charset=utf-8\r\n\r\n', out),
    ),
  ),
  shape(
    'PGP, a key attached',
    gpg(
      'gpg -q --armor --export >o',
      () => ({}),
      (out, { text }) => multipart([plain(text), attachment(out, named('key.asc', 'application/pgp-keys'))]),
    ),
  ),
  shape(
    'PGP/MIME, signature apart',
    gpg(
      'gpg -q --batch --pinentry-mode loopback --passphrase "" --armor --detach-sign -o o t',
      ({ text }) => ({ t: plain(text) }),
      (out, { text }) =>
        multipart(
          [plain(text), bytes('Content-Type: application/pgp-signature; name="signature.asc"\r\n\r\n', out)],
          {
            typeLine:
              'Content-Type: multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature"; boundary="b1"\r\n',
          },
        ),
    ),
  ),
  shape('a PDF with an owner’s password only', async ({ text }) => {
    const pdf = await madeBy({
      needs: ['qpdf'],
      files: { 'i.pdf': plainPdf() },
      script: 'qpdf i.pdf --encrypt "" owner 256 -- o.pdf',
      out: 'o.pdf',
    });
    return multipart([plain(text), attachment(pdf, named('a.pdf', 'application/pdf'))]);
  }),
  shape('a zip sent 8bit', ({ text }) =>
    multipart([
      plain(text),
      attachment(png, {
        ...named('a.zip', 'application/zip'),
        encoding: '8bit',
        encoded: zipOf([['a.txt', 'hello']]),
      }),
    ]),
  ),
  shape('a zip sent binary', ({ text }) =>
    multipart([
      plain(text),
      attachment(png, {
        ...named('a.zip', 'application/zip'),
        encoding: 'binary',
        encoded: zipOf([['a.txt', 'hello']]),
      }),
    ]),
  ),
  shape('a picture with a trailer', ({ text }) =>
    multipart([plain(text), attachment(bytes(png, noise(3, 200)), named('a.png', 'image/png'))]),
  ),
  shape('a jar', ({ text }) =>
    multipart([
      plain(text),
      attachment(
        zipOf([
          ['META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\r\n'],
          ['a/B.class', '\xca\xfe\xba\xbe\0\0\x004'],
        ]),
        named('a.jar', 'application/java-archive'),
      ),
    ]),
  ),
];

/** How mail programs, lists and gateways write. */
const habits: readonly MailShape[] = [
  shape('plain, no MIME', ({ text }) => bytes(addressLines, `\r\n${text}\r\n`)),
  shape('plain, MIME', ({ text }) => bytes(head, plain(text))),
  shape('html alone', ({ text }) => bytes(head, html(text))),
  shape('text and html', ({ text }) => multipart([plain(text), html(text)], { subtype: 'alternative' })),
  shape('one attachment', (content) => usual(content)),
  shape('two attachments', ({ name, bytes: content, text }) =>
    multipart([plain(text), attachment(content, named(name)), attachment(png, named('b.png', 'image/png'))]),
  ),
  shape('Outlook: related in mixed', ({ name, bytes: content, text }) =>
    multipart([
      folder('related', 'r', [
        folder('alternative', 'a', [plain(text), html(text)]),
        attachment(png, {
          ...named('i.png', 'image/png'),
          disposition: 'inline',
          extra: 'Content-ID: <i@x>\r\n',
        }),
      ]),
      attachment(content, named(name)),
    ]),
  ),
  shape('Apple Mail: mixed in alternative', ({ name, bytes: content, text }) =>
    multipart([
      folder('alternative', 'a', [
        plain(text),
        folder('mixed', 'm', [html(text), attachment(content, named(name)), html('')]),
      ]),
    ]),
  ),
  shape('forwarded as attachment', (content) =>
    multipart([
      plain(content.text),
      bytes(
        'Content-Type: message/rfc822; name="f.eml"\r\nContent-Disposition: attachment; filename="f.eml"\r\n\r\n',
        usual(content, { mail: { boundary: 'f' } }),
      ),
    ]),
  ),
  shape('forwarded twice', (content) =>
    multipart([
      bytes(
        'Content-Type: message/rfc822\r\n\r\n',
        multipart(
          [bytes('Content-Type: message/rfc822\r\n\r\n', usual(content, { mail: { boundary: 'f' } }))],
          { boundary: 'g' },
        ),
      ),
    ]),
  ),
  shape('forwarded in base64', (content) =>
    multipart([
      plain(content.text),
      bytes(
        'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n',
        base64Lines(usual(content, { mail: { boundary: 'f' } })),
      ),
    ]),
  ),
  shape('digest', (content) =>
    multipart(
      [
        bytes('\r\n', usual(content, { mail: { boundary: 'i' } })),
        bytes('\r\n', addressLines, '\r\nsecond\r\n'),
      ],
      { subtype: 'digest' },
    ),
  ),
  shape('delivery report', ({ text }) =>
    multipart(
      [
        plain(text),
        'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 5.1.1\r\n',
        `Content-Type: text/rfc822-headers\r\n\r\n${addressLines}`,
      ],
      { subtype: 'report' },
    ),
  ),
  shape('read receipt', ({ text }) =>
    multipart(
      [
        plain(text),
        'Content-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; a@b\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n',
      ],
      { subtype: 'report' },
    ),
  ),
  shape('abuse report', (content) =>
    multipart(
      [
        plain(content.text),
        'Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n',
        bytes('Content-Type: message/rfc822\r\n\r\n', usual(content, { mail: { boundary: 'f' } })),
      ],
      { subtype: 'report' },
    ),
  ),
  shape('invitation', ({ text }) =>
    multipart(
      [
        plain(text),
        'Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
      ],
      { subtype: 'alternative' },
    ),
  ),
  shape('contact card', ({ text }) =>
    multipart([
      plain(text),
      attachment(bytes('BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n'), named('a.vcf', 'text/vcard')),
    ]),
  ),
  shape('winmail.dat', ({ name, bytes: content, text }) =>
    multipart([plain(text), attachment(tnef(content, name), named('winmail.dat', 'application/ms-tnef'))]),
  ),
  shape('Outlook message attached', ({ name, bytes: content, text }) =>
    multipart([
      plain(text),
      attachment(outlookMessage(content, name), named('m.msg', 'application/vnd.ms-outlook')),
    ]),
  ),
  shape('quoted-printable text', ({ text }) =>
    bytes(
      head,
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
      quotedPrintable(bytes(text)),
    ),
  ),
  shape('base64 text', ({ text }) =>
    bytes(
      head,
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n',
      base64Lines(bytes(text)),
    ),
  ),
  shape('flowed text', ({ text }) =>
    bytes(
      head,
      `Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n\r\n${text} \r\nmore\r\n`,
    ),
  ),
  shape('uuencoded in the text', ({ name, bytes: content, text }) =>
    bytes(addressLines, `\r\n${text}\r\n\r\n`, uuencoded(content, name)),
  ),
  shape('BinHex attached', ({ name, bytes: content, text }) =>
    multipart([
      plain(text),
      attachment(content, {
        ...named(`${name}.hqx`, 'application/mac-binhex40'),
        encoding: '7bit',
        encoded: binHex(content, name),
      }),
    ]),
  ),
  shape('mbox quoting', (content) =>
    bytes('From a@b Mon Jan  1 10:00:00 2024\n', replaced(usual(content), '\r\n', '\n'), '\n>From here on\n'),
  ),
  shape('blank lines in front', (content) => bytes('\r\n\r\n', usual(content))),
  shape('byte order mark in front', (content) => bytes('\xef\xbb\xbf', usual(content))),
  shape('text before the first boundary', (content) =>
    usual(content, { mail: { preamble: 'This is a multi-part message in MIME format.\r\n' } }),
  ),
  shape('text behind the last boundary', (content) =>
    usual(content, { mail: { epilogue: '\r\n-- \r\nfooter of a list\r\n' } }),
  ),
  shape('long header', withHeaders(`References: ${'<0123456789@example.org> '.repeat(300)}\r\n`)),
  shape('DKIM and Received', (content) =>
    bytes(
      `DKIM-Signature: v=1; a=rsa-sha256; b=${'A'.repeat(300)}\r\nReceived: from x\r\n by y; Mon, 1 Jan 2024 10:00:00 +0000\r\n`,
      usual(content),
    ),
  ),
  shape('8-bit header', withHeaders(`X-Name: ${utf8('Й привет')}\r\n`)),
  shape('file name in RFC 2231', (content) =>
    usual(content, {
      attached: { disposition: "attachment; filename*0*=utf-8''%D1%81%D1%87; filename*1*=%D1%91%D1%82" },
    }),
  ),
  shape('file name as encoded word', (content) =>
    usual(content, { attached: { disposition: 'attachment; filename="=?utf-8?B?0YHRh9GR0YI=?="' } }),
  ),
  shape('boundary unquoted', (content) =>
    usual(content, { mail: { typeLine: 'Content-Type: multipart/mixed; boundary=b1\r\n' } }),
  ),
  shape('boundary folded', (content) =>
    usual(content, { mail: { typeLine: 'Content-Type: multipart/mixed;\r\n\tboundary="b1"\r\n' } }),
  ),
  shape('old-fashioned zip writer', ({ text }) =>
    multipart([
      plain(text),
      attachment(deflatedZip(bytes('hello'), { name: 'a.txt' }), {
        type: 'application/x-zip-compressed; name=a.zip',
        disposition: null,
      }),
    ]),
  ),
  shape('gzipped log', ({ text }) =>
    multipart([
      plain(text),
      attachment(gzipSync('line of a log\n'.repeat(20_000)), named('l.gz', 'application/gzip')),
    ]),
  ),
  shape('html with a small picture inside', ({ text }) =>
    bytes(
      head,
      'Content-Type: text/html; charset=utf-8\r\n\r\n',
      `<p>${text}</p><img src="data:image/png;base64,${png.toString('base64')}">\r\n`,
    ),
  ),
  shape('empty attachment', ({ text }) =>
    multipart([plain(text), attachment(bytes(''), named('empty.txt', 'text/plain'))]),
  ),
  shape('empty body', () => bytes(head, 'Content-Type: text/plain\r\n\r\n')),
  shape('a hundred attachments', ({ text }) =>
    multipart([
      textPart,
      ...Array.from({ length: 100 }, (_, index) =>
        attachment(bytes(`${text} ${index}`), named(`f${index}.txt`)),
      ),
    ]),
  ),
];

export const mailShapes: readonly MailShape[] = [...namedShapes, ...habits];
