import { describe, expect, it } from 'vitest';
import { needle, text as needleText, walk } from '../../testing/walk-for-needle.js';

const head = 'From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n';
const text = 'Content-Type: text/plain\r\n\r\nhello\r\n';
/** Nothing finds it in its encoding. */
const quoted = `${[...needle].map((byte) => `=${byte.toString(16).toUpperCase()}`).join('')}=\r\n`;
const typeOf = (type = 'application/octet-stream'): string => `Content-Type: ${type}; name="a.bin"\r\n`;
const encoding = 'Content-Transfer-Encoding: quoted-printable\r\n';
const attachment = `${typeOf()}${encoding}\r\n${quoted}`;
const multipart = (parts: readonly string[], field = 'Content-Type: multipart/mixed; boundary=b'): string =>
  `${head}${field}\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`;
/** Whatever comes first in it: no reading of undeclared delimiters finds it. */
const behindOthers = `${'X-Other: y\r\n'.repeat(40)}${attachment}`;
const attached = (bytes: string, type: string, name: string): string =>
  multipart([
    text,
    `Content-Type: ${type}; name="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${btoa(bytes)}`,
  ]);

const manyBoundaries = (last: string): string =>
  `Content-Type: multipart/mixed${Array.from({ length: 40 }, (_, at) => `; boundary=x${at}`).join('')}; ${last}`;

const open = (mail: string) => walk(Buffer.from(mail, 'latin1'), { objectType: 'email' });

describe('a mail as lenient readers take it', () => {
  it.each([
    ['a part that begins with its first line', multipart([text, `${needleText}\r\n`])],
    ['no part of a multipart', multipart([text, `${typeOf('multipart/x-zip')}${encoding}\r\n${quoted}`])],
    ['no part of a mail', `${head}Content-Type: multipart/mixed; boundary=zzz\r\n${encoding}\r\n${quoted}`],
    ['no part, and as it is', multipart([text, `${typeOf('multipart/x-other')}\r\n${needleText}\r\n`])],
    [
      'parts that are all quoted',
      multipart(
        [`${typeOf()}\r\n${quoted}`],
        `Content-Type: multipart/mixed; boundary=b\r\n${encoding.trim()}`,
      ),
    ],
    [
      'a field behind many blanks',
      multipart([attachment.replace('Encoding:', `Encoding${' '.repeat(300)}:`)]),
    ],
    ['a field whose colon is folded', multipart([attachment.replace('Encoding:', 'Encoding\r\n :')])],
    ['an encoding that is folded', multipart([attachment.replace('quoted-', 'quoted-\r\n ')])],
    ['a boundary behind many fields that nothing declares', multipart([behindOthers.slice(12 * 10)], 'X: y')],
    ['a boundary up to a comma', multipart([behindOthers], 'Content-Type: multipart/mixed; boundary=b, x=y')],
    [
      'a boundary with blanks',
      multipart([behindOthers], 'Content-Type: multipart/mixed; boundary=b c').replaceAll('--b', '--b c'),
    ],
    ['a part behind the end, whose first field is another', `${multipart([text])}X-Y: z\r\n${attachment}`],
    ['a boundary behind forty others', multipart([behindOthers], manyBoundaries('boundary=b'))],
    ['a boundary in pieces behind forty others', multipart([behindOthers], manyBoundaries('boundary*0=b'))],
    ['a NUL in the name of a field', multipart([attachment.replace('-Encoding', '-\0Encoding')])],
    ['a NUL in the value of a field', multipart([attachment.replace('quoted-', 'quoted-\0')])],
    ['a NUL in the type', multipart([behindOthers], 'Content-Type: multi\0part/mixed; boundary=b')],
    ['a NUL in an empty line', multipart([attachment.replace('\r\n\r\n', '\r\n\0\r\n')])],
    ['a NUL in a delimiter', multipart([behindOthers]).replace('--b', '--\0b')],
    ['a NUL behind a delimiter', multipart([behindOthers]).replace('--b', '--b\0c')],
    ['NULs in quoted-printable', multipart([attachment.replace('=61', '=\x0061')])],
  ])('gives what stands in %s', async (_, mail) => {
    const { found, unexamined } = await open(mail);
    expect(found).not.toEqual([]);
    expect(unexamined).toEqual([]);
  });

  const inner = multipart([attachment]).replaceAll('--b', '--c').replace('=b', '=c');
  it.each([
    ['RTF', '{\\rtf1 x}'],
    ['AppleSingle', `\0\x05\x16\0\0\x02\0\0${'\0'.repeat(18)}`],
    ['Flash', 'FWS\x05'],
    ['XML', '<?xml version="1.0"?>'],
    ['a line', 'some words'],
  ])('opens a mail behind %s where it is said to be one, or named so', async (_, line) => {
    const bytes = `${line}\r\n${inner}`;
    for (const mail of [attached(bytes, 'message/rfc822', 'x'), attached(bytes, 'application/x', 'x.eml')])
      expect((await open(mail)).found).not.toEqual([]);
  });

  it.each([
    ['a disposition alone', `Content-Disposition: attachment; filename=a\r\n\r\n${needleText}`],
    ['a folded type', `X: y\r\n${inner.slice(head.length).replace('Type: ', 'Type:\r\n ')}`],
    ['a type behind a comment', `X: y\r\n${inner.slice(head.length).replace('Type: ', 'Type: (x) ')}`],
  ])('opens a file by its name that has %s', async (_, bytes) => {
    expect((await open(attached(bytes, 'application/x', 'x.EML'))).found).not.toEqual([]);
    expect((await open(attached(bytes, 'application/x', 'x.mht'))).found).not.toEqual([]);
  });

  it.each([
    ['its type', 'Content-Type: application/x-mimearchive'],
    ['one of its names', 'Content-Type: x/y; name=a.mht\r\nContent-Disposition: attachment; filename=a.txt'],
  ])('opens a web archive by %s', async (_, fields) => {
    const bytes = `some words\r\n${multipart([behindOthers]).replaceAll('--b', '--c').replace('=b', '=c')}`;
    const { found } = await open(multipart([text, `${fields}\r\n\r\n${bytes}`]));
    expect(found).not.toEqual([]);
  });

  it('gives what the last of many fields makes of a part, and says that they are many', async () => {
    const fields = 'Content-Transfer-Encoding: 7bit\r\n'.repeat(40);
    const { found, unexamined } = await open(multipart([fields + attachment]));
    expect(found).not.toEqual([]);
    expect(unexamined).toMatchObject([{ reason: 'ambiguous' }]);
  });

  it('shows content engines the bytes, too, of what only is said to be a mail', async () => {
    const shown: string[] = [];
    const lines = 'MZ of a program\r\n\r\nand more\r\n';
    await walk(Buffer.from(attached(lines, 'message/rfc822', 'x'), 'latin1'), {
      objectType: 'email',
      onContent: ({ bytes }) => void shown.push(bytes.toString('latin1').trim()),
    });
    expect(shown).toContain(lines.trim());
  });

  it.each([
    ['unsupported', 'Content-Type: message/partial; number=1; total=1; number=2; total=5'],
    [
      'unsupported',
      'Content-Type: message/partial; number=1; total=1\r\nContent-Type: message/partial; number=2',
    ],
    ['limit-exceeded', `Content-Type: multipart/mixed; boundary="${'b'.repeat(70_000)}"`],
  ])('says %s of what another reader has more of', async (reason, field) => {
    expect((await open(`${head}${field}\r\n\r\nhello\r\n`)).unexamined).toMatchObject([{ reason }]);
  });

  it.each([
    ['the one piece of a mail', `${head}Content-Type: message/partial; number=1; total=1\r\n\r\n${inner}`],
    ['a multipart of nothing', `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n`],
    ['a file named so', attached('nothing of a mail: but a line\r\n', 'application/x', 'x.eml')],
    ['NULs in a text', `${head}\r\nhello\0\0\r\n--b\0\r\n`],
  ])('holds nothing for %s', async (_, mail) => {
    expect((await open(mail)).unexamined).toEqual([]);
  });

  it.each([
    ['fields behind dashes', `${head}\r\n${'--a: b\r\n'.repeat(200_000)}`],
    ['names without a colon', `${head}${'Content-Type\r\n : x\r\n'.repeat(100_000)}\r\n`],
    ['blanks before a colon', `${head}${`X${' '.repeat(1000)}\r\n`.repeat(3000)}\r\n`],
    ['values with blanks', `${head}Content-Type: multipart/x;${' boundary=a b'.repeat(4000)}\r\n\r\n`],
  ])('takes time in proportion to the bytes: %s', async (_, mail) => {
    await open(mail);
  });
});
