import { gzipSync } from 'node:zlib';
import { bytes, replaced } from '../layouts/byte-layout.js';
import {
  addressLines,
  attachment,
  base64Lines,
  binHex,
  multipart,
  named,
  quotedPrintable,
  textPart,
  tnef,
  uuencoded,
} from '../layouts/mail-layout.js';
import { deflatedZip } from '../layouts/zip-layout.js';
import { outlookMessage } from '../kinds/office.js';
import {
  type MailShape,
  folder,
  head,
  html,
  plain,
  png,
  shape,
  usual,
  utf8,
  withHeaders,
} from './mail-shape.js';

/** How mail programs, lists and gateways write. */
export const usualMails: readonly MailShape[] = [
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
