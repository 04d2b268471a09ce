import { describe, expect, it } from 'vitest';
import { plainMailBeginnings, plainMailTypes } from '@sluice/contracts';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { openMail } from './open-mail.js';
import { plainlyPacked } from './plainly-packed.js';

const content = Buffer.alloc(150, 'a file that fills more than one line of base64 ');
const base64 = (content.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n');
const file = (
  type = 'application/pdf',
  { encoding = 'base64', name = '; name="a.pdf"', body = base64 } = {},
) => `Content-Type: ${type}${name}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`;
const text = 'Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xfc\xdfe\r\n-- \r\nme\r\n';
const alternative =
  'Content-Type: multipart/alternative;\r\n\tboundary="in-1"\r\n\r\n--in-1\r\n' +
  'Content-Type: text/plain\r\n\r\nhello\r\n--in-1\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n--in-1--\r\n\r\n';
const mailOf = (
  parts: readonly string[],
  { boundary = '"outer_1"', fields = 'MIME-Version: 1.0\r\n', key = 'outer_1', behind = '' } = {},
): string =>
  `Received: from a\r\n by b\r\nFrom: a@example.org\r\nSubject: x\r\n${fields}` +
  `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n` +
  `${parts.map((part) => `--${key}\r\n${part}`).join('')}--${key}--\r\n${behind}`;
const bytesOf = (mail: string): Buffer => Buffer.from(mail, 'latin1');
const spared = (mail: string): number => plainlyPacked(bytesOf(mail)).size;

describe('plainlyPacked', () => {
  it.each<[string, string]>([
    ['behind a text', mailOf([text, file()])],
    ['with LF only', mailOf([text, file()]).replaceAll('\r\n', '\n')],
    ['behind a text beside its page', mailOf([alternative, file()])],
    ['with a boundary without quotes', mailOf([file()], { boundary: 'outer_1' })],
    ['with a line before the first part', mailOf([file()]).replace('\r\n\r\n', '\r\n\r\nIn MIME.\r\n')],
    [
      'named where it is disposed of',
      mailOf([file('image/png', { name: '\r\nContent-Disposition: attachment; filename="a.png"' })]),
    ],
  ])('takes a file %s', (_, mail) => {
    expect(spared(mail)).toBe(1);
  });

  it.each(plainMailTypes)('takes a file of type %s', (type) => {
    expect(spared(mailOf([text, file(type), file(type)]))).toBe(2);
  });

  it.each(plainMailBeginnings)('takes a file of a mail that begins with %s', (name) => {
    expect(spared(mailOf([file()]).replace('Received: ', name))).toBe(1);
  });

  it.each<[string, string]>([
    ['two boundaries', mailOf([file()], { boundary: '"outer_1"; boundary="other"' })],
    [
      'two Content-Type fields',
      mailOf([file()], { fields: 'MIME-Version: 1.0\r\nContent-Type: text/plain\r\n' }),
    ],
    [
      'an encoding of the whole',
      mailOf([file()], { fields: 'MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n' }),
    ],
    ['no MIME-Version', mailOf([file()], { fields: '' })],
    [
      'a line among the fields that is none',
      mailOf([file()], { fields: 'MIME-Version: 1.0\r\nno field\r\n' }),
    ],
    ['another first field', `X-Mailer: x\r\n${mailOf([file()])}`],
    ['a first field in small letters', mailOf([file()]).replace('Received: ', 'received: ')],
    ['a first field without its blank', mailOf([file()]).replace('Received: ', 'Received:')],
    ['the mark of a tar in a field', mailOf([file()]).replace('Subject: x', 'Subject: ustar')],
    ['the mark of a disk in its text', mailOf([text.replace('me', 'EFI PART'), file()])],
    ['a byte order mark', `\xef\xbb\xbf${mailOf([file()])}`],
    ['a bare CR', mailOf([text.replace('me', 'm\re'), file()])],
    ['line breaks of both kinds', mailOf([text.replace('me\r\n', 'me\n'), file()])],
    ['a NUL', mailOf([text.replace('me', 'm\0e'), file()])],
    ['a comment in the type', mailOf([file()], { boundary: '(x) "outer_1"' })],
    [
      'a boundary that begins another',
      mailOf([text, '', file()]).replace('--outer_1\r\n--outer_1', '--outer_12\r\n--outer_1'),
    ],
    ['a boundary within a line', mailOf([text.replace('me', 'me --outer_1'), file()])],
    [
      'a blank behind a boundary',
      mailOf([text, file()]).replace('--outer_1\r\nContent-Type: app', '--outer_1 \r\nContent-Type: app'),
    ],
    ['no end', mailOf([text, file()]).replace('--outer_1--\r\n', '')],
    ['something behind the end', mailOf([file()], { behind: 'more\r\n' })],
    ['a part without fields', mailOf([`\r\nhello\r\n`, file()])],
    ['a mail inside', mailOf(['Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nx\r\n', file()])],
    ['uuencode in its text', mailOf([text.replace('me', 'begin 644 a'), file()])],
    ['another encoding', mailOf([file('application/pdf', { encoding: 'base64 x' })])],
    ['a file without a name', mailOf([file('application/pdf', { name: '' })])],
    ['a type that is not tried', mailOf([file('application/x-other')])],
    ['a type with something behind it', mailOf([file('application/pdf junk')])],
    ['base64 with a blank', mailOf([file('application/pdf', { body: base64.replace('G', ' ') })])],
    ['base64 with padding within', mailOf([file('application/pdf', { body: `YQ==\r\n${base64}` })])],
    ['base64 in lines of several lengths', mailOf([file('application/pdf', { body: `YWFh\r\n${base64}` })])],
    ['base64 that is cut', mailOf([file('application/pdf', { body: base64.slice(0, -1) })])],
    [
      'base64 with an empty line within',
      mailOf([file('application/pdf', { body: base64.replace('\r\n', '\r\n\r\n') })]),
    ],
    ['another kind of multipart', mailOf([file()]).replace('/mixed', '/parallel')],
    ['a nested one that does not end', mailOf([alternative.replace('--in-1--\r\n', ''), file()])],
    [
      'two lines for one encoding',
      mailOf([file().replace('\r\n\r\n', '\r\nContent-Transfer-Encoding: 7bit\r\n\r\n')]),
    ],
    [
      'more lines of fields than are read',
      mailOf([file()], { fields: `MIME-Version: 1.0\r\n${'X: y\r\n'.repeat(6000)}` }),
    ],
  ])('takes nothing of a mail with %s', (_, mail) => {
    expect(spared(mail)).toBe(0);
  });

  it('spares no picture within a page, whose multipart is another one', () => {
    const related =
      'Content-Type: multipart/related; boundary="in-1"\r\n\r\n--in-1\r\nContent-Type: text/html\r\n\r\nx\r\n';
    const nested = `${related}--in-1\r\n${file('image/png')}--in-1--\r\n`;
    expect(spared(mailOf([nested, file()]))).toBe(1);
  });

  it('is said of the very bytes that come out, in whatever a mail was turned into', async () => {
    const random = randomFrom(11);
    const plain = bytesOf(mailOf([alternative, file(), file('image/png')]));
    let count = 0;
    for (let round = 0; round < 300; round += 1) {
      const mail = round === 0 ? plain : mutate(plain, random);
      for (const item of (await openAll(openMail, mail)).parts)
        if (item.packing !== undefined) {
          count += 1;
          expect(mail.toString('latin1').replace(/[\r\n]/g, '')).toContain(item.bytes.toString('base64'));
        }
    }
    expect(count).toBeGreaterThan(2);
  });
});
