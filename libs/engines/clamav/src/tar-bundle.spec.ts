import { describe, expect, it } from 'vitest';
import { tarBundle } from './tar-bundle.js';

describe('a bundle of contents', () => {
  it('begins the same whatever is in it, as far as its kind is told by', () => {
    const [one, other] = [
      tarBundle([Buffer.from('<html>'.repeat(500))]),
      tarBundle([Buffer.from('EFI PART'), Buffer.alloc(9)]),
    ];
    expect(one.subarray(0, 1024).equals(other.subarray(0, 1024))).toBe(true);
  });

  it('holds every content at a whole block, and ends as a tar does', () => {
    const contents = [1, 511, 512, 513].map((size) => Buffer.alloc(size, size));
    const bundle = tarBundle(contents);
    let at = 512 + 1024;
    for (const content of contents) {
      expect(Number.parseInt(bundle.toString('latin1', at + 124, at + 135), 8)).toBe(content.length);
      expect(bundle.subarray(at + 512, at + 512 + content.length).equals(content)).toBe(true);
      at += 512 + Math.ceil(content.length / 512) * 512;
    }
    expect(bundle.subarray(at).equals(Buffer.alloc(1024))).toBe(true);
  });
});
