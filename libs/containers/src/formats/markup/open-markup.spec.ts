import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildZip } from '../../testing/build-containers.js';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { walkObject } from '../../walk-object.js';
import { markupDetection } from './detect-markup.js';
import { openMarkup } from './open-markup.js';
import { hexFiles } from './script-blobs.js';

const needle = Buffer.from('a needle in a haystack, not found so easily');
const base64 = needle.toString('base64');
const html = (text: string): Buffer => Buffer.from(`<!DOCTYPE html><html><body>${text}</body></html>`);
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

  const file = Buffer.concat([
    Buffer.from('PK\x03\x04', 'latin1'),
    Buffer.from(Array.from({ length: 96 }, (_, at) => at * 5)),
  ]);
  const pairs = file.toString('hex').match(/../g) ?? [];
  const dump = (pattern: RegExp, line: (hex: string, at: number) => string): string =>
    (file.toString('hex').match(pattern) ?? []).map((hex, row) => line(hex, row * 16)).join('\n');
  const dumpOfXxd = dump(
    /.{1,32}/g,
    (hex, at) => `${at.toString(16).padStart(8, '0')}: ${hex.replace(/(.{4})/g, '$1 ')}  abcdef01`,
  );
  it.each([
    ['one string', `x = "${file.toString('hex').toUpperCase()}"`],
    ['a registry', `"x"=hex:${pairs.join(',').replace(/(.{60})/g, '$1\\\r\n  ')}`],
    ['an array', `byte[] b = { ${pairs.map((pair) => `0x${pair}`).join(', ')} };`],
    ['an array of numbers', `a = Array(${[...file].join(',')})`],
    ['escapes', `b"${pairs.map((pair) => `\\x${pair}`).join('')}"`],
    ['a dump of xxd', dumpOfXxd],
    [
      'a dump of wide lines',
      dump(
        /.{1,128}/g,
        (hex, at) => `${(at * 4).toString(16).padStart(8, '0')}: ${hex.replace(/(..)/g, '$1 ')}  abcdef01`,
      ),
    ],
    [
      'a dump of certutil',
      dump(
        /.{1,32}/g,
        (hex, at) => `    ${at.toString(16).padStart(4, '0')}  ${hex.replace(/(..)/g, '$1 ')}   abcdef01\r`,
      ),
    ],
  ])('gives a file that begins as files do in hexadecimal, in %s', async (_, text) => {
    const bytes = Buffer.from(text);
    expect(markupDetection.detect(bytes)).not.toBeNull();
    expect((await openAll(openMarkup, bytes)).parts.filter((part) => part.bytes.equals(file))).toHaveLength(
      1,
    );
  });

  it.each([
    ['one line of beginnings', '1f8b08g', 4_000],
    ['lines of which each begins a dump', '0000: 1f8b08\n', 250],
    ['lines of a dump without bytes', '0000: zz   1f8b08\n', 250],
  ])('takes time in proportion to the bytes, and stops when it is over, in %s', (_, one, size) => {
    const looks = (count: number): { took: number; checks: number } => {
      const bytes = Buffer.from(one.repeat(count));
      const times = [1, 2, 3].map(() => {
        let checks = 0;
        const start = process.cpuUsage();
        expect([...hexFiles(bytes, () => (checks += 1))]).toEqual([]);
        // What others take of the machine is none of it. Less than the clock's own steps is not told apart.
        return { took: Math.max(2_000, process.cpuUsage(start).user), checks };
      });
      return times.reduce((best, time) => (time.took < best.took ? time : best));
    };
    const [few, many] = [looks(size), looks(16 * size)];

    expect(many.checks).toBe(16 * size);
    // 16 times as many are 256 times the work where each looks at all the others.
    expect(many.took / few.took).toBeLessThan(64);
  });

  it.each([
    ['a dump', `here is what it begins with:\n${dumpOfXxd.split('\n', 4).join('\n')}\n`],
    ['an array', `byte[] b = { ${pairs.slice(0, 40).join(', 0x').replace(/^/, '0x')} };`],
    ['escapes', `b"\\x1f\\x8b\\x08${'\\x00'.repeat(29)}"`],
  ])('calls nothing damaged where a text shows the beginning of a file, in %s', async (_, text) => {
    const shown: number[] = [];
    const { unexamined } = await walkObject(Buffer.from(text), {
      objectType: 'file',
      onPart: ({ bytes }) => void shown.push(bytes.length),
      timeLimitMs: 600_000,
    });
    expect(shown.length).toBeGreaterThan(1);
    expect(unexamined).toEqual([]);
  });

  const text = Buffer.from('a needle in a haystack, as long as a text has to be to be told from a word');
  const inBase64 = text.toString('base64');
  const half = [inBase64.slice(0, 48), inBase64.slice(48)];
  const wide = Buffer.from(text.toString(), 'utf16le').toString('base64');
  it.each([
    ['JSON', `{"contentBytes":"${inBase64}"}`],
    ['YAML, deep within', `data:\n  x:\n${' '.repeat(40)}${half.join(`\n${' '.repeat(40)}`)}\n`],
    ['JSON with escaped line breaks', `{"x":"${half.join('\\r\\n')}"}`],
    ['JSON with escaped slashes', `{"x":"${inBase64.replace('I', '\\u0049')}"}`],
    ['XML with a comment in it', `<?xml version="1.0"?><data>${half.join('<!-- x -->')}</data>`],
    ['XML in two sections', `<?xml version="1.0"?><data><![CDATA[${half.join(']]><![CDATA[')}]]></data>`],
    ['XML with entities', `<?xml version="1.0"?><data>${half.join('&#10;')}</data>`],
    ['an element in capitals', `<?xml version="1.0"?><Binary Name="x">${inBase64}</Binary>`],
    ['a form, in hexadecimal', `<?xml version="1.0"?><data encoding="hex">${text.toString('hex')}</data>`],
    ['a script, in hexadecimal', `$h = "${text.toString('hex')}"`],
    ['a script, in UTF-16', `iex $decode("${wide}")`],
    ['a command behind another dash', `powershell \u2013e ${wide}`],
    ['a list of pictures', `<img srcset="data:x/y;base64,${inBase64} 1x, other.png 2x">`],
    [
      'an address with brackets in it',
      `<a href="data:text/plain,${text.toString().replaceAll(' ', '(').padEnd(80, ')')}">`,
    ],
    ['a block whose label has dots', `-----BEGIN X.509 DATA-----\n${inBase64}\n-----END X.509 DATA-----\n`],
  ])('gives a text that stands in %s', async (_, written) => {
    const bytes = Buffer.from(written);
    const found: string[] = [];
    await walkObject(bytes, {
      objectType: 'file',
      onPart: (part) => void (part.role === 'file' && found.push(part.bytes.toString())),
      timeLimitMs: 600_000,
    });
    expect(found.slice(1).map((one) => one.replaceAll('(', ' ').replace(/\)+$/, ''))).toContain(
      text.toString(),
    );
  });

  it.each([
    ['lines that a program adds up', (lines: string[]) => `s = "${lines.join('"\r\ns = s & "')}"\r\n`],
    ['an array', (lines: string[]) => `["${lines.join('",\n"')}"].join("")`],
    ['literals in a row', (lines: string[]) => `"${lines.join('"\n  "')}";`],
  ])('gives a file whose base64 stands in pieces, in %s', async (_, write) => {
    const zip = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(200, 7)]);
    const bytes = Buffer.from(write(zip.toString('base64').match(/.{1,76}/g) ?? []));
    expect(markupDetection.detect(bytes)).not.toBeNull();
    const { parts } = await openAll(openMarkup, bytes);
    expect(parts.filter((part) => part.bytes.equals(zip))).toMatchObject([{ isExcerpt: true }]);
    const ofText = Buffer.from(write(text.toString('base64').match(/.{1,40}/g) ?? []));
    expect(markupDetection.detect(ofText)).not.toBeNull();
    expect((await openAll(openMarkup, ofText)).parts.map((part) => part.bytes.toString())).toContain(
      text.toString(),
    );
  });

  it('holds nothing against a zip in JSON whose slashes are escaped', async () => {
    const zip = buildZip([{ name: 'a', bytes: randomBytes(4000) }]);
    const { unexamined } = await walkObject(
      Buffer.from(`{"x":"${zip.toString('base64').replaceAll('/', '\\/')}"}`),
      { objectType: 'file', onPart: () => undefined, timeLimitMs: 600_000 },
    );
    expect(unexamined).toEqual([]);
  });

  it('shows so many texts as files and no more, and leaves hashes and genes alone', async () => {
    const tokens = Array.from({ length: 1100 }, (_, at) =>
      Buffer.from(`${at} ${text.toString()}`).toString('base64'),
    );
    const { parts } = await openAll(openMarkup, Buffer.from(tokens.join(' ; ')), { timeLimitMs: 600_000 });
    expect(parts.filter(({ role }) => role === undefined)).toHaveLength(1000);
    const hashes = Array.from({ length: 50 }, () => randomBytes(32).toString('hex')).join('\n');
    expect(markupDetection.detect(Buffer.from(hashes))).toBeNull();
    expect(markupDetection.detect(Buffer.from(`>gene\n${'ACGT'.repeat(15)}\n`.repeat(50)))).toBeNull();
  });

  it('gives both of two files that only end differently', async () => {
    const two = ['one', 'two'].map((end) => Buffer.concat([big, Buffer.from(end)]));
    const text = two.map((one) => `<a href="data:x/y;base64,${one.toString('base64')}">`).join('');
    const { parts } = await openAll(openMarkup, html(text));
    expect(parts.filter(({ role }) => role === undefined).map(({ bytes }) => bytes)).toEqual(two);
  });

  it('gives the last line of a dump that another one follows', async () => {
    const bytes = Buffer.from(Array.from({ length: 2 }, () => dumpOfXxd).join('\n'));
    expect((await openAll(openMarkup, bytes)).parts.map((part) => part.bytes)).toEqual([file]);
  });

  it('leaves numbers and escapes of a program alone that are no file', async () => {
    const table = Buffer.from(
      `t = [${Array.from({ length: 99 }, (_, at) => at).join()}]; s = "${'\\x01\\xff'.repeat(40)}"`,
    );
    expect((await openAll(openMarkup, table)).parts).toEqual([]);
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

  it.each<[string, (zip: string) => string]>([
    ['JSON', (zip) => `{"name":"a.zip","content":"${zip}"}`],
    ['a script of a shell', (zip) => `base64 -d <<EOF\n${zip.replace(/.{76}/g, '$&\n')}\nEOF\n`],
    ['YAML', (zip) => `file: !!binary |\n${zip.replace(/.{1,76}/g, '  $&\n')}`],
    ['LDIF', (zip) => `dn: cn=x\njpegPhoto:: ${zip.replace(/.{76}/g, '$&\n ')}\n`],
    ['XML', (zip) => `<?xml version="1.0"?><file>${zip}</file>`],
    ['a data: URL of a style sheet', (zip) => `a{src:url(data:application/zip;base64,${zip})}`],
  ])('gives a file that begins as files do in %s, short as it is', async (_, text) => {
    const zip = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(96, 7)]);
    const bytes = Buffer.from(text(zip.toString('base64')));
    expect(markupDetection.detect(bytes)).not.toBeNull();
    const { parts } = await openAll(openMarkup, bytes);
    expect(parts.map((part) => [part.role ?? 'file', part.bytes.equals(zip)])).toEqual([['file', true]]);
  });

  it.each([100, 114, 117, 118, 119, 120])(
    'gives a file of %i bytes in lines whole, and no word behind it',
    async (size) => {
      const zip = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(size - 4, 7)]);
      const lines = zip.toString('base64').match(/.{1,76}/g) ?? [];
      for (const behind of ['\nEOF\n', '\n', ''])
        expect((await openAll(openMarkup, Buffer.from(lines.join('\n') + behind))).parts).toMatchObject([
          { bytes: zip },
        ]);
    },
  );

  it('gives nothing of a text that only shows how a file begins, or has it within a word', async () => {
    const cut = `{"zip":"UEsDBAoAAAAAA"} ${'x'.repeat(20)}UEsDB${'A'.repeat(100)}`;
    expect((await openAll(openMarkup, Buffer.from(cut))).parts).toEqual([]);
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
