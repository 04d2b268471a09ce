import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { plainTypeOf } from './detection.js';
import { buildMail, buildTar, buildZip } from './testing/build-containers.js';
import { madeArchive } from './testing/made-archives.js';
import { needle, needleFile, walk } from './testing/walk-for-needle.js';

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
    ...[
      gzipSync(needle),
      Buffer.concat([Buffer.from('MZ'), zip]),
      madeArchive('7z'),
      madeArchive('encrypted zip'),
    ],
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
      madeArchive('encrypted zip'),
      Buffer.concat([Buffer.from('MZ'), zip]),
    ];
    for (const bytes of opened) expect(plainTypeOf(bytes, 'file')).toBeNull();
    for (const bytes of objects) expect(plainTypeOf(bytes, 'email')).toBeNull();
  });
});
