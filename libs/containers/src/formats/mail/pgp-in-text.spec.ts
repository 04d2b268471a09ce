import { describe, expect, it } from 'vitest';
import { armorWithin } from './pgp-in-text.js';

const block = '-----BEGIN PGP MESSAGE-----\nVersion: 1\n\nabcd\n-----END PGP MESSAGE-----';
const found = (text: string): string[] =>
  [...armorWithin(Buffer.from(text))].map((bytes) => bytes.toString());
const behind = (front: string): string => `hello\n${block.replaceAll(/^/gm, front)}\nbye\n`;

describe('armorWithin', () => {
  it.each([
    ['behind a text', behind('')],
    ['quoted', behind('> ')],
    ['quoted, without trailing blanks', behind('> ').replace('> \n', '>\n')],
    ['quoted twice', behind('>> ')],
    ['indented', behind('\t  ')],
    ['in a signed text', `hello\n${block.replaceAll(/^-/gm, '- -')}\nbye\n`],
    ['in an element', `<p>hello</p><pre>${block}</pre>`],
  ])('gives a message %s, as it is', (_, text) => {
    expect(found(text)).toEqual([block]);
  });

  it('gives one behind any number of what is none', () => {
    const others = '-----BEGIN PGP SIGNED MESSAGE-----\n'.repeat(3000);
    expect(found(`hello\n${others}${block}\n`)).toEqual([block]);
  });

  it('gives one that is a piece of several', () => {
    const piece = block.replaceAll('MESSAGE', 'MESSAGE, PART 1/2');
    expect(found(`hello\n${piece}\n`)).toEqual([piece]);
  });

  it.each([
    ['signed text', behind('').replaceAll('MESSAGE', 'SIGNED MESSAGE')],
    ['a word in front', behind('so ')],
    ['too many blanks', behind(' '.repeat(20))],
  ])('gives nothing of %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  it('takes time in proportion to the bytes', () => {
    for (const line of [
      '> -----BEGIN PGP MESSAGE-----\n',
      ' -----BEGIN PGP ',
      `${'>'.repeat(15)}-----BEGIN PGP X`,
    ])
      expect(found(line.repeat(100_000)).length).toBeLessThanOrEqual(1000);
  });
});
