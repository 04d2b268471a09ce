import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkObject } from '@sluice/containers';
import { buildMail, buildPlainZip, buildTar, type PlainEntry } from '@sluice/containers/testing';
import { eicarTestFile } from '@sluice/engine-clamav';
import { StartedClamav } from '@sluice/engine-clamav/testing';

const eicar = eicarTestFile();
/** What may be in a zip, with the test file in it. */
const needles = [
  eicar,
  eicar,
  gzipSync(eicar),
  buildTar([{ name: 'eicar.com', bytes: eicar }]),
  buildMail([{ name: 'eicar.com', bytes: eicar }]),
  buildPlainZip([{ name: 'eicar.com', bytes: eicar }]).bytes,
] as const;
const beginnings: readonly (readonly string[])[] = [
  [],
  ['[Content_Types].xml', '_rels/.rels', 'word/document.xml'],
  ['[Content_Types].xml', 'xl/workbook.xml'],
  ['[Content_Types].xml', '_rels/.rels', 'docProps/app.xml', 'ppt/slides/slide1.xml'],
  ['mimetype', 'META-INF/manifest.xml', 'content.xml'],
  ['META-INF/', 'META-INF/MANIFEST.MF', 'a/B.class'],
  ['mimetype', 'META-INF/container.xml', 'OEBPS/a.xhtml'],
];
const times = Buffer.from([0x55, 0x54, 5, 0, 1, 1, 2, 3, 4]);

/** Drawn by a counter, so that a failing one can be made again. */
function drawing(seed: number) {
  let state = (seed + 1) * 2654435761;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = <One>(choices: readonly One[]): One => choices[next(choices.length)] as One;
  return { next, pick };
}

/** Everything that may differ between two plain zips. */
function plainZip(seed: number): Buffer {
  const { next, pick } = drawing(seed);
  const contents = [
    () => Buffer.from('some text. '.repeat(1 + next(400))),
    () => Buffer.from(Array.from({ length: 1 + next(9000) }, () => next(256))),
    () => Buffer.from(`<?xml version="1.0"?><a>${'<b/>'.repeat(next(900))}</a>`),
    () => Buffer.from(`<html><body><p>${'text '.repeat(next(900))}</body></html>`),
    () => Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(next(5000), 'x')]),
    () => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(next(5000), 7)]),
  ];
  const entry = (name: string, bytes: Buffer): PlainEntry => {
    if (name.endsWith('/')) return { name, bytes: Buffer.alloc(0), isStored: true };
    // As it stands it would make the zip no plain one.
    const hasMark = bytes.includes('PK') || bytes.includes('ustar');
    const isStored = !hasMark && pick([true, false, false]);
    return {
      name,
      bytes,
      isStored,
      level: hasMark ? 6 : next(10),
      flags: pick([0, 0x2, 0x4, 0x6, 0x800]),
      hasDescriptor: !isStored && pick([true, false]),
      version: pick([10, 20]),
      ...pick([{}, { localExtra: times }, { localExtra: times, directoryExtra: times }]),
    };
  };
  const others = Array.from({ length: seed % 100 === 99 ? 240 : pick([0, 1, 3, 9]) }, (_, index) =>
    entry(
      pick([`${index}.bin`, `a folder/${index} with blanks.txt`, `größe-${index}.html`]),
      pick(contents)(),
    ),
  );
  const named = pick(beginnings).map((name) => entry(name, pick(contents)()));
  const entries = [...named, ...others];
  entries.splice(pick([0, next(entries.length + 1), entries.length]), 0, entry('the needle', pick(needles)));
  return buildPlainZip(entries).bytes;
}

/** Marks that clamd knows other formats by, each in its place (-1: in any). */
const marks: readonly (readonly [number, string])[] = [
  [257, 'ustar'],
  [257, 'ustar  \0'],
  [512, 'EFI PART'],
  [510, '\x55\xaa'],
  [1024, 'H+\0\x04'],
  [1024, 'HX\0\x05'],
  [32768, '\0BEA01'],
  [32768, '\x01CD001'],
  [200, 'ER'],
  [512, 'PM\0\0'],
  ...[
    'Rar!\x1a\x07\0',
    '7z\xbc\xaf\x27\x1c',
    'MSCF\0\0\0\0',
    '\x60\xea\x1e\0\x1e\x0b\x01\0\x02',
    '%PDF-1.4',
    '<html><script>',
    '<IFRAME',
    'MZ'.padEnd(200, '\0') + 'PE\0\0',
    '\xef\xbe\xad\xdeNullsoftInst',
    '\xa3\x48\x4b\xbe\x98\x6c\x4a\xa9\x99\x4c\x53\x0a\x86\xd6\x48\x7dAU3!EA06',
    '\nFrom: a\nMIME-Version: 1.0\nContent-Type: text/plain\n',
    'Delivered-To: a\nReceived: b\n',
    '<xdp:xdp',
    'koly',
    '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
    '\x1f\x8b\x08\0',
    '{\\rtf1',
    'InstallShield\0',
  ].map((mark) => [-1, mark] as const),
];

/** A zip with such a mark in its first file, which stands as it is, and the test file behind it. */
function zipWithMark([at, mark]: readonly [number, string], place: number): Buffer {
  const name = 'first.bin';
  const begins = 30 + name.length;
  const bytes = Buffer.alloc(40_000, 0x2e);
  bytes.write(mark, at < 0 ? place : at - begins, 'latin1');
  return buildPlainZip([
    { name, bytes, isStored: true },
    { name: 'eicar.com', bytes: eicar },
  ]).bytes;
}

describe('a file that the inspector takes for plainly zipped', () => {
  let on: StartedClamav;
  beforeAll(async () => {
    on = await StartedClamav.start();
  });
  afterAll(() => on.stop());

  const isFound = async (bytes: Buffer): Promise<boolean> =>
    (await on.scan(bytes, 60_000)).kind === 'infected';
  /** How the file with the test file in it is packed. */
  const packingsOf = async (bytes: Buffer): Promise<unknown[]> => {
    const packings: unknown[] = [];
    await walkObject(bytes, {
      objectType: 'file',
      timeLimitMs: 60_000,
      onPart: ({ path: labels, packing }) => {
        if (labels.at(-1) === 'the needle') packings.push(packing);
      },
    });
    return packings;
  };

  it('is found by clamd in the zip, in each of 300 that differ', async () => {
    const missed: number[] = [];
    for (let seed = 0; seed < 300; seed += 1) {
      const zip = plainZip(seed);
      expect([seed, await packingsOf(zip)]).toEqual([seed, ['plain-zip']]);
      if (!(await isFound(zip))) missed.push(seed);
    }
    expect(missed).toEqual([]);
    expect(on.engine.opensByItself('plain-zip')).toBe(true);
  });

  it('is found by clamd behind almost as much as may be', async () => {
    const zip = buildPlainZip([
      { name: 'large.bin', bytes: Buffer.alloc(31 * 1024 ** 2, 0x2e), isStored: true },
      { name: 'the needle', bytes: eicar },
    ]).bytes;
    expect(await packingsOf(zip)).toEqual(['plain-zip']);
    expect(await isFound(zip)).toBe(true);
  });

  it.each(marks.map((mark) => [JSON.stringify(mark), mark] as const))(
    'is found by clamd with the mark of another format near it, or is not taken: %s',
    async (_, mark) => {
      for (const place of [0, 100, 3000]) {
        const zip = zipWithMark(mark, place);
        const packings: unknown[] = [];
        await walkObject(zip, {
          objectType: 'file',
          timeLimitMs: 60_000,
          onPart: ({ bytes, packing }) => {
            if (bytes.equals(eicar)) packings.push(packing);
          },
        });
        expect(packings.length).toBeGreaterThan(0);
        if (packings.includes('plain-zip')) expect(await isFound(zip)).toBe(true);
      }
    },
  );
});
