import { describe, expect, it } from 'vitest';
import { archiveSample, archiveSamples } from '../testing/archive-samples.js';
import { type WalkOptions, walkObject } from '../walk-object.js';

const needle = 'a needle in a haystack';

async function walk(bytes: Buffer, options: Partial<WalkOptions> = {}) {
  let isFound = false;
  let partBytes = 0;
  const report = await walkObject(bytes, {
    objectType: 'file',
    timeLimitMs: 120_000,
    ...options,
    onPart: (part) => {
      if (part.number > 0) partBytes += part.bytes.length;
      // Stored archives hold it as it is: only a part of its own counts.
      if (part.number > 0 && part.bytes.toString('latin1', 0, needle.length) === needle) isFound = true;
    },
  });
  return { ...report, isFound, partBytes };
}

const isSealed = (name: string): boolean => /zipcrypto|aes|encrypted/.test(name);
const open = archiveSamples.filter((name) => !isSealed(name));
/** Encrypted by hand, with no real key: no password opens them. */
const withoutKey = ['rar5-encrypted', 'rar4-encrypted-headers'];

describe('archives of every kind', () => {
  it.each(open)('finds the file in %s and holds nothing', async (name) => {
    expect(await walk(archiveSample(name))).toMatchObject({ isFound: true, unexamined: [] });
  });

  it.each(archiveSamples.filter(isSealed))(
    'says encrypted for %s, and opens it with its password',
    async (name) => {
      const sealed = await walk(archiveSample(name), { passwords: ['wrong', 'wrong too'] });
      expect(sealed).toMatchObject({
        isFound: false,
        unexamined: [expect.objectContaining({ reason: 'encrypted' })],
      });
      if (withoutKey.includes(name)) return;
      const opened = await walk(archiveSample(name), { passwords: ['wrong', 'infected'] });
      expect(opened).toMatchObject({ isFound: true, unexamined: [] });
    },
  );

  /** What nothing tells apart from a whole one: no length, no end. */
  const endless = new Set(['compress-Z', 'squashfs', 'dmg']);
  const cuttable = archiveSamples.filter((name) => !/sfx/.test(name) && !endless.has(name));
  it.each(cuttable)('gives what remains of %s when it is cut off, or says so', async (name) => {
    const whole = archiveSample(name);
    for (const share of [0.5, 0.9]) {
      const cut = await walk(whole.subarray(0, Math.floor(whole.length * share)));
      expect(cut.isFound || cut.unexamined.length > 0).toBe(true);
    }
  });
});

/** A repeatable sequence of numbers from 0 to 1 (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutate(bytes: Buffer, next: () => number): Buffer {
  const changed = Buffer.from(bytes);
  for (let count = 1 + Math.floor(next() * 6); count > 0; count -= 1)
    changed[Math.floor(next() * changed.length)] = Math.floor(next() * 256);
  const keep = next() < 0.3 ? Math.floor(next() * changed.length) : changed.length;
  return changed.subarray(0, keep);
}

describe('broken archives', () => {
  const small = archiveSamples.filter((name) => archiveSample(name).length < 10_000);
  it.each(small)('never throw and stay within their bounds: %s', async (name) => {
    const next = numbers(name.length * 1000 + name.charCodeAt(0));
    for (let round = 0; round < 4; round += 1) {
      const limits = { maxTotalBytes: 4_000_000, maxPartBytes: 2_000_000 };
      const { partBytes } = await walk(mutate(archiveSample(name), next), {
        limits,
        passwords: ['infected'],
      });
      // Parts, and views of what belongs to none, are charged before they are kept.
      expect(partBytes).toBeLessThanOrEqual(limits.maxTotalBytes);
    }
  });
});
