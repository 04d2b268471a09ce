import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Part } from './part.js';
import { buildMail, buildTar, buildZip } from './testing/build-containers.js';
import { madeArchive } from './testing/made-archives.js';
import { needle, needleFile, text, walk } from './testing/walk-for-needle.js';
import { type WalkOptions, walkObject } from './walk-object.js';

describe('walkObject', () => {
  it('shows an object that holds nothing as its only part', async () => {
    const report = await walk(needle);
    expect(report).toMatchObject({
      found: [''],
      detectedType: 'text/plain',
      partCount: 1,
      unexamined: [],
      mail: null,
    });
    expect(await walk(Buffer.alloc(0))).toMatchObject({
      detectedType: 'application/x-empty',
      unexamined: [],
    });
  });

  it.each([
    ['zip', buildZip([needleFile]), 'application/zip', 'needle.txt'],
    ['tar', buildTar([needleFile]), 'application/x-tar', 'needle.txt'],
    ['gzip', gzipSync(needle), 'application/gzip', 'content'],
    ['tar.gz', gzipSync(buildTar([needleFile])), 'application/gzip', 'content > needle.txt'],
    [
      'gzip of two members',
      Buffer.concat([gzipSync('a needle in '), gzipSync('a haystack')]),
      'application/gzip',
      'content',
    ],
    ['7z', madeArchive('7z'), 'application/x-7z-compressed', 'needle.txt'],
    ['bzip2', madeArchive('bzip2'), 'application/x-bzip2', 'content'],
    ['xz', madeArchive('xz'), 'application/x-xz', 'content'],
    ['mail', buildMail([needleFile]), 'message/rfc822', 'needle.txt'],
    [
      'zip in mail in zip',
      buildZip([{ name: 'a.eml', bytes: buildMail([{ name: 'b.zip', bytes: buildZip([needleFile]) }]) }]),
      'application/zip',
      'a.eml > b.zip > needle.txt',
    ],
    [
      'mail in mail',
      buildMail([{ name: 'in.eml', bytes: buildMail([needleFile]) }]),
      'message/rfc822',
      'in.eml > needle.txt',
    ],
    ['mail whose text it is', buildMail([], text), 'message/rfc822', 'text body'],
    [
      'mailbox',
      Buffer.concat(
        ['one', 'two'].map((name) =>
          Buffer.concat([Buffer.from(`From ${name} now\n`), buildMail([needleFile])]),
        ),
      ),
      'application/mbox',
      'message 1 > needle.txt',
    ],
    [
      'program with a zip behind it',
      Buffer.concat([Buffer.from('MZ'), randomBytes(5000), buildZip([needleFile])]),
      'application/vnd.microsoft.portable-executable',
      'needle.txt',
    ],
  ])('finds what is inside: %s', async (_name, bytes, type, path) => {
    const report = await walk(bytes);
    expect(report.found).toContain(path);
    expect(report).toMatchObject({ detectedType: type, unexamined: [], isOutOfTime: false });
  });

  it('reads several bzip2 and xz streams one behind the other, of any size', async () => {
    for (const kind of ['bzip2', 'xz'] as const) {
      const lengths: number[] = [];
      const bytes = Buffer.concat(Array.from({ length: 40_000 }, () => madeArchive(kind)));
      const report = await walkObject(bytes, {
        objectType: 'file',
        timeLimitMs: 30_000,
        onPart: (part) => void lengths.push(part.bytes.length),
      });
      expect(report.unexamined).toEqual([]);
      expect(lengths[1]).toBe(40_000 * needle.length);
    }
  });

  it('keeps the names in a zip in any alphabet', async () => {
    const names = ['plain.txt', 'счёт.exe', '発票.txt', 'folder/ä.txt'];
    const zip = buildZip(
      names.map((name, index) => ({ name, bytes: Buffer.from(text + ' '.repeat(index)) })),
    );
    expect((await walk(zip)).found).toEqual(names);
    const program = Buffer.concat([Buffer.from('MZ'), randomBytes(500), zip]);
    expect((await walk(program)).found).toEqual(names);
    const wrong = Buffer.from(zip);
    wrong.write('x', wrong.lastIndexOf('plain.txt', undefined, 'latin1'), 'latin1');
    expect((await walk(wrong)).found).toHaveLength(4);
  });

  it('numbers every part and names its parent, so that namesakes stay apart', async () => {
    const inner = buildZip([{ name: 'logo.png', bytes: Buffer.from('one') }]);
    const zip = buildZip([
      { name: 'logo.png', bytes: Buffer.from('two') },
      { name: 'a.zip', bytes: inner },
      { name: 'logo.png', bytes: Buffer.from('three') },
    ]);
    const seen: unknown[] = [];
    const note = ({ number, within, path }: Part): void => void seen.push([number, within, path.join('/')]);
    await walkObject(zip, { objectType: 'file', timeLimitMs: 30_000, onPart: note });
    expect(seen).toEqual([
      [0, [], ''],
      [1, [0], 'logo.png'],
      [2, [0], 'a.zip'],
      [3, [0, 2], 'a.zip/logo.png'],
      [4, [0], 'logo.png'],
    ]);
  });

  it('keeps equal siblings once, and equal parts of different parents each', async () => {
    const twins = ['a', 'b'].map((name) => ({ name, bytes: needle }));
    const inner = { name: 'in.zip', bytes: buildZip(twins) };
    expect((await walk(buildZip([...twins, inner]))).found).toEqual(['a', 'in.zip > a']);
  });

  const contentOf = async (bytes: Buffer, options: Partial<WalkOptions> = {}): Promise<string[]> => {
    const shown: string[] = [];
    await walk(bytes, {
      ...options,
      onContent: ({ path }, { isCovered }) => void shown.push(path.join('/') + (isCovered ? ' covered' : '')),
    });
    return shown;
  };

  it('shows content engines leaves and documents, and of wrappers only those not opened in full', async () => {
    const document = buildZip([
      { name: '[Content_Types].xml', bytes: Buffer.from('<x/>') },
      { name: 'word/document.xml', bytes: Buffer.from('<y/>') },
    ]);
    const cut = gzipSync(randomBytes(5000)).subarray(0, 3000);
    const empty = { name: 'empty', bytes: Buffer.alloc(0) };
    const files = [
      { name: 'in.zip', bytes: buildZip([needleFile, empty]) },
      { name: 'a.docx', bytes: document },
      { name: 'cut.gz', bytes: cut },
      { name: 'sealed.zip', bytes: madeArchive('encrypted zip') },
    ];
    expect(await contentOf(buildMail(files))).toEqual([
      'text body',
      'in.zip/needle.txt',
      'a.docx/[Content_Types].xml',
      'a.docx/word/document.xml',
      'a.docx covered',
      'cut.gz/content',
      'cut.gz',
      'sealed.zip',
    ]);
    expect(await contentOf(needle)).toEqual([]);
  });

  it('says whether the parts are all there is', async () => {
    expect(await walk(buildMail([{ name: 'a', bytes: buildZip([needleFile]) }]))).toMatchObject({
      isCovered: true,
    });
    const sealed = buildMail([needleFile, { name: 'a', bytes: madeArchive('encrypted zip') }]);
    expect(await walk(sealed)).toMatchObject({ isCovered: false });
    const program = Buffer.concat([Buffer.from('MZ'), randomBytes(500), buildZip([needleFile])]);
    expect(await walk(program)).toMatchObject({ isCovered: false, partCount: 2 });
    expect(await contentOf(buildZip([{ name: 'a.exe', bytes: program }]))).toEqual([
      'a.exe/needle.txt',
      'a.exe',
    ]);
  });

  it('takes a container that only holds empty files for what it is', async () => {
    const empty = { name: 'empty', bytes: Buffer.alloc(0) };
    for (const bytes of [buildZip([]), buildZip([empty]), buildTar([empty]), gzipSync(Buffer.alloc(0))])
      expect(await walk(bytes)).toMatchObject({ unexamined: [], partCount: 1 });
  });

  it('treats names as labels', async () => {
    const names = ['../../etc/passwd', 'a\0b\u001b[31m', 'x'.repeat(3000), '\n'];
    const report = await walk(buildMail(names.slice(0, 1).map((name) => ({ name, bytes: needle }))));
    expect(report.paths).toContain('../../etc/passwd');
    const inTar = await walk(buildTar([{ name: 'a\u001b[31m', bytes: needle }]));
    expect(inTar.paths[1]).toBe('a [31m');
  });
});
