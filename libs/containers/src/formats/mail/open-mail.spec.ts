import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { openMail } from './open-mail.js';

const needle = Buffer.from('a needle in a haystack, long enough to fill more than one line of base64 text');
const base64 = needle.toString('base64').replace(/.{60}/g, '$&\r\n');
const head = 'From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n';
const text = 'Content-Type: text/plain\r\n\r\nhello\r\n';
const attachment = (fields = 'Content-Transfer-Encoding: base64\r\n', body = `${base64}\r\n`): string =>
  `Content-Type: application/octet-stream; name="needle"\r\n${fields}\r\n${body}`;
const multipart = (
  parts: readonly string[],
  { type = 'Content-Type: multipart/mixed; boundary="b"', boundary = 'b', end = true } = {},
): string =>
  `${head}MIME-Version: 1.0\r\n${type}\r\n\r\n${parts.map((part) => `--${boundary}\r\n${part}`).join('')}` +
  (end ? `--${boundary}--\r\n` : '');

const open = (mail: string | Buffer) =>
  openAll(openMail, typeof mail === 'string' ? Buffer.from(mail, 'latin1') : mail);
const whole = multipart([text, attachment()]);

describe('openMail: the exact bytes of an attachment', () => {
  it.each<[string, string | Buffer]>([
    ['in a usual mail', whole],
    ['with LF only', whole.replaceAll('\r\n', '\n')],
    ['with bare CR only', whole.replaceAll('\r\n', '\r')],
    ['behind a mark and empty lines', `\xef\xbb\xbf\r\n  \r\n${whole}`],
    ['behind a line that is no field', `no field\r\n${whole}`],
    [
      'whose comment names another encoding',
      multipart([attachment('Content-Transfer-Encoding: base64 (not quoted-printable)\r\n')]),
    ],
    [
      'behind forty fields that say nothing',
      multipart([attachment(`${'Content-X: 1\r\n'.repeat(40)}Content-Transfer-Encoding: base64\r\n`)]),
    ],
    [
      'between delimiters of 2,000 characters',
      multipart([attachment()], {
        type: `Content-Type: multipart/mixed; boundary="${'b'.repeat(2000)}"`,
        boundary: 'b'.repeat(2000),
      }),
    ],
    [
      'behind a delimiter that nothing declares and another field',
      multipart([`X-Y: 1\r\n${attachment()}`], { type: 'Content-Type: multipart/mixed' }),
    ],
    ['as UTF-16', Buffer.from(`\ufeff${whole}`, 'utf16le')],
    ['without an end delimiter', multipart([text, attachment()], { end: false })],
    ['behind the end delimiter', `${multipart([text])}\r\n--b\r\n${attachment()}--b--\r\n`],
    ['without a blank line behind the fields', whole.replace('boundary="b"\r\n\r\n', 'boundary="b"\r\n')],
    ['with blanks in the empty line', whole.replace('boundary="b"\r\n\r\n', 'boundary="b"\r\n \t\r\n')],
    [
      'without an empty line before its base64',
      multipart([`Content-Transfer-Encoding: base64\r\n${base64}\r\n`]),
    ],
    [
      'in a type that no one knows',
      multipart([text, attachment()], { type: 'Content-Type: multipart/x; boundary=b' }),
    ],
    ['that is the whole mail', `${head}${attachment()}`],
    [
      'with two types, multipart first',
      multipart([attachment()], {
        type: 'Content-Type: multipart/mixed; boundary=b\r\nContent-Type: text/plain',
      }),
    ],
    [
      'with two types, multipart last',
      multipart([attachment()], {
        type: 'Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=b',
      }),
    ],
    [
      'with two encodings',
      multipart([attachment('Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n')]),
    ],
    [
      'with an encoding in quotes and more',
      multipart([attachment('Content-Transfer-Encoding: "BASE64"; x\r\n')]),
    ],
    ['with an encoding that is not its own', multipart([attachment('Content-Transfer-Encoding: 7bit\r\n')])],
    [
      'sent as it is',
      multipart([attachment('Content-Transfer-Encoding: binary\r\n', `${needle.toString()}\r\n`)]),
    ],
    [
      'in quoted-printable',
      multipart([
        attachment(
          'Content-Transfer-Encoding: quoted-printable\r\n',
          `${needle.toString().replace('needle', '=6eeed=\r\nle')}\r\n`,
        ),
      ]),
    ],
    [
      'with footer lines behind its base64',
      multipart([attachment(undefined, `${base64}\r\n-- \r\nScanned by no one.\r\n`)]),
    ],
    [
      'padded in mid-stream',
      multipart([
        attachment(
          undefined,
          `${needle.subarray(0, 31).toString('base64')}\r\n${needle.subarray(31).toString('base64')}\r\n`,
        ),
      ]),
    ],
    [
      'with its fields behind a second empty line',
      multipart([`Content-Type: x/y\r\n\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}\r\n`]),
    ],
    [
      'in text in front of the first delimiter',
      whole
        .replace('--b\r\n', `${attachment()}--b\r\n`)
        .replace(/--b\r\nContent-Type: application[^]*/, '--b--\r\n'),
    ],
    ['that nothing declares, in the text of a bounce', `${head}\r\nReturned mail:\r\n\r\n${whole}`],
  ])('%s', async (_, mail) => {
    const { parts, unexamined } = await open(mail);
    expect(parts.filter((part) => part.bytes.equals(needle)).length).toBeGreaterThan(0);
    expect(unexamined).toEqual([]);
  });

  it.each([
    ['twice, the first used', 'boundary="b"; boundary="c"', 'b'],
    ['twice, the last used', 'boundary="c"; boundary="b"', 'b'],
    ['missing', 'x=y', 'b'],
    ['another one', 'boundary="other"', 'b'],
    ['in another case', 'boundary="B"', 'b'],
    ['continued', 'boundary*0="ab"; boundary*1="cd"', 'abcd'],
    ['encoded', "boundary*=us-ascii''ab%20cd", 'ab cd'],
    ['with comments', 'boundary=b (real)', 'b'],
    ['in single quotes', "boundary='b'", "'b'"],
    ['with an escaped quote', 'boundary="a\\"b"', 'a"b'],
    ['empty', 'boundary=""', ''],
    ['in an unclosed quote', 'boundary="b', 'b'],
    ['as an encoded word', 'boundary="=?us-ascii?Q?b?="', 'b'],
    ['of 300 characters', `boundary=${'x'.repeat(300)}`, 'x'.repeat(300)],
    ['folded', 'boundary=\r\n "b"', 'b'],
  ])('with a boundary %s', async (_, parameter, boundary) => {
    const type = `Content-Type: multipart/mixed; ${parameter}`;
    const { parts, unexamined } = await open(multipart([text, attachment()], { type, boundary }));
    expect(parts.some((part) => part.bytes.equals(needle))).toBe(true);
    expect(unexamined).toEqual([]);
  });

  it('gives both readings where two declared boundaries divide', async () => {
    const half = base64.length / 2;
    const split = `${base64.slice(0, half)}\r\n--c\r\n${base64.slice(half)}\r\n`;
    const type = 'Content-Type: multipart/mixed; boundary="b"; boundary="c"';
    const { parts, unexamined } = await open(multipart([text, attachment(undefined, split)], { type }));
    expect(parts.length).toBeGreaterThan(3);
    expect(unexamined).toEqual([]);
  });

  it('says ambiguous where more boundaries divide than are read one by one', async () => {
    const type = `Content-Type: multipart/mixed; ${['b', 'c', 'd', 'e', 'f'].map((one) => `boundary=${one}`).join('; ')}`;
    const body = ['c', 'd', 'e', 'f'].map((one) => `--${one}\r\n\r\n${one}\r\n`).join('');
    const { unexamined } = await open(multipart([`\r\n${body}`], { type }));
    expect(unexamined).toMatchObject([{ reason: 'ambiguous' }]);
  });
});

describe('openMail: what it says besides', () => {
  it('declares a mail inside as mail, also one that is encoded, and knows the returned mail of a bounce', async () => {
    for (const [type, encoding, body] of [
      ['message/rfc822', '7bit', whole],
      ['message/global', '7bit', whole],
      ['message/rfc822', 'base64', Buffer.from(whole).toString('base64')],
    ] as const) {
      const part = `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`;
      const outer = { type: 'Content-Type: multipart/report; boundary=out', boundary: 'out' };
      const [inner] = (await open(multipart([part], outer))).parts;
      expect(inner).toMatchObject({ declaredAs: 'mail', isExcerpt: true });
      expect(inner?.bytes.toString('latin1').trim()).toBe(whole.trim());
    }
  });

  it.each([
    ['in the middle of base64', whole.slice(0, whole.indexOf('base64\r\n\r\n') + 33)],
    ['in the fields of a part', whole.slice(0, whole.indexOf('octet-stream'))],
    ['in the middle of a line of text', whole.slice(0, whole.indexOf('hello') + 3)],
    ['in its own fields', 'From: a@b\r\nSubject: something that'],
  ])('says damaged of a mail cut %s', async (_, mail) => {
    expect((await open(mail)).unexamined).toMatchObject([{ reason: 'damaged' }]);
  });

  it.each([
    ['duplicate fields', `MIME-Version: 1.0\r\nCc: c@d\r\nCc: e@f\r\n${whole}`],
    ['equal types', whole.replace('Content-Type: multipart/mixed; boundary="b"', '$&\r\n$&')],
    ['8-bit text under 7bit', multipart([`Content-Transfer-Encoding: 7bit\r\n\r\n\xc3\xa4\r\n`])],
    ['lines of 5,000 characters', multipart([`\r\n${'x'.repeat(5000)}\r\n`])],
    [
      'an announcement of an external body',
      multipart([
        'Content-Type: message/external-body; access-type=URL; URL="x"\r\n\r\nContent-Type: image/gif\r\n\r\n',
      ]),
    ],
    ['a missing end delimiter', multipart([text, attachment()], { end: false })],
    ['base64 without padding', multipart([attachment(undefined, `${base64.replace(/=+$/, '')}\r\n`)])],
    ['nothing but fields', head],
    ['nothing', ''],
    [
      'a complete message/partial',
      multipart([`Content-Type: message/partial; number=1; total=1; id=x\r\n\r\n${whole}`]),
    ],
  ])('finds nothing wrong with %s', async (_, mail) => {
    expect((await open(mail)).unexamined).toEqual([]);
  });

  it('says which parts are sealed or in pieces', async () => {
    const fragment = 'Content-Type: message/partial; id="x"; number=1; total=2\r\n\r\nhello\r\n';
    expect((await open(head + fragment)).unexamined).toMatchObject([{ reason: 'unsupported' }]);
    const control = 'Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n';
    const type = 'Content-Type: multipart/encrypted; boundary=b';
    for (const mail of [multipart([control], { type }), multipart([control])])
      expect((await open(mail)).unexamined).toMatchObject([{ reason: 'encrypted' }]);
    const empty = 'Content-Type: application/pkcs7-mime\r\n\r\nnothing of the kind\r\n';
    expect((await open(multipart([empty]))).unexamined).toMatchObject([{ reason: 'damaged' }]);
  });
});

describe('openMail under attack', () => {
  const lines = (line: string, count: number): string => line.repeat(count);
  it.each([
    ['fields', `${head}${lines('X: y\r\n', 150_000)}\r\nx`],
    ['folded lines', `${head}X: a\r\n${lines(' \r\n b\r\n', 100_000)}\r\nx\r\n`],
    ['types', `${head}${lines('Content-Type: multipart/mixed; boundary=b\r\n', 50_000)}\r\n--b\r\n`],
    ['delimiters that are none', `${head}\r\n${lines('--x\r\nContent-x\r\n', 100_000)}`],
    [
      'delimiters that nothing declares',
      `${head}\r\n${Array.from({ length: 50_000 }, (_, at) => `--${at}\r\nContent-X: y\r\n\r\n`).join('')}`,
    ],
    ['empty parts', multipart(Array.from({ length: 200_000 }, () => '\r\n'))],
    [
      'levels',
      head +
        Array.from(
          { length: 10_000 },
          (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
        ).join(''),
    ],
    [
      'levels of one boundary',
      head + lines('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n', 10_000),
    ],
    [
      'escapes in a parameter',
      `${head}Content-Type: multipart/mixed; boundary="${lines('\\"', 400_000)}"\r\n\r\nx\r\n`,
    ],
    ['bare CRs and dashes', `${head}\r\n${lines('\r--', 400_000)}`],
    ['dashes', `${head}\r\n\r${lines('-', 2_000_000)}`],
    ['padding', `${head}Content-Transfer-Encoding: base64\r\n\r\n${lines('QQ==', 150_000)}\r\n`],
    ['equals signs', `${head}Content-Transfer-Encoding: quoted-printable\r\n\r\n${lines('= ', 500_000)}\r\n`],
  ])(
    'takes time in proportion to the bytes: %s',
    async (_, mail) => {
      // Anything quadratic would need many minutes for as much.
      await openAll(openMail, Buffer.from(mail, 'latin1'), { timeLimitMs: 600_000 });
    },
    60_000,
  );

  it('throws nothing but a reached bound, whatever is done to a mail', async () => {
    const random = randomFrom(1);
    const seed = Buffer.from(
      multipart([text, attachment(), `Content-Type: message/rfc822\r\n\r\n${whole}`]),
      'latin1',
    );
    for (let count = 0; count < 500; count += 1) await openAll(openMail, mutate(seed, random));
  });
});
