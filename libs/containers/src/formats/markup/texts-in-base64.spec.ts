import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildZip } from '../../testing/build-containers.js';
import { longText } from '../../testing/markup-samples.js';
import { openAll } from '../../testing/open-all.js';
import { walkObject } from '../../walk-object.js';
import { markupDetection } from './detect-markup.js';
import { openMarkup } from './open-markup.js';

describe('openMarkup', () => {
  const inBase64 = longText.toString('base64');
  const half = [inBase64.slice(0, 48), inBase64.slice(48)];
  const wide = Buffer.from(longText.toString(), 'utf16le').toString('base64');

  it.each([
    ['JSON', `{"contentBytes":"${inBase64}"}`],
    ['YAML, deep within', `data:\n  x:\n${' '.repeat(40)}${half.join(`\n${' '.repeat(40)}`)}\n`],
    ['JSON with escaped line breaks', `{"x":"${half.join('\\r\\n')}"}`],
    ['JSON with escaped slashes', `{"x":"${inBase64.replace('I', '\\u0049')}"}`],
    ['XML with a comment in it', `<?xml version="1.0"?><data>${half.join('<!-- x -->')}</data>`],
    ['XML in two sections', `<?xml version="1.0"?><data><![CDATA[${half.join(']]><![CDATA[')}]]></data>`],
    ['XML with entities', `<?xml version="1.0"?><data>${half.join('&#10;')}</data>`],
    ['an element in capitals', `<?xml version="1.0"?><Binary Name="x">${inBase64}</Binary>`],
    [
      'a form, in hexadecimal',
      `<?xml version="1.0"?><data encoding="hex">${longText.toString('hex')}</data>`,
    ],
    ['a script, in hexadecimal', `$h = "${longText.toString('hex')}"`],
    ['a script, in UTF-16', `iex $decode("${wide}")`],
    ['a command behind another dash', `powershell \u2013e ${wide}`],
    ['a list of pictures', `<img srcset="data:x/y;base64,${inBase64} 1x, other.png 2x">`],
    [
      'an address with brackets in it',
      `<a href="data:text/plain,${longText.toString().replaceAll(' ', '(').padEnd(80, ')')}">`,
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
      longText.toString(),
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
    const ofText = Buffer.from(write(longText.toString('base64').match(/.{1,40}/g) ?? []));
    expect(markupDetection.detect(ofText)).not.toBeNull();
    expect((await openAll(openMarkup, ofText)).parts.map((part) => part.bytes.toString())).toContain(
      longText.toString(),
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
      Buffer.from(`${at} ${longText.toString()}`).toString('base64'),
    );
    const { parts } = await openAll(openMarkup, Buffer.from(tokens.join(' ; ')), { timeLimitMs: 600_000 });
    expect(parts.filter(({ role }) => role === undefined)).toHaveLength(1000);
    const hashes = Array.from({ length: 50 }, () => randomBytes(32).toString('hex')).join('\n');
    expect(markupDetection.detect(Buffer.from(hashes))).toBeNull();
    expect(markupDetection.detect(Buffer.from(`>gene\n${'ACGT'.repeat(15)}\n`.repeat(50)))).toBeNull();
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
});
