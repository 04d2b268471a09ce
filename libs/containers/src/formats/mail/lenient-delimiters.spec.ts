import { describe, expect, it } from 'vitest';
import { mailWithinDetection } from './detect-mail.js';
import { needle, text as needleText, walk } from '../../testing/walk-for-needle.js';

const head = 'From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n';
/** Nothing finds it in its encoding. */
const quoted = `${[...needle].map((byte) => `=${byte.toString(16).toUpperCase()}`).join('')}=\r\n`;
const typeLine = 'Content-Type: application/octet-stream; name="a.bin"\r\n';
const encoding = 'Content-Transfer-Encoding: quoted-printable\r\n';
/** No field of a part among the first, by which it would be found without its delimiter. */
const others = 'X-Other: y\r\n'.repeat(40);
const attachment = `${others}${typeLine}${encoding}\r\n${quoted}`;
const hello = `${others}\r\nhello\r\n`;
const multipart = (part: string, parameter = 'boundary=b'): string =>
  `${head}Content-Type: multipart/mixed; ${parameter}\r\n\r\n--b\r\n${hello}--b\r\n${part}\r\n--b--\r\n`;
const delimited = (line: string): string =>
  `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${hello}${line}${attachment}`;
const open = (mail: string) => walk(Buffer.from(mail, 'latin1'), { objectType: 'email' });
const part = (fields: string, body: string): string => multipart(`${fields}\r\n\r\n${body}`);

describe('a mail as readers divide it', () => {
  it.each([
    ['a delimiter with text behind it', delimited('--b and more\r\n')],
    ['a delimiter that is only the beginning of a word', delimited('--bc\r\n')],
    ['a first field that is indented', multipart(` ${encoding}${typeLine}\r\n${quoted}`)],
    ['a boundary of pieces, one of them missing', multipart(attachment, 'boundary*0=b; boundary*2=c')],
    ['a boundary of pieces, two first ones', multipart(attachment, 'boundary*0=b; boundary*0=x')],
    ['a boundary of pieces, two last ones', multipart(attachment, 'boundary*0=x; boundary*0=b')],
    ['a boundary beside its pieces', multipart(attachment, "boundary*=''b; boundary*1=c")],
    [
      'a boundary with a fold that is nothing',
      multipart(attachment, 'boundary="b\r\n c"').replaceAll('--b', '--bc'),
    ],
    [
      'a type in an encoded word',
      multipart(attachment).replace(
        'multipart/mixed; boundary=b',
        '=?us-ascii?Q?multipart/mixed=3B_boundary=3Db?=',
      ),
    ],
  ])('gives what stands behind %s', async (_, mail) => {
    const { found, unexamined } = await open(mail);
    expect(found).not.toEqual([]);
    expect(unexamined).toEqual([]);
  });

  const withInner = (type: string, behind: string): string => {
    const within = multipart(attachment).replaceAll('--b', '--bc').replace('=b', '=bc');
    return `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${hello}--b\r\n${type}\r\n\r\n${within}${behind}--b--\r\n`;
  };
  it.each([
    ['a mail', 'Content-Type: message/rfc822'],
    ['the source of a mail', 'Content-Type: application/octet-stream'],
    ['a file with its name', 'Content-Type: text/plain; name=x.eml'],
  ])('holds nothing against a boundary inside that begins like the one around it, in %s', async (_, type) => {
    const { found, unexamined } = await open(withInner(type, ''));
    expect(found).not.toEqual([]);
    expect(unexamined).toEqual([]);
  });

  it('gives what stands behind a mail inside and a line that only begins like a delimiter', async () => {
    const within = `Content-Type: message/rfc822\r\n\r\n${head}\r\nhello\r\n`;
    const { found, unexamined } = await open(multipart(`${within}--b and more\r\n${attachment}`));
    expect(found).not.toEqual([]);
    expect(unexamined).toEqual([]);
  });

  it('says that a mail inside is cut, whatever its boundary begins with', async () => {
    const cut = withInner('Content-Type: message/rfc822', '').replace('\r\n--bc--\r\n', '');
    expect((await open(cut)).unexamined).toMatchObject([{ reason: 'damaged' }]);
  });

  it('says that there are more lines that may divide it, and more lengths of them, than are looked at', async () => {
    const lines = Array.from(
      { length: 1100 },
      (_, at) => `--x${at}\r\nContent-Type: text/plain\r\n\r\nx\r\n`,
    );
    const many = await open(`${head}\r\n${lines.join('')}`);
    expect(many.unexamined).toContainEqual(expect.objectContaining({ reason: 'ambiguous', path: [] }));
    const parameters = Array.from({ length: 120 }, (_, at) => `boundary=${'x'.repeat(at + 1)}`);
    const fields = parameters.map((one) => `Content-Type: multipart/mixed; ${one}`).join('\r\n');
    const nested = parameters
      .map((one) => `--b\r\nContent-Type: multipart/mixed; ${one}\r\n\r\nx\r\n`)
      .join('');
    const { unexamined } = await open(`${head}${fields.split('\r\n')[0] ?? ''}; boundary=b\r\n\r\n${nested}`);
    expect(unexamined).toMatchObject([{ reason: 'ambiguous' }]);
  });
});

describe('a part that is not what it says', () => {
  const inner = `some words\r\n${multipart(attachment).replaceAll('--b', '--c').replace('=b', '=c')}`;
  it.each([
    [
      'uuencode without its first line',
      part(
        'Content-Type: x/y\r\nContent-Transfer-Encoding: x-uuencode',
        '682!N965D;&4@:6X@82!H87ES=&%C:P\r\n`',
      ),
    ],
    ['a second name of a mail', part("Content-Type: x/y; name=a.txt; name*=''x.eml", inner)],
    [
      'an encoded name of a mail beside another',
      part(
        'Content-Type: x/y; name==?us-ascii?Q?x=2Eeml?=\r\nContent-Disposition: inline; filename=a',
        inner,
      ),
    ],
    ['a name of a mail, dots behind it', part('Content-Type: x/y; name="x.eml. ."', inner)],
    [
      'a name of a mail in a second field',
      part('Content-Disposition: inline; filename=a\r\nContent-Disposition: inline; filename=x.eml', inner),
    ],
  ])('is given as %s', async (_, mail) => {
    expect((await open(mail)).found).not.toEqual([]);
  });

  it.each([
    ['in capitals', 'MIME-VERSION', 10],
    ['in any case', 'MiMe-vErSiOn', 10],
    ['behind pages of text', 'MIME-Version', 60_000],
  ])('is a web archive to Word, whose first field is written %s', async (_, field, length) => {
    const archive = `${field}: 1.0\r\n${multipart(attachment).slice(head.length)}`;
    const bytes = `${'text\r\n'.repeat(Math.ceil(length / 6))}${archive}`;
    expect((await walk(Buffer.from(bytes))).found).not.toEqual([]);
  });

  const decoys = Array.from({ length: 40 }, (_, at) =>
    [...'mime-version'].map((one, place) => ((at >> place) & 1 ? one.toUpperCase() : one)).join(''),
  );
  it.each([
    ['text', 'text'],
    ['a program', '\0\x01'],
  ])('is a web archive to Word behind forty spellings of its first field in %s', async (_, front) => {
    const archive = `MiMe-vErSiOn: 1.0\r\n${multipart(attachment).slice(head.length)}`;
    const lines = decoys.map((field) => `${field}: x\r\n\r\n`).join('');
    expect((await walk(Buffer.from(`${front}\r\n${lines}${archive}`))).found).not.toEqual([]);
  });

  it('is one behind many fields, and is looked for once', async () => {
    const fields = 'X-Other: y\r\nmIme-version: x\r\n'.repeat(50);
    const archive = `MIME-Version: 1.0\r\n${fields}${multipart(attachment).slice(head.length)}`;
    expect((await walk(Buffer.from(`\0\x01\r\n${archive}`))).found).not.toEqual([]);
    const many = Buffer.from(`\0\x01\r\n${'mIme-version:x\r\n'.repeat(200_000)}`);
    expect(mailWithinDetection.detect(many)).toBeNull();
  });

  const shownOf = async (mail: string): Promise<string[]> => {
    const shown: string[] = [];
    await walk(Buffer.from(mail), {
      objectType: 'email',
      onContent: ({ bytes }) => void shown.push(bytes.toString()),
    });
    return shown;
  };

  it('is given as it is where it says that it is base64, and is none', async () => {
    const mail = part('Content-Type: x/y\r\nContent-Transfer-Encoding: base64', `<${needleText}>`);
    expect(await shownOf(mail)).toContain(`<${needleText}>`);
  });

  it('begins behind its fields where lines end with two CRs', async () => {
    const shown = await shownOf(multipart(attachment).replaceAll('\r\n', '\r\r\n'));
    expect(shown.filter((bytes) => bytes.startsWith(needleText))).not.toEqual([]);
  });
});
