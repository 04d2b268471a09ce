import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../testing/mutate.js';
import { previewLimits, previewMail } from './preview-mail.js';

const preview = (...lines: readonly string[]) => previewMail(Buffer.from(lines.join('\r\n'), 'latin1'));
const textOf = (...lines: readonly string[]) => preview(...lines).parts[0]?.text;
const html = (body: string) => textOf('Content-Type: text/html', '', body);
const utf8 = (text: string) => Buffer.from(text).toString('latin1');

const multipart = [
  'From: Ann <ann@example.com>',
  'Subject: =?utf-8?B?UmVjaG51bmcgw7xiZXIgMTAg4oKs?=',
  'Received: from a.example',
  '\tby b.example; Mon, 4 May 2026 10:00:00 +0000',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  'This is MIME.',
  '--b',
  'Content-Type: text/plain; charset=iso-8859-15',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Gr=FC=DFe, 10 =A4',
  '--b',
  'Content-Type: application/zip; name="a.zip"',
  'Content-Transfer-Encoding: base64',
  '',
  'UEsDBBQAAAAI',
  '--b',
  'Content-Type: message/rfc822',
  '',
  'From: eve@example.net',
  'Subject: inside',
  'Content-Type: text/plain',
  '',
  'the mail inside',
  '--b--',
  '',
];

describe('a mail as text', () => {
  it('is its header fields as they came and its parts, with those of mails inside', () => {
    expect(preview(...multipart)).toEqual({
      headers: [
        { name: 'From', value: 'Ann <ann@example.com>' },
        { name: 'Subject', value: 'Rechnung über 10 €' },
        { name: 'Received', value: 'from a.example by b.example; Mon, 4 May 2026 10:00:00 +0000' },
        { name: 'Content-Type', value: 'multipart/mixed; boundary=b' },
      ],
      parts: [
        { depth: 0, type: 'text/plain', name: null, sizeBytes: 17, text: 'Grüße, 10 €' },
        { depth: 0, type: 'application/zip', name: 'a.zip', sizeBytes: 12, text: null },
        {
          depth: 0,
          type: 'message/rfc822',
          name: null,
          sizeBytes: 83,
          text: 'From: eve@example.net\nSubject: inside\nContent-Type: text/plain',
        },
        { depth: 1, type: 'text/plain', name: null, sizeBytes: 15, text: 'the mail inside' },
      ],
      isCut: false,
    });
  });

  it.each([
    ['an override of direction', 'invoice\u202efdp.exe', 'invoice[U+202E]fdp.exe'],
    ['an isolate', '\u2066a\u2069', '[U+2066]a[U+2069]'],
    ['no width', 'pass\u200bword\ufeff', 'pass[U+200B]word[U+FEFF]'],
    ['an escape for terminals', '\u001b[2Jgone\u0000', '[U+001B][2Jgone[U+0000]'],
    ['letters that only machines read', 'a\u{e0041}\u{e007f}', 'a[U+E0041][U+E007F]'],
    ['blanks that are none', 'a\u3164b\u2028c\u00ad', 'a[U+3164]b[U+2028]c[U+00AD]'],
    ['what is visible', 'naïve – 発票 ✔️ \t|', 'naïve – 発票 ✔️ \t|'],
  ])('shows %s in its text, its fields and its names', (_what, written, shown) => {
    const word = `=?utf-8?B?${Buffer.from(written).toString('base64')}?=`;
    const seen = preview(
      `Subject: ${word}`,
      `Content-Type: text/plain; charset=utf-8; name="${word}"`,
      '',
      utf8(written),
    );
    expect(seen.parts[0]?.text).toBe(shown);
    const onOneLine = shown.replace(/\t/g, ' ');
    expect([seen.headers[0]?.value, seen.parts[0]?.name]).toEqual([onOneLine, onOneLine]);
  });

  it('keeps a field on one line, whatever its words decode to', () => {
    const word = `=?utf-8?B?${Buffer.from('a\r\nX-Sluice-Verdict: clean').toString('base64')}?=`;
    expect(preview(`Subject: ${word}`, '', 'x').headers).toEqual([
      { name: 'Subject', value: 'a X-Sluice-Verdict: clean' },
    ]);
  });

  it('is UTF-8 or, where it is not, of one byte a character when it does not say what it is', () => {
    expect(textOf('Subject: x', '', utf8('Grüße'))).toBe('Grüße');
    expect(textOf('Subject: x', '', 'Gr\xfc\xdfe')).toBe('Grüße');
    expect(textOf('Content-Type: text/plain; charset=no-such', '', utf8('Grüße'))).toBe('Grüße');
  });

  it.each([
    ['<p>Hello <b>Ann</b>,</p><p>bye</p>', 'Hello Ann,\n\nbye'],
    [
      '<a href="https://evil.example/?a=1&amp;b=2">https://bank.example</a>',
      '[link: https://evil.example/?a=1&b=2] https://bank.example',
    ],
    ['<A title=">" HREF = \'javascript:x\'>a</A>', '[link: javascript:x] a'],
    [
      '<form action=https://evil.example/x><img alt="" src="cid:1">',
      '[form: https://evil.example/x] [image: cid:1]',
    ],
    [
      '<script>document.write("</p>")</SCRIPT >left<style>p{}</style>',
      '[script left out]left[style left out]',
    ],
    ['<script>never closed', '[script left out]'],
    ['a<!-- <p>no</p> -->b<!doctype html>c', 'a[comment]\nno\n-->bc'],
    // Browsers end these before the text; a reader that does not would hide it.
    ['<b x">Pay to this account<i y">', 'Pay to this account'],
    ['<b =">shown</b><i ">', 'shown'],
    ['<!-- --!>shown<!-- -->', '[comment] --!>shown[comment] -->'],
    ['<!-->shown<!-- -->', '[comment] >shown[comment] -->'],
    ['<!--[if mso]>for Outlook<![endif]-->', '[comment] [if mso]>for Outlook'],
    ['<a title=a"b href=x>shown</a>', '[link: x] shown'],
    [
      `<img src="data:image/png;base64,${'A'.repeat(9000)}">x`,
      `[image: data:image/png;base64,${'A'.repeat(478)}…] x`,
    ],
    ['<abbr>a</abbr> <title>t</title>', 'a\nt'],
    ['<span style="display:none">hidden</span>', 'hidden'],
    ['1 &lt; 2 &amp;lt; &#x202e; &#0; &#1114112; &nope; <3', '1 < 2 &lt; [U+202E] &#0; &#1114112; &nope; <3'],
    ['a &nbsp;\n  b<br>c', 'a b\nc'],
  ])('says of HTML what it says and where it leads: %s', (body, shown) => {
    expect(html(body)?.replace(/\n+$/, '')).toBe(shown);
  });

  it('is cut where it is longer than anyone reads, and says so', () => {
    const long = preview('Subject: x', '', 'a'.repeat(previewLimits.partCharacters + 1));
    expect([long.parts[0]?.text?.length, long.isCut]).toEqual([previewLimits.partCharacters, true]);
    const hidden = preview('Subject: x', '', '\u0001'.repeat(previewLimits.partCharacters));
    expect([hidden.parts[0]?.text?.length, hidden.isCut]).toEqual([2 * previewLimits.partCharacters, true]);
    const fields = preview(...Array.from({ length: 300 }, () => `A: ${'b'.repeat(3000)}`), '', '');
    expect(fields.headers).toHaveLength(previewLimits.headers);
    expect([fields.headers[0]?.value.length, fields.isCut]).toEqual([previewLimits.headerCharacters, true]);
    const parts = preview(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      ...Array.from({ length: 900 }, () => '--b\r\n\r\nx'),
    );
    expect([parts.parts.length, parts.isCut]).toEqual([previewLimits.parts, true]);
  });

  it('opens mails in mails only so deep', () => {
    let mail = 'Subject: innermost\r\n\r\nx';
    for (let depth = 0; depth < 50; depth += 1) mail = `Content-Type: message/rfc822\r\n\r\n${mail}`;
    const { parts } = previewMail(Buffer.from(mail));
    expect(parts.map(({ depth }) => depth)).toEqual([0, 1, 2, 3, 4]);
    expect(parts.at(-1)?.text).toBeNull();
  });

  it.each([
    ['tags that never end', '<a "'.repeat(12_000)],
    ['comments that never end', '<!--'.repeat(12_000)],
    ['scripts', '<script>'.repeat(6000)],
    ['entities', '&#'.repeat(25_000)],
    ['what begins as a tag and ends as none', '<a <b '.repeat(8000)],
    ['quotes', `<a ${`"'`.repeat(20_000)}`],
  ])('takes no longer for %s', (_what, body) => {
    expect(typeof html(body)).toBe('string');
  });

  it('is something for whatever a sender makes of it', () => {
    const random = randomFrom(7);
    const whole = Buffer.from(multipart.join('\r\n'), 'latin1');
    for (let round = 0; round < 300; round += 1) {
      const { parts, headers } = previewMail(mutate(whole, random));
      const shown = JSON.stringify({ parts, headers });
      expect(shown).not.toMatch(/[\u0080-\u009f\u202a-\u202e\u2066-\u2069]|\\u00[01]/);
    }
  });
});
