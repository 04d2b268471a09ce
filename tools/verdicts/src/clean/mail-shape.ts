import { gzipSync } from 'node:zlib';
import { bytes } from '../layouts/byte-layout.js';
import {
  type AttachmentOptions,
  type MultipartOptions,
  addressLines,
  attachment,
  multipart,
  named,
  versionLine,
} from '../layouts/mail-layout.js';
import { plainPdf } from '../layouts/pdf-layout.js';
import { zipOf } from '../layouts/zip-layout.js';
import { docx } from '../kinds/office.js';

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

export const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
const texts = [
  'Hello, see the attachment.',
  'Grüße, der Anhang liegt bei.',
  'Добрый день, счёт во вложении.',
  '請查收附件。',
  'Bonjour, voilà le fichier.',
].map(utf8);
export const png = bytes(
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

export const head = addressLines + versionLine;
export const plain = (text: string): string =>
  `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}\r\n`;
export const html = (text: string): string =>
  `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>${text}</p>\r\n`;

interface Usual {
  readonly attached?: AttachmentOptions;
  readonly mail?: MultipartOptions;
}
/** A text and the content. */
export const usual = (
  { name, bytes: content, text }: CleanContent,
  { attached = {}, mail = {} }: Usual = {},
): Buffer => multipart([plain(text), attachment(content, { ...named(name), ...attached })], mail);
export const folder = (subtype: string, boundary: string, parts: readonly (Buffer | string)[]): Buffer =>
  multipart(parts, { head: '', subtype, boundary });
export const withHeaders = (lines: string) => (content: CleanContent) =>
  usual(content, { mail: { head: head + lines } });

export const shape = (name: string, make: MailShape['make']): MailShape => ({ name, make });
