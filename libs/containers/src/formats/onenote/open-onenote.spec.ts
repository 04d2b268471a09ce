import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { lnkDetection } from '../lnk/detect-lnk.js';
import { openLnk } from '../lnk/open-lnk.js';
import { odfManifestDetection } from '../odf/detect-odf.js';
import { openOdfManifest } from '../odf/open-odf.js';
import { onenoteDetection } from './detect-onenote.js';
import { openOnenote } from './open-onenote.js';

const needle = Buffer.from('a needle in a haystack');

describe('openOnenote', () => {
  const section = Buffer.concat([Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'), Buffer.alloc(1008)]);
  const file = (length = needle.length): Buffer =>
    Buffer.concat([
      Buffer.from('e716e3bd65261145a4c48d4d0b7a9eac', 'hex'),
      Buffer.from([length, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.alloc(12),
      needle,
    ]);

  it('gives every embedded file, and says when one is cut', async () => {
    const bytes = Buffer.concat([section, file(), file()]);
    expect(onenoteDetection.detect(bytes)?.isCertain).toBe(true);
    const { parts, unexamined } = await openAll(openOnenote, bytes);
    expect(parts.map((part) => part.bytes.toString())).toEqual([needle.toString(), needle.toString()]);
    expect(unexamined).toEqual([]);
    const cut = await openAll(openOnenote, Buffer.concat([section, file(99)]));
    expect(cut.unexamined).toMatchObject([{ reason: 'damaged' }]);
    expect(await openAll(openOnenote, section)).toMatchObject({ isEmpty: true, unexamined: [] });
    const random = randomFrom(12);
    for (let count = 0; count < 300; count += 1) await openAll(openOnenote, mutate(bytes, random));
  });
});

describe('openLnk', () => {
  const head = Buffer.concat([
    Buffer.from('4c0000000114020000000000c000000000000046', 'hex'),
    Buffer.from([0xa0, 0, 0, 0]),
    Buffer.alloc(52),
  ]);
  const texts = Buffer.concat([Buffer.from([needle.length, 0]), Buffer.from(needle.toString(), 'utf16le')]);

  it('gives its texts, and what stands behind its end', async () => {
    const bytes = Buffer.concat([head, texts, Buffer.alloc(4), needle]);
    expect(lnkDetection.detect(bytes)?.isCertain).toBe(true);
    const { parts, unexamined } = await openAll(openLnk, bytes);
    expect(parts.map((part) => [part.role, part.bytes.toString()])).toEqual([
      ['stream', needle.toString()],
      ['file', needle.toString()],
    ]);
    expect(unexamined).toEqual([]);
    const cut = await openAll(openLnk, Buffer.concat([head, texts]).subarray(0, 100));
    expect(cut.unexamined).toMatchObject([{ reason: 'damaged' }]);
    const random = randomFrom(13);
    for (let count = 0; count < 300; count += 1) {
      const changed = mutate(bytes, random);
      if (lnkDetection.detect(changed) !== null) await openAll(openLnk, changed);
    }
  });
});

describe('openOdfManifest', () => {
  const manifest = (entry: string): Buffer =>
    Buffer.from(
      `<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">${entry}</manifest:manifest>`,
    );

  it('says encrypted where an entry is, and knows no other manifest', async () => {
    expect(odfManifestDetection.detect(manifest('<manifest:encryption-data/>'))?.isCertain).toBe(true);
    expect(odfManifestDetection.detect(manifest('<manifest:file-entry/>'))).toBeNull();
    expect((await openAll(openOdfManifest, Buffer.alloc(0))).unexamined).toMatchObject([
      { reason: 'encrypted' },
    ]);
  });
});
