import { describe, expect, it } from 'vitest';
import { base64, html, needle } from '../../testing/markup-samples.js';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { markupDetection } from './detect-markup.js';
import { openMarkup } from './open-markup.js';

const big = Buffer.alloc(300, 'a\x01needle ');

describe('openMarkup', () => {
  it.each([
    ['a data: URL', `<a href="data:application/x;base64,${base64}">`],
    ['a data: URL with escapes', `<img src='data:image/png;base64,${base64.replace('=', '%3D')}'>`],
    [
      'a data: URL of text',
      `<iframe src="data:text/html,${encodeURIComponent(needle.toString().padEnd(80))}">`,
    ],
    ['an argument of atob', `<script>atob( "${base64}" )</script>`],
    ['strings in atob', `<script>atob("${base64.slice(0, 8)}" + '${base64.slice(8)}')</script>`],
    ['an array of numbers', `<script>new Uint8Array([${[...needle].join(', ')}])</script>`],
    [
      'an array in hexadecimal',
      `<script>fromCharCode(${[...needle].map((byte) => `0x${byte.toString(16)}`).join()})</script>`,
    ],
    ['a data: URL with blanks in its type', `<a href="data:text/plain; charset=utf-8; base64,${base64}">`],
    ['an address with a line break in its scheme', `<a href="da\nta:x/y;base64,${base64}">`],
    ['an address with named entities', `<a href="data&colon;x/y&semi;base64&comma;${base64}">`],
    ['a page within an attribute', `<iframe srcdoc="&lt;a href=&quot;data:x/y;base64,${base64}&quot;&gt;">`],
    [
      'entities of its own',
      `<!ENTITY a "${base64.slice(0, 9)}"><!ENTITY b '${base64.slice(9)}'><image href="data:;base64,&a;&b;"/>`,
    ],
    [
      'octal escapes',
      `<script>"${[...needle].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"</script>`,
    ],
    [
      'escapes in braces',
      `<script>"${[...needle].map((byte) => `\\u{${byte.toString(16)}}`).join('')}"</script>`,
    ],
    ['a data: URL in capitals', `<A HREF="DATA:application/x;BASE64,${base64}">`],
    ['an element of OpenDocument', `<?xml?><office:binary-data>${base64}</office:binary-data>`],
    ['an address with entities', `<a href="data&#58;application/x;base64&#x2c;${base64}">`],
    [
      'escapes of a script',
      `<script>"${[...needle].map((byte) => `\\x${byte.toString(16)}`).join('')}"</script>`,
    ],
    ['long escapes', `<script>"${[...needle].map((byte) => `\\u00${byte.toString(16)}`).join('')}"</script>`],
    [
      'escapes for unescape',
      `<script>unescape("${[...needle].map((byte) => `%${byte.toString(16)}`).join('')}")</script>`,
    ],
    ['an element of a book', `<?xml?><binary id="a">${base64}</binary>`],
    ['an element of a property list', `<?xml?><dict><data>${base64}</data></dict>`],
    ['an element of Word', `<w:binData w:name="x">${base64}</w:binData>`],
  ])('gives the file in %s', async (_, text) => {
    expect(markupDetection.detect(html(text))).not.toBeNull();
    const { parts } = await openAll(openMarkup, html(text));
    expect(parts.some((part) => part.bytes.toString().trim() === needle.toString())).toBe(true);
  });

  it.each<[string, string | Buffer]>([
    ['characters of Basic', `s = ${[...needle].map((byte) => `Chr(${byte})`).join(' & ')}`],
    ['characters of PowerShell', `$s=${[...needle].map((byte) => `[char]0x${byte.toString(16)}`).join('+')}`],
    ['character codes', `x = String.fromCharCode(${[...needle].join(',')})`],
    [
      'a command of PowerShell',
      `powershell -w hidden -enc ${Buffer.from(needle.toString(), 'utf16le').toString('base64')}`,
    ],
    ['a page in UTF-16', Buffer.from(`\ufeff<a href="data:;base64,${base64}">`, 'utf16le')],
  ])('gives the text in %s of a script', async (_, text) => {
    const bytes = Buffer.from(text);
    expect(markupDetection.detect(bytes)).not.toBeNull();
    const { parts } = await openAll(openMarkup, bytes);
    expect(parts.map((part) => [part.role ?? 'file', part.bytes.toString()])).toEqual([
      ['file', needle.toString()],
    ]);
  });

  it.each([
    ['begins the file', `data:text/html;base64,${base64}\n<script>`],
    ['has a colon in its type', html(`<a href="data:text/html;a:b;base64,${base64}">`)],
    ['has another one’s beginning in its type', html(`<a href="data:text/html;a=data:b;base64,${base64}">`)],
  ])('gives the file of a data: URL that %s', async (_, text) => {
    const bytes = Buffer.from(text);
    expect(markupDetection.detect(bytes)).not.toBeNull();
    const { parts } = await openAll(openMarkup, bytes);
    expect(parts.map((part) => part.bytes.toString())).toEqual([needle.toString()]);
  });

  it('gives both of two files that only end differently', async () => {
    const two = ['one', 'two'].map((end) => Buffer.concat([big, Buffer.from(end)]));
    const text = two.map((one) => `<a href="data:x/y;base64,${one.toString('base64')}">`).join('');
    const { parts } = await openAll(openMarkup, html(text));
    expect(parts.filter(({ role }) => role === undefined).map(({ bytes }) => bytes)).toEqual(two);
  });

  it('gives long runs of base64 as streams, in one line or many, and no short ones', async () => {
    const run = big.toString('base64');
    for (const text of [run, run.replace(/.{64}/g, '$&\r\n')])
      expect((await openAll(openMarkup, html(`base64 <p>${text}</p>`))).parts).toMatchObject([
        { role: 'stream', bytes: big },
      ]);
    expect((await openAll(openMarkup, html(`sha256-${base64}`))).parts).toEqual([]);
    expect(markupDetection.detect(html('<p>hello</p>'))).toBeNull();
  });

  it('reads UTF-16 as browsers do', async () => {
    const wide = Buffer.from(`\ufeff<html><a href="data:x/y;base64,${base64}">`, 'utf16le');
    expect(markupDetection.detect(wide)).toMatchObject({ mime: 'text/html' });
    expect((await openAll(openMarkup, wide)).parts[0]?.bytes.toString()).toBe(needle.toString());
  });

  it('throws nothing, whatever is done to it, and takes time in proportion to the bytes', async () => {
    const random = randomFrom(11);
    const seed = html(
      `<a href="data:x;base64,${base64}"><script>atob("${base64}");[${[...needle].join()}]</script>`,
    );
    for (let count = 0; count < 300; count += 1) await openAll(openMarkup, mutate(seed, random));
    for (const text of [
      'data:',
      'data:,',
      'data:x;base64,',
      '<!--',
      '\\u0041',
      '"UEsDBBQAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"',
      'SGVsbG8gd29ybGQhSGVsbG8gd29ybGQh',
      'atob("AA',
      'atob(""+',
      '[1,',
      '((((',
      '<w:binData>',
      'AAAA\n',
      'A'.repeat(50),
    ])
      await openAll(openMarkup, html(text.repeat(8_000)), { timeLimitMs: 600_000 });
    await openAll(openMarkup, html(`atob("${'A'.repeat(3_000_000)}`), { timeLimitMs: 600_000 });
  }, 120_000);
});
