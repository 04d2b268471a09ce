import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ascii85 } from '../../testing/ascii85.js';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { pdfDetection } from './detect-pdf.js';
import { openPdf } from './open-pdf.js';

const needle = Buffer.from('a needle in a haystack');
const stream = (data: Buffer, entries = ''): string =>
  `<< /Length ${data.length} ${entries} >>\nstream\n${data.toString('latin1')}\nendstream`;
const pdf = (objects: readonly string[], trailer = '<< /Root 1 0 R >>'): Buffer =>
  Buffer.from(
    `%PDF-1.7\n${objects.map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`).join('')}trailer\n${trailer}\n%%EOF\n`,
    'latin1',
  );
const attached = (data: Buffer, entries = ''): Buffer =>
  pdf(['<< /Type /Filespec /UF (needle.txt) /EF << /F 2 0 R >> >>', stream(data, entries)]);
/** Of the empty password, for an O of zeros, P -4 and the ID 00: algorithm 4 of §7.6.4.4. */
const emptyUser = 'a2131391556101128e64737bb2f0fb1452b6beed66a7e0dbcc3276f389ab335f';

const flate = deflateSync(needle);
const predicted = deflateSync(
  Buffer.concat([Buffer.from([2]), needle.subarray(0, 11), Buffer.from([0]), needle.subarray(11)]),
);

describe('openPdf', () => {
  it.each([
    ['as it is', needle, ''],
    ['in Flate', flate, '/Filter /FlateDecode'],
    ['in Flate by another spelling', flate, '/Filter /Fl#61teDecode'],
    [
      'in Flate with a wrong checksum',
      Buffer.concat([flate.subarray(0, -4), Buffer.alloc(4)]),
      '/Filter /FlateDecode',
    ],
    ['in hexadecimal', Buffer.from(`${needle.toString('hex')}>`), '/Filter [/ASCIIHexDecode]'],
    ['in Flate in hexadecimal', Buffer.from(`${flate.toString('hex')}>`), '/Filter [/AHx /Fl]'],
    [
      'in run lengths',
      Buffer.concat([Buffer.from([21]), needle, Buffer.from([128])]),
      '/Filter /RunLengthDecode',
    ],
    ['under a dictionary of 70,000 bytes', flate, `/Note (${'x'.repeat(70_000)}) /Filter /FlateDecode`],
    [
      'in nine filters',
      Buffer.from(
        Array.from({ length: 9 }).reduce<string>(
          (data) => `${Buffer.from(data).toString('hex')}>`,
          needle.toString(),
        ),
      ),
      `/Filter [${'/AHx '.repeat(9)}]`,
    ],
    [
      'with the predictor of TIFF',
      deflateSync(needle.map((byte, at) => (at % 11 === 0 ? byte : byte - (needle[at - 1] ?? 0)))),
      '/Filter /Fl /DecodeParms << /Predictor 2 /Columns 11 >>',
    ],
    ['with a predictor', predicted, '/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 11 >>'],
  ])('gives an attached file %s', async (_, data, entries) => {
    const bytes = attached(data, entries);
    expect(pdfDetection.detect(bytes)?.isCertain).toBe(true);
    const { parts, unexamined } = await openAll(openPdf, bytes);
    expect(parts.map((part) => [part.label, part.role, part.bytes.toString()])).toEqual([
      ['needle.txt', undefined, needle.toString()],
    ]);
    expect(unexamined).toEqual([]);
  });

  it('gives an attached file whose filters, parameters and name stand elsewhere, in odd spelling', async () => {
    const text = pdf([
      '<< /Type /Filespec /UF (needle.txt) /EF 3 0 R >>',
      stream(predicted, '/Filter [4 0 R] /DecodeParms 5 0 R'),
      '<< /F 2 0 R >>',
      '/FlateDecode',
      '<< /Predictor 12 /Columns 6 0 R >>',
      '11',
    ]).toString('latin1');
    const odd = text.replace('2 0 obj', '2 % two\n0 %\nobj').replace('stream\n', 'stream \t\r\n');
    const { parts, unexamined } = await openAll(openPdf, Buffer.from(odd, 'latin1'));
    expect(parts.map((part) => [part.label, part.role, part.bytes.toString()])).toEqual([
      ['needle.txt', undefined, needle.toString()],
    ]);
    expect(unexamined).toEqual([]);
  });

  it('reads scripts with a mark, and data of forms', async () => {
    const script = pdf([`<< /S /JavaScript /JS <EFBBBF${needle.toString('hex')}> >>`]);
    expect((await openAll(openPdf, script)).parts[0]?.bytes.toString()).toBe(needle.toString());
    expect(pdfDetection.detect(Buffer.from('%FDF-1.2\n'))).toMatchObject({ mime: 'application/vnd.fdf' });
  });

  it.each([
    ['ASCII85', Buffer.from('@3BH!ARoUg+DG^9@3B5lH#n(9@qu~>'), 'a needle in a haystack'],
    // The standard's own example (§7.4.4.2).
    ['LZW', Buffer.from('800b6050220c0c8501', 'hex'), '-----A---B'],
  ])('undoes %sDecode', async (name, data, plain) => {
    const [part] = (await openAll(openPdf, pdf([stream(data, `/Filter /${name}Decode`)]))).parts;
    expect(part?.bytes.toString('latin1')).toBe(plain);
  });

  it.each([
    ['a filter twice', attached(flate, '/Filter /ASCIIHexDecode /Filter /FlateDecode')],
    [
      'parameters twice',
      attached(
        predicted,
        '/Filter /FlateDecode /DecodeParms null /DecodeParms << /Predictor 12 /Columns 11 >>',
      ),
    ],
    [
      'many blanks in a head',
      Buffer.from(
        attached(flate, '/Filter /FlateDecode')
          .toString('latin1')
          .replace('2 0 obj', `2${' '.repeat(90)}0 obj`),
        'latin1',
      ),
    ],
    [
      'a long comment in a head',
      Buffer.from(
        attached(flate, '/Filter /FlateDecode')
          .toString('latin1')
          .replace('2 0 obj', `2 0 %${'x'.repeat(900)}\nobj`),
        'latin1',
      ),
    ],
    [
      'a file that belongs to another',
      pdf(['<< /Type /Filespec /RF << /F [(a) 2 0 R] >> >>', stream(flate, '/Filter /FlateDecode')]),
    ],
    [
      'PostScript’s mark of ASCII85',
      attached(Buffer.from(`<~${ascii85(needle)}~>`), '/Filter /ASCII85Decode'),
    ],
  ])('gives an attached file with %s', async (_, bytes) => {
    const { parts } = await openAll(openPdf, bytes);
    expect(parts.filter(({ role }) => role === undefined).map((part) => part.bytes.toString())).toContain(
      needle.toString(),
    );
  });

  it('believes a length that stands elsewhere, whatever word is in the file', async () => {
    const content = 'a\nendstream\nb';
    const bytes = pdf([
      '<< /Type /Filespec /EF << /F 2 0 R >> >>',
      `<< /Length 3 0 R >>\nstream\n${content}\nendstream`,
      String(content.length),
    ]);
    expect((await openAll(openPdf, bytes)).parts.map((part) => part.bytes.toString())).toEqual([content]);
  });

  it.each([
    [
      'the header of a PostScript file',
      (text: string) => text.replace('%PDF-1.7', '%!PS-Adobe-3.0 PDF-1.7'),
      true,
    ],
    [
      'no header, by its end',
      (text: string) => text.replace('%PDF-1.7', 'nothing').replace('%%EOF', 'startxref\n9\n%%EOF'),
      false,
    ],
  ])('knows a document by %s', (_, change, isCertain) => {
    const bytes = Buffer.from(change(pdf([stream(needle)]).toString('latin1')), 'latin1');
    expect(pdfDetection.detect(bytes)).toMatchObject({ isCertain });
    expect(pdfDetection.detect(Buffer.from('how startxref and %%EOF end a PDF'))).toBeNull();
  });

  it('gives what an object stream holds, and scripts as text and as streams', async () => {
    const inner = Buffer.from('7 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>');
    const { parts } = await openAll(
      openPdf,
      pdf([
        stream(deflateSync(inner), '/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode'),
        '<< /S /JavaScript /JS <FEFF00410042> >>',
        '<< /S /JavaScript /JS 4 0 R >>',
        stream(deflateSync(needle), '/Filter /FlateDecode'),
      ]),
    );
    expect(parts.map((part) => part.bytes.toString()).sort()).toEqual(
      ['AB', 'app.alert(1)', inner.toString(), needle.toString()].sort(),
    );
  });

  const objectStream = (index: readonly string[], objects: string): Buffer => {
    const head = `${index.join(' ')} `;
    const entries = `/Type /ObjStm /N ${index.length} /First ${head.length} /Filter /FlateDecode`;
    return pdf([stream(deflateSync(head + objects), entries)]);
  };

  it('says so where the objects of object streams are the same bytes many times over', async () => {
    const script = `<< /S /JavaScript /JS (${'x'.repeat(200_000)}) >>`;
    const index = Array.from({ length: 40 }, (_, at) => `${at + 7} 0`);
    const { parts, unexamined } = await openAll(openPdf, objectStream(index, script));
    expect(unexamined).toMatchObject([{ reason: 'damaged' }]);
    // Four times its content, a mebibyte, the one that goes beyond, and the stream itself.
    expect(parts.length).toBeLessThan(12);
  });

  it('takes hundreds of thousands of objects of one object stream, and looks at the time for each', async () => {
    const count = 200_000;
    const index = Array.from({ length: count }, (_, at) => `${at + 7} ${at * 2}`);
    const bytes = objectStream(index, '1 '.repeat(count));
    const { parts, unexamined, timeLooks } = await openAll(openPdf, bytes, { timeLimitMs: 600_000 });
    expect([parts.length, unexamined]).toEqual([1, []]);
    expect(timeLooks).toBeGreaterThan(count);
  });

  it.each([
    ['of one bit', '/Predictor 2 /BitsPerComponent 1 /Columns 8000000'],
    ['of a byte', '/Predictor 2 /Columns 1000000'],
    ['of PNG', '/Predictor 12 /Columns 100'],
  ])('looks at the time while it undoes the predictor of pixels %s', async (_, parameters) => {
    const data = deflateSync(Buffer.alloc(1_000_000));
    const looksWith = async (entries: string): Promise<number> => {
      const bytes = attached(data, `/Filter /FlateDecode ${entries}`);
      const { parts, unexamined, timeLooks } = await openAll(openPdf, bytes, { timeLimitMs: 600_000 });
      expect([parts.length, unexamined]).toEqual([1, []]);
      return timeLooks;
    };
    const looks = await looksWith(`/DecodeParms << ${parameters} >>`);
    expect(looks).toBeGreaterThan((await looksWith('')) + 10);
  });

  it('finds objects whatever table or length says, and of pictures the beginning', async () => {
    const lying = pdf([`<< /Length 5 >>\nstream\n${needle.toString()}\nendstream`]);
    expect((await openAll(openPdf, lying)).parts[0]?.bytes.toString().trim()).toBe(needle.toString());
    const hidden = pdf([stream(Buffer.from(`x 9 0 obj ${stream(needle)} endobj `))]);
    expect((await openAll(openPdf, hidden)).parts.some((part) => part.bytes.equals(needle))).toBe(true);
    const picture = pdf([
      stream(deflateSync(Buffer.alloc(3_000_000)), '/Subtype /Image /Filter /FlateDecode'),
    ]);
    expect((await openAll(openPdf, picture)).parts[0]?.bytes.length).toBe(65_536);
  });

  it('says encrypted only where the empty password opens nothing', async () => {
    const lock = (user: string): Buffer =>
      pdf(
        ['<< /Filter /Standard /V 1 /R 2 /P -4 /O <' + '00'.repeat(32) + `> /U <${user}> >>`, stream(needle)],
        '<< /Encrypt 1 0 R /ID [<00> <00>] >>',
      );
    expect((await openAll(openPdf, lock('11'.repeat(32)))).unexamined).toMatchObject([
      { reason: 'encrypted' },
    ]);
    // Computed by algorithm 4 for the empty password, this O, P and ID.
    const open = await openAll(openPdf, lock(emptyUser));
    expect(open.unexamined).toEqual([]);
    expect(open.parts).toHaveLength(1);
  });

  it.each([
    ['within a stream', 0.5],
    ['before its end mark', 0.97],
  ])('gives what is there of one cut %s, and says damaged', async (_, share) => {
    const whole = attached(Buffer.alloc(2000, 'x'));
    const { unexamined } = await openAll(openPdf, whole.subarray(0, Math.floor(whole.length * share)));
    expect(unexamined).toMatchObject([{ reason: 'damaged' }]);
  });

  it('is not held by thousands of streams, nor by words about PDF', async () => {
    const many = pdf(Array.from({ length: 11_000 }, (_, at) => stream(Buffer.from(`needle ${at}`))));
    const { parts, limit, unexamined } = await openAll(openPdf, many);
    expect([limit, unexamined]).toEqual([null, []]);
    expect(parts.length).toBeLessThan(400);
    const talk = Buffer.from('A file begins with %PDF-1.7.');
    expect(pdfDetection.detect(talk)?.isCertain).toBe(false);
    expect((await openAll(openPdf, talk)).unexamined).toMatchObject([{ isAtOpening: true }]);
  });

  it('ends a bomb at the bound, and throws nothing else whatever is done to it', async () => {
    const bomb = attached(deflateSync(deflateSync(Buffer.alloc(50_000_000))), '/Filter [/Fl /Fl]');
    expect((await openAll(openPdf, bomb, { limits: { maxPartBytes: 1_000_000 } })).limit).toBe(
      'maxPartBytes',
    );
    const random = randomFrom(9);
    const seed = pdf([
      stream(flate, '/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 4 >>'),
      '<< /JS (a\\(b\\)) /EF << /F 3 0 R >> >>',
      stream(Buffer.from('800b6050221a0c0c020802', 'hex'), '/Filter [/LZW /A85 /RL]'),
    ]);
    for (let count = 0; count < 200; count += 1) await openAll(openPdf, mutate(seed, random));
    for (const text of [
      '1 0 obj[',
      '1 0 obj<</A ',
      '1 0 obj<<>>stream\n',
      '1 0 obj(',
      '1 0 obj<',
      'trailer<<',
      '1 0 obj %',
    ])
      await openAll(openPdf, Buffer.from(`%PDF-1.7\n${text.repeat(4_000)}`), { timeLimitMs: 600_000 });
  }, 60_000);
});
