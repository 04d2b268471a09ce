import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildMail, buildTar, buildZip } from './testing/build-containers.js';
import { buildEmptyEntries } from './testing/build-empty-entries.js';
import { needle, needleFile, walk } from './testing/walk-for-needle.js';
import type { WalkOptions } from './walk-object.js';

describe('walkObject, at its bounds,', () => {
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

  it('goes on behind a bomb', async () => {
    const bomb = { name: 'bomb.zip', bytes: buildZip([{ name: 'zeros', bytes: Buffer.alloc(4_000_000) }]) };
    const report = await walk(buildMail([bomb, needleFile]), { limits: { ratioFromBytes: 1_000_000 } });
    expect(report.found).toEqual(['needle.txt']);
    expect(report.unexamined).toEqual([
      { reason: 'limit-exceeded', path: ['bomb.zip'], part: 2, within: [0], limit: 'maxRatio' },
    ]);
  });
});
