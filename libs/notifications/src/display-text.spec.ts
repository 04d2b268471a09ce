import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { displayText, oneLine } from './display-text.js';

describe('displayText', () => {
  it.each([
    ['see https://evil.example.com/a?b=c.d now', 'see hxxps://evil[.]example[.]com/a?b=c.d now'],
    ['HTTP://10.0.0.1:80/x', 'hxxp://10[.]0[.]0[.]1:80/x'],
    ['ftp://a.example', 'fxp://a[.]example'],
    ['file://server.example/share', 'x-file://server[.]example/share'],
    ['www.evil.example', 'www[.]evil.example'],
    ['evil.example/login', 'evil[.]example/login'],
    ['invoice.pdf.exe', 'invoice.pdf.exe'],
    ['anna@example.org', 'anna@example.org'],
  ])('makes no link of %j', (text, shown) => {
    expect(displayText(text)).toBe(shown);
  });

  it.each([
    ['hello @all', 'hello @\u200ball'],
    ['<!channel> x', '<\u200b!channel> x'],
    ['<@U123>', '<\u200b@\u200bU123>'],
  ])('calls no one with %j', (text, shown) => {
    expect(displayText(text)).toBe(shown);
  });

  it('hides nothing and turns nothing around', () => {
    expect(displayText('cod\u202egpj.exe')).toBe('codgpj.exe');
    expect(displayText('a\u200bb\u00adc')).toBe('abc');
  });

  it('is one line without control characters, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const shown = displayText(text);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        expect(shown).not.toMatch(/https?:\/\//i);
      }),
    );
  });

  it('takes time in proportion to long texts made to be slow', () => {
    const texts = ['a-'.repeat(5000), 'a.'.repeat(5000), '://'.repeat(4000), '@'.repeat(5000)];
    expect(texts.map((text) => displayText(text).length > 0)).toEqual([true, true, true, true]);
  });
});

describe('oneLine', () => {
  it('cuts between characters and says so', () => {
    expect(oneLine('😀😀😀😀', 3)).toBe('😀😀…');
    expect(oneLine('abc', 3)).toBe('abc');
  });
});
