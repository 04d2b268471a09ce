import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildMail, buildTar, buildZip } from './testing/build-containers.js';
import { buildEmptyEntries } from './testing/build-empty-entries.js';
import { plainTypeOf } from './detection.js';
import type { Part } from './part.js';
import { type WalkOptions, type WalkReport, walkObject } from './walk-object.js';

const text = 'a needle in a haystack';
const needle = Buffer.from(text);
const needleFile = { name: 'needle.txt', bytes: needle };

interface Seen extends WalkReport {
  /** Paths, joined, of the parts that hold the needle as it is. */
  readonly found: string[];
  readonly paths: string[];
}

async function walk(bytes: Buffer, options: Partial<WalkOptions> = {}): Promise<Seen> {
  const found: string[] = [];
  const paths: string[] = [];
  const report = await walkObject(bytes, {
    objectType: 'file',
    timeLimitMs: 30_000,
    ...options,
    onPart: (part) => {
      paths.push(part.path.join(' > '));
      if (part.bytes.equals(needle) || part.bytes.toString().trim() === text)
        found.push(part.path.join(' > '));
    },
  });
  return { ...report, found, paths };
}

/** Made once with the usual tools; the encrypted ones with a password. */
const made = {
  '7z': 'N3q8ryccAASGxYHwGgAAAAAAAABiAAAAAAAAAHSn3AMBABVhIG5lZWRsZSBpbiBhIGhheXN0YWNrAAEEBgABCRoABwsBAAEhIQEADBYACAoBMsil3wAABQEZDAAAAAAAAAAAAAAAABEXAG4AZQBlAGQAbABlAC4AdAB4AHQAAAAZBAAAAAAUCgEAIjjUsvF53QEVBgEAIICkgQAA',
  bzip2: 'QlpoOTFBWSZTWSlyDxMAAAKRgEAALm0MICAAIhqaabJMIBoAXJEH57NiqYq4zFou5IpwoSBS5B4m',
  xz: '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAVYSBuZWVkbGUgaW4gYSBoYXlzdGFjawAAADODFCsRkmLiAAEuFlYJVd8ftvN9AQAAAAAEWVo=',
  'encrypted zip':
    'UEsDBAoACQAAAG6edV0yyKXfIgAAABYAAAAKABwAbmVlZGxlLnR4dFVUCQADQPYBa0D2AWt1eAsAAQQAAAAABAAAAABuOIA4D0Kk0QKFHPcOEgzAQqjrjBdV9QuDkGTT1buCYkqCUEsHCDLIpd8iAAAAFgAAAFBLAQIeAwoACQAAAG6edV0yyKXfIgAAABYAAAAKABgAAAAAAAEAAACkgQAAAABuZWVkbGUudHh0VVQFAANA9gFrdXgLAAEEAAAAAAQAAAAAUEsFBgAAAAABAAEAUAAAAHYAAAAAAA==',
  'encrypted 7z':
    'N3q8ryccAASZCYcgIAAAAAAAAAByAAAAAAAAAFdUjlh+7NXtxRe8o4TSBQbfmfUKaxyDrool4IDT2tZGMojlPQEEBgABCSAABwsBAAIkBvEHARJTD6Ni6WO208AkPT3uYpFAHCUhIQEAAQAMGhYACAoBMsil3wAABQEZAQARFwBuAGUAZQBkAGwAZQAuAHQAeAB0AAAAGQQAAAAAFAoBACI41LLxed0BFQYBACCApIEAAA==',
  '7z with an encrypted directory':
    'N3q8ryccAARs/In1oAAAAAAAAAAvAAAAAAAAALVlNOdyidQhIWZjgQMU3JKK8UNpuhdnpZkWjwWTXTVjpk3GZ2D6g0Z3hIWWvHxyHYMm8JRvDENUxZNV0/RUBkqX/63KB9ngMQdcwnmlSBQD9Dl/A3YMfqGiZ993MpDGF5TYRslYEh9hl9I5bsJ4d3zhW3Mi/BVwc0SxBSARO6L1w/BgrlP3jAYXeBGswSfLrL0d0ejHpQP4aHq4RkL84E+KcB6eFwYgAQmAgAAHCwEAASQG8QcBElMP2OV4gfqcDnJO6B+V0y94zQxyCgEJ7lPOAAA=',
} as const;
const fixture = (name: keyof typeof made): Buffer => Buffer.from(made[name], 'base64');

/** cpio(5), old binary format: 13 words, the name, the bytes, each padded to two; the last entry is the trailer. */
function binaryCpio(name: string, bytes: Buffer, end: 'little' | 'big'): Buffer {
  const entry = (label: string, content: Buffer): Buffer => {
    const head = Buffer.alloc(26);
    const words = [0o070707, 1, 2, 0o100644, 0, 0, 1, 0, 0, 0, label.length + 1, 0, content.length];
    words.forEach((word, at) =>
      end === 'little' ? head.writeUInt16LE(word, at * 2) : head.writeUInt16BE(word, at * 2),
    );
    const padded = (part: Buffer) => Buffer.concat([part, Buffer.alloc(part.length % 2)]);
    return Buffer.concat([head, padded(Buffer.from(`${label}\0`)), padded(content)]);
  };
  return Buffer.concat([entry(name, bytes), entry('TRAILER!!!', Buffer.alloc(0))]);
}

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
    ['7z', fixture('7z'), 'application/x-7z-compressed', 'needle.txt'],
    ['bzip2', fixture('bzip2'), 'application/x-bzip2', 'content'],
    ['xz', fixture('xz'), 'application/x-xz', 'content'],
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
      const bytes = Buffer.concat(Array.from({ length: 40_000 }, () => fixture(kind)));
      const report = await walkObject(bytes, {
        objectType: 'file',
        timeLimitMs: 30_000,
        onPart: (part) => void lengths.push(part.bytes.length),
      });
      expect(report.unexamined).toEqual([]);
      expect(lengths[1]).toBe(40_000 * needle.length);
    }
  });

  it('tells the headers of a mail, cleaned', async () => {
    expect((await walk(buildMail([]))).mail).toEqual({
      from: 'sender@example.com',
      to: ['one@example.com', 'two@example.com'],
      cc: [],
      subject: 'äöü',
      messageId: '<id@example.com>',
    });
  });

  it('tells whom a mail names, in To and in Cc', async () => {
    const mail =
      'From: a@example.org\r\nTo: b@example.org\r\nCc: C <c@example.org>,\r\n g: d@example.org;\r\n\r\nx';
    expect((await walk(Buffer.from(mail), { objectType: 'email' })).mail).toMatchObject({
      to: ['b@example.org'],
      cc: ['c@example.org', 'd@example.org'],
    });
  });

  it('opens as mail whatever was submitted as mail, however damaged', async () => {
    const damaged = Buffer.concat([Buffer.from('no header here\n'), randomBytes(2000)]);
    expect(await walk(damaged, { objectType: 'email' })).toMatchObject({
      detectedType: 'message/rfc822',
      unexamined: [],
    });
    const cut = buildMail([{ name: 'big.bin', bytes: randomBytes(10_000) }]).subarray(0, 5000);
    expect((await walk(cut, { objectType: 'email' })).unexamined).toMatchObject([{ reason: 'damaged' }]);
  });

  it('opens what is said to be mail and certainly is something else as what it is', async () => {
    const zip = buildZip([needleFile]);
    expect((await walk(zip, { objectType: 'email' })).found).toEqual(['needle.txt']);
    expect((await walk(buildMail([{ name: 'a.eml', bytes: zip }]))).found).toEqual(['a.eml > needle.txt']);
    const fromLine = Buffer.concat([Buffer.from('From somebody now\n'), buildMail([needleFile])]);
    const mailbox = await walk(fromLine, { objectType: 'email' });
    expect(mailbox.found).toEqual(['message 1 > needle.txt']);
    expect(mailbox.mail?.subject).toBe('äöü');
  });

  it.each(['encrypted zip', 'encrypted 7z', '7z with an encrypted directory'] as const)(
    'says encrypted: %s',
    async (name) => {
      expect((await walk(fixture(name))).unexamined).toEqual([
        expect.objectContaining({ reason: 'encrypted' }),
      ]);
      const mailed = await walk(buildMail([{ name: 'x', bytes: fixture(name) }]));
      expect(mailed.unexamined[0]).toMatchObject({ reason: 'encrypted' });
      expect(mailed.unexamined[0]?.path[0]).toBe('x');
    },
  );

  const zip = buildZip([{ name: 'a', bytes: randomBytes(5000) }, needleFile]);
  const flipped = Buffer.from(zip);
  flipped[1000] = (flipped[1000] ?? 0) ^ 0xff;
  it.each([
    ['a cut zip', zip.subarray(0, 3000)],
    ['a zip with a wrong byte', flipped],
    ['a zip that is none', Buffer.from('PK\x03\x04 and so on', 'latin1')],
    ['a cut tar', buildTar([{ name: 'a', bytes: randomBytes(5000) }]).subarray(0, 3000)],
    ['a cut 7z', fixture('7z').subarray(0, 100)],
    ['a cut gzip', gzipSync(randomBytes(5000)).subarray(0, 3000)],
    ['a cut xz', fixture('xz').subarray(0, 60)],
    ['a cut bzip2 behind a whole one', Buffer.concat([fixture('bzip2'), fixture('bzip2').subarray(0, 40)])],
    ['zstd', Buffer.concat([Buffer.from('28b52ffd', 'hex'), randomBytes(100)])],
  ])('says damaged for a recognised archive it cannot read to its end: %s', async (_name, bytes) => {
    // Random bytes may also ask for a packing that nothing here knows.
    const reason = expect.stringMatching(/^(damaged|unsupported)$/);
    expect((await walk(bytes)).unexamined).toContainEqual(expect.objectContaining({ reason }));
  });

  it('still shows what could be read of a damaged archive', async () => {
    expect((await walk(flipped)).found).toEqual(['needle.txt']);
  });

  it.each([
    [
      'cpio by chance',
      Buffer.concat([Buffer.from('c771', 'hex'), Buffer.alloc(100_000, 'a text, and no archive')]),
    ],
    [
      'cpio by chance, the other way round',
      Buffer.concat([Buffer.from('71c7', 'hex'), Buffer.alloc(5000, 1)]),
    ],
    ['bzip2 by chance', Buffer.from('BZhello, this is a text')],
    [
      'zip by chance',
      Buffer.concat([randomBytes(500), Buffer.from('PK\x05\x06', 'latin1'), randomBytes(30)]),
    ],
  ])('does not take for an archive what only looks so: %s', async (_name, bytes) => {
    expect(await walk(bytes)).toMatchObject({ unexamined: [], partCount: 1 });
  });

  it.each(['little', 'big'] as const)('opens an old binary cpio, %s end first', async (end) => {
    expect(await walk(binaryCpio('needle.txt', needle, end))).toMatchObject({
      found: ['needle.txt'],
      unexamined: [],
      detectedType: 'application/x-cpio',
    });
    const cut = binaryCpio('needle.txt', needle, end).subarray(0, 45);
    expect((await walk(cut)).unexamined).toContainEqual(expect.objectContaining({ reason: 'damaged' }));
  });

  it('stops at each of its bounds and says so', async () => {
    const many = buildTar(Array.from({ length: 30 }, (_, index) => ({ name: `f${index}`, bytes: needle })));
    let nested = needle as Buffer;
    for (let depth = 0; depth < 20; depth += 1) nested = buildZip([{ name: `d${depth}`, bytes: nested }]);
    const bomb = buildZip([{ name: 'zeros', bytes: Buffer.alloc(4_000_000) }]);
    const cases: [Buffer, Partial<WalkOptions>][] = [
      [many, { limits: { maxParts: 10 } }],
      [nested, {}],
      [bomb, { limits: { ratioFromBytes: 1_000_000 } }],
      [bomb, { limits: { maxTotalBytes: 1_000_000 } }],
      [bomb, { limits: { maxPartBytes: 1_000_000 } }],
      [bomb, { limits: { maxHeldBytes: 1_000_000 } }],
      [gzipSync(Buffer.alloc(4_000_000)), { limits: { ratioFromBytes: 1_000_000 } }],
    ];
    for (const [bytes, options] of cases) {
      expect((await walk(bytes, options)).unexamined).toContainEqual(
        expect.objectContaining({ reason: 'limit-exceeded' }),
      );
    }
    expect((await walk(many, { timeLimitMs: 0 })).isOutOfTime).toBe(true);
  });

  it('ends at its bound of parts in an archive of 300,000 entries and a mail of a million parts', async () => {
    const head = 'From: a@b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n';
    const mail = Buffer.from(`${head}${'--b\r\n\r\n'.repeat(1_000_000)}--b--\r\n`);
    for (const [bytes, objectType] of [
      [buildEmptyEntries(300_000), 'file'],
      [mail, 'email'],
    ] as const) {
      const { unexamined, partCount } = await walk(bytes, { objectType, timeLimitMs: 600_000 });
      expect(unexamined).toEqual([
        { reason: 'limit-exceeded', path: [], part: 0, within: [], limit: 'maxParts' },
      ]);
      expect(partCount).toBe(1);
    }
  });

  it('takes 100,000 empty entries for what they are: no parts', async () => {
    expect(await walk(buildEmptyEntries(100_000), { timeLimitMs: 600_000 })).toMatchObject({
      partCount: 1,
      unexamined: [],
    });
  });

  it('counts parts by the boundaries a mail declares, and by nothing that only looks so', async () => {
    const report = await walk(buildMail([], '-- a comment in SQL\r\n'.repeat(20_000)));
    expect(report.unexamined).toEqual([]);
  });

  it('goes on behind a bomb', async () => {
    const bomb = { name: 'bomb.zip', bytes: buildZip([{ name: 'zeros', bytes: Buffer.alloc(4_000_000) }]) };
    const report = await walk(buildMail([bomb, needleFile]), { limits: { ratioFromBytes: 1_000_000 } });
    expect(report.found).toEqual(['needle.txt']);
    expect(report.unexamined).toEqual([
      { reason: 'limit-exceeded', path: ['bomb.zip'], part: 2, within: [0], limit: 'maxRatio' },
    ]);
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
      { name: 'sealed.zip', bytes: fixture('encrypted zip') },
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
    const sealed = buildMail([needleFile, { name: 'a', bytes: fixture('encrypted zip') }]);
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

describe('an encrypted archive in a mail', () => {
  const sealed = { name: 'a.zip', bytes: fixture('encrypted zip') };

  it('is opened with the word that the mail announces, and that is counted', async () => {
    const mail = buildMail([sealed], 'The password is: secret.');
    const seen = await walk(mail, { objectType: 'email' });
    expect(seen.found).toEqual(['a.zip > needle.txt']);
    expect(seen).toMatchObject({ unexamined: [], unsealedCount: 1 });
  });

  it('is opened with a word of the mail around the mail it is in', async () => {
    const inner = { name: 'inner.eml', bytes: buildMail([sealed], 'no word') };
    const seen = await walk(buildMail([inner], 'pw: secret'), { objectType: 'email' });
    expect(seen.found).toEqual(['inner.eml > a.zip > needle.txt']);
  });

  it('is not opened with a word of another mail', async () => {
    const other = { name: 'other.eml', bytes: buildMail([], 'password: secret') };
    const inner = { name: 'inner.eml', bytes: buildMail([sealed], 'no word') };
    const seen = await walk(buildMail([other, inner], 'no word'), { objectType: 'email' });
    expect(seen.found).toEqual([]);
    expect(seen).toMatchObject({ unexamined: [{ reason: 'encrypted' }], unsealedCount: 0 });
  });
});

it('names every reason there is, also of what it counts and does not list', async () => {
  const cut = Array.from({ length: 120 }, (_, n) => ({
    name: `${n}.gz`,
    bytes: gzipSync(randomBytes(60)).subarray(0, 40),
  }));
  const seen = await walk(buildTar([...cut, { name: 'z.zip', bytes: fixture('encrypted zip') }]));
  expect(seen.unexaminedTotal).toBe(121);
  expect(new Set(seen.unexamined.map(({ reason }) => reason))).toEqual(new Set(['damaged']));
  expect(seen.unexaminedReasons).toEqual(['damaged', 'encrypted']);
});

describe('plainTypeOf', () => {
  const tar = buildTar([needleFile]);
  const zip = buildZip([needleFile]);
  const mail = buildMail([needleFile]);
  const objects = [
    ...[
      Buffer.alloc(0),
      needle,
      // Of no kind, and nothing that chance could make of it.
      Buffer.from(Array.from({ length: 10_000 }, (_, at) => (at * 7) % 251)),
      Buffer.from('%PDF-1.7\n'),
      Buffer.from('<html>'),
      tar,
      zip,
      mail,
    ],
    ...[gzipSync(needle), Buffer.concat([Buffer.from('MZ'), zip]), fixture('7z'), fixture('encrypted zip')],
    ...[
      Buffer.from('From a@b Mon\nFrom: a\nTo: b\nSubject: c\n\nx'),
      Buffer.from('PK\x03\x04'),
      Buffer.from('BZh9'),
    ],
  ];
  const cases = objects.flatMap((bytes) => [[bytes, 'file'] as const, [bytes, 'email'] as const]);

  it('says what a walk says, of objects alone that have nothing to open', async () => {
    let plain = 0;
    for (const [bytes, objectType] of cases) {
      const type = plainTypeOf(bytes, objectType);
      if (type === null) continue;
      plain += 1;
      expect(await walk(bytes, { objectType })).toEqual({
        detectedType: type,
        mail: null,
        partCount: 1,
        streams: { count: 0, totalBytes: 0, largestBytes: 0 },
        unexamined: [],
        unexaminedTotal: 0,
        unexaminedReasons: [],
        unsealedCount: 0,
        isCovered: false,
        isOutOfTime: false,
        paths: [''],
        found: bytes === needle ? [''] : [],
      });
    }
    expect(plain).toBe(5);
  });

  it('leaves every object with something to open, and all mail, to the walk', () => {
    const opened = [
      tar,
      zip,
      mail,
      gzipSync(needle),
      fixture('encrypted zip'),
      Buffer.concat([Buffer.from('MZ'), zip]),
    ];
    for (const bytes of opened) expect(plainTypeOf(bytes, 'file')).toBeNull();
    for (const bytes of objects) expect(plainTypeOf(bytes, 'email')).toBeNull();
  });
});
