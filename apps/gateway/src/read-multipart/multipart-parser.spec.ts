import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { MultipartParser } from './multipart-parser.js';
import type { PartHeader } from './part-header.js';

interface ReadPart extends PartHeader {
  readonly body: string;
}

function read(chunks: readonly Buffer[], boundary = 'b', bounds: { maxParts?: number } = {}): ReadPart[] {
  const parts: ReadPart[] = [];
  const parser = new MultipartParser({
    boundary,
    ...bounds,
    onPart: (header) => {
      const pieces: Buffer[] = [];
      return {
        write: (bytes) => void pieces.push(Buffer.from(bytes)),
        end: () => void parts.push({ ...header, body: Buffer.concat(pieces).toString('latin1') }),
      };
    },
  });
  for (const chunk of chunks) parser.write(chunk);
  parser.end();
  return parts;
}
const readText = (text: string, boundary = 'b'): ReadPart[] => read([Buffer.from(text, 'latin1')], boundary);
const onePart = (header: string, body = 'x'): ReadPart | undefined =>
  read([Buffer.from(`--b\r\n${header}\r\n\r\n${body}\r\n--b--\r\n`)])[0];
const named = 'Content-Disposition: form-data; name="a"';

/** Cuts `bytes` at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length));
}

/** Bytes that try hard to look like delimiters of the boundary `b--b`. */
const hostileBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '-',
        '--',
        '\r\n-',
        '\r\n--',
        '\r\n--b',
        '\r\n--b-',
        '\r\n--b--',
        'b',
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 4 }),
    ),
    { maxLength: 20 },
  )
  .map((pieces) => pieces.join(''))
  .filter((text) => !`\r\n${text}`.includes('\r\n--b--b'));

describe('multipart parser', () => {
  it('gives back what a reference encoder wrote, however it is cut', () => {
    const part = fc.record({
      name: fc.constantFrom('content', 'scanId', 'имя', 'a;b', 'q"q'),
      filename: fc.option(fc.constantFrom('a.txt', 'файл.doc', 'a"b;c.txt', '')),
      body: hostileBytes,
    });
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 5 }),
        fc.array(fc.nat(3000), { maxLength: 40 }),
        fc.constantFrom('', 'preamble', 'pre\r\namble\r\n'),
        (parts, places, preamble) => {
          const quote = (text: string): string => text.replace(/["\\]/g, '\\$&');
          const encoded = parts.map(({ name, filename, body }) => [
            Buffer.from(`\r\n--b--b\r\nContent-Disposition: form-data; name="${quote(name)}"`),
            Buffer.from(filename === null ? '' : `; filename="${quote(filename)}"`),
            Buffer.from('\r\n\r\n'),
            Buffer.from(body, 'latin1'),
          ]);
          const lead = preamble === '' ? [] : [Buffer.from(preamble)];
          const whole = Buffer.concat([...lead, ...encoded.flat(), Buffer.from('\r\n--b--b--\r\nepilogue')]);
          const body = preamble === '' ? whole.subarray(2) : whole;
          const found = read(cut(body, places), 'b--b').map(({ name, filename, body: text }) => ({
            name,
            filename,
            body: text,
          }));
          expect(found).toEqual(parts);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('reads any bytes the same way however they are cut, or refuses them the same way', () => {
    const grammar = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            '--b',
            '--b--',
            '\r\n',
            '\r',
            '\n',
            '-',
            ' ',
            ':',
            '\r\n\r\n',
            `${named}\r\n\r\n`,
            'x',
          ),
          fc.constantFrom(`\r\n--b\r\n${named}\r\n\r\n`, '\r\n--b--', '\r\n--b \t\r\n'),
        ),
        { maxLength: 25 },
      )
      .map((pieces) => Buffer.from(pieces.join('')));
    const outcome = (chunks: readonly Buffer[]): unknown => {
      try {
        return read(chunks);
      } catch (error) {
        return (error as Error).message;
      }
    };
    fc.assert(
      fc.property(grammar, fc.array(fc.nat(400), { maxLength: 20 }), (bytes, places) => {
        const whole = outcome([bytes]);
        expect(outcome(cut(bytes, places))).toEqual(whole);
        expect(outcome([...bytes].map((byte) => Buffer.from([byte])))).toEqual(whole);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes a line that only begins like the boundary for data', () => {
    expect(readText(`--b\r\n${named}\r\n\r\nx\r\n--bc\r\n--b--`)).toMatchObject([{ body: 'x\r\n--bc' }]);
  });

  it('reads empty parts, parts without a body, and blanks after the boundary', () => {
    const text = `--b \t\r\n${named}\r\n\r\n\r\n--b\r\n${named}\r\n\r\n--b\r\n\r\n\r\n--b--`;
    expect(readText(text).map((part) => [part.name, part.body])).toEqual([
      ['a', ''],
      ['a', ''],
      [null, ''],
    ]);
  });

  it.each([
    ['nothing at all', ''],
    ['no boundary', 'hello'],
    ['an unfinished part', `--b\r\n${named}\r\n\r\nhalf`],
    ['an unfinished header', '--b\r\nContent-Disp'],
    ['a missing closing boundary', `--b\r\n${named}\r\n\r\nwhole\r\n--b\r\n`],
    ['half a closing boundary', `--b\r\n${named}\r\n\r\nwhole\r\n--b-`],
    ['bare line feeds', `--b\n${named}\n\nx\n--b--\n`],
    ['a header line without a colon', '--b\r\nnonsense\r\n\r\nx\r\n--b--'],
    [
      'a byte order mark before the first boundary',
      `\xef\xbb\xbf--b\r\n${named}\r\n\r\nx\r\n--b\r\n${named}\r\n\r\ny\r\n--b--`,
    ],
    ['a line feed alone before it', `\n--b\r\n${named}\r\n\r\nx\r\n--b\r\n${named}\r\n\r\ny\r\n--b--`],
    ['two dispositions', `--b\r\n${named}\r\n${named}\r\n\r\nx\r\n--b--`],
  ])('refuses %s', (_, text) => {
    expect(() => readText(text)).toThrow(expect.objectContaining({ name: 'MultipartError' }));
  });

  it('bounds the number of parts and the size of their headers', () => {
    const part = `--b\r\n${named}\r\n\r\nx\r\n`;
    expect(readText(`${part.repeat(100)}--b--`)).toHaveLength(100);
    expect(() => readText(`${part.repeat(101)}--b--`)).toThrow('more than 100 parts');
    const long = (length: number): string =>
      `--b\r\n${named}\r\nX-A: ${'x'.repeat(length)}\r\n\r\nx\r\n--b--`;
    expect(readText(long(16_000))).toHaveLength(1);
    expect(() => readText(long(17_000))).toThrow('larger than 16384 bytes');
    const endless = Buffer.from(`--b\r\nX-A: ${'x'.repeat(20_000)}`);
    expect(() => read([...endless].map((byte) => Buffer.from([byte])))).toThrow('larger than 16384 bytes');
  });
});

describe('part header', () => {
  it.each([
    ['quoted pairs', `${named}; filename="a \\"b\\" \\\\c.txt"`, 'c.txt'],
    ['a Windows path', `${named}; filename="C:\\dir\\x.doc"`, 'x.doc'],
    ['a semicolon in quotes', `${named}; filename="a;name=b.txt"`, 'a;name=b.txt'],
    ['UTF-8', `${named}; filename="отчёт.pdf"`, 'отчёт.pdf'],
    ['filename* before filename', `${named}; filename="a.txt"; filename*=UTF-8''na%C3%AFve%2Ftxt`, 'txt'],
    ['filename* in Latin-1', `${named}; filename*=iso-8859-1'en'caf%E9.txt`, 'café.txt'],
    ['filename when filename* is broken', `${named}; filename="a.txt"; filename*=UTF-8''%zz`, 'a.txt'],
    ['filename* in small letters', `${named}; filename*=utf-8''na%C3%AFve.txt`, 'naïve.txt'],
    ['in pieces', `${named}; filename*0="long na"; filename*1="me.doc"`, 'long name.doc'],
    ['in encoded pieces', `${named}; filename*0*=utf-8''na%C3%AF; filename*1="ve 1%.txt"`, 'naïve 1%.txt'],
    ['an encoded word of mail', `${named}; filename="=?utf-8?B?0L7RgtGH0ZHRgi5wZGY=?="`, 'отчёт.pdf'],
    ['a path in an encoded word', `${named}; filename="=?utf-8?Q?a=2Fb=5Cc.txt?="`, 'c.txt'],
    ['an encoded word in a charset no one knows', `${named}; filename="=?x-no?Q?a?="`, '=?x-no?Q?a?='],
    ['a token', `${named}; filename=plain.bin`, 'plain.bin'],
    ['an empty one', `${named}; filename=""`, ''],
    ['any case and order', 'content-DISPOSITION:Form-Data; FileName="x"; NAME="a"', 'x'],
  ])('reads the filename: %s', (_, header, filename) => {
    expect(onePart(header)).toMatchObject({ name: 'a', hasFilename: true, filename });
  });

  it('knows a field from a file', () => {
    expect(onePart(named)).toMatchObject({ hasFilename: false, filename: null, transferEncoding: '7bit' });
    expect(onePart(`${named}\r\nContent-Transfer-Encoding: Base64`)).toMatchObject({
      transferEncoding: 'base64',
    });
  });

  it('leaves parts without a form-data name nameless', () => {
    expect(onePart('Content-Type: text/plain')).toMatchObject({ name: null });
    expect(onePart('Content-Disposition: attachment; name="a"')).toMatchObject({ name: null });
  });

  it('reads bytes that are not UTF-8 one by one', () => {
    const header = Buffer.from(`--b\r\n${named}; filename="caf\xe9"\r\n\r\nx\r\n--b--`, 'latin1');
    expect(read([header])).toMatchObject([{ filename: 'café' }]);
  });

  it.each([
    // Shift-JIS for ソフト.doc and 表: their second byte is a backslash.
    ['\x83\x5c\x83\x74\x83\x67.doc', '\x83\x5c\x83\x74\x83\x67.doc'],
    ['\x95\x5c', '\x95\x5c'],
    ['C:\\dir\\\x95\x5c.doc', '\x95\x5c.doc'],
    ['a\\"b\xe9.txt', 'a"b\xe9.txt'],
  ])('takes no half of a character for a folder or an escape: %j', (sent, filename) => {
    const header = `--b\r\n${named}; filename="${sent}"; x="\xff"\r\n\r\nx\r\n--b--`;
    expect(read([Buffer.from(header, 'latin1')])).toMatchObject([{ hasFilename: true, filename }]);
  });
});
