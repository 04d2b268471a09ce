import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { encodeReply } from './encode-reply.js';

const encode = (lines: readonly string[]): string =>
  encodeReply({ code: 550, enhancedCode: '5.7.1', lines }).toString('latin1');

describe('encodeReply', () => {
  it('puts the codes before each line, and a dash behind all but the last', () =>
    expect(encode(['one', 'two'])).toBe('550-5.7.1 one\r\n550 5.7.1 two\0'));
  it('doubles percent signs', () => expect(encode(['100%'])).toBe('550 5.7.1 100%%\0'));
  it('has a line without lines', () => expect(encode([])).toBe('550 5.7.1 \0'));
  it('lets no text end its line, whatever it holds', () => {
    const property = fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 50 }), (lines) => {
      const sent = encode(lines);
      expect(sent).toMatch(/^(550-5\.7\.1 [\x20-\x7e]*\r\n)*550 5\.7\.1 [\x20-\x7e]*\0$/);
      expect(sent.split('\r\n').length).toBeLessThanOrEqual(32);
    });
    fc.assert(property);
  });
  it('cuts a line that SMTP has no room for', () =>
    expect(encode(['x'.repeat(5000)]).length).toBeLessThan(512));
  it.each([
    [250, '2.0.0'],
    [550, '4.7.1'],
    [451, '5.7.1'],
    [560, '5.7.1'],
    [550, '5.7'],
  ])('refuses %i with %s', (code, enhancedCode) =>
    expect(() => encodeReply({ code, enhancedCode, lines: [] })).toThrow(/class|code/),
  );
});
