import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { cleanName, cleanText } from './clean-text.js';

describe('cleanText', () => {
  it('is at most 1 KiB of well-formed text without control characters, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
        const cleaned = cleanText(text);
        expect(Buffer.byteLength(cleaned)).toBeLessThanOrEqual(1024);
        expect(cleaned.isWellFormed()).toBe(true);
        expect(cleaned).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('replaces NUL and lone surrogates', () => {
    expect(cleanText('a\u0000b\ud800c')).toBe('a b\ufffdc');
  });

  it('cuts between code points', () => {
    expect(cleanText('é'.repeat(600), 5)).toBe('éé');
  });

  it('keeps ordinary text as it is', () => {
    expect(cleanText('Rechnung № 5 – 発票.pdf')).toBe('Rechnung № 5 – 発票.pdf');
  });
});

describe('cleanName', () => {
  it('removes characters that reorder or hide text', () => {
    expect(cleanName('exe.\u202efdp\u200b')).toBe('exe.fdp');
  });

  it('is at most 64 characters', () => {
    expect([...cleanName('😀'.repeat(100))]).toHaveLength(64);
  });
});
