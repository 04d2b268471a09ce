import { crc32, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { largePage } from './limit-samples.js';

const localHeaderBytes = 30;

describe('a large page', () => {
  it.each([1000, 256 * 1024 + 300, 3_000_001])(
    'has %i bytes, the last of them its end',
    async (sizeBytes) => {
      const zip = await largePage(sizeBytes);
      const [checksum, packedBytes, size, nameBytes] = [
        zip.readUInt32LE(14),
        zip.readUInt32LE(18),
        zip.readUInt32LE(22),
        zip.readUInt16LE(26),
      ];
      const begin = localHeaderBytes + nameBytes;
      const page = inflateRawSync(zip.subarray(begin, begin + packedBytes));
      expect([page.length, size]).toEqual([sizeBytes, sizeBytes]);
      expect(crc32(page)).toBe(checksum);
      expect(page.toString('latin1')).toMatch(/^<html><body> *<a href="data:[^"]+">x<\/a><\/body><\/html>$/);
      expect(zip.length).toBeLessThan(sizeBytes / 100 + 1000);
    },
  );
});
