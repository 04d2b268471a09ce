import { describe, expect, it } from 'vitest';
import { MailPasswords } from './mail-passwords.js';
import { maxTriesPerContainer } from './password-tries.js';
import { findPasswordWords } from './password-words.js';

const announced = (text: string, isHtml = false) => findPasswordWords(Buffer.from(text), isHtml).announced;
const likely = (text: string) => findPasswordWords(Buffer.from(text), false).likely;

describe('words of a mail that may be a password', () => {
  it.each([
    ['Password: hunter2', 'hunter2'],
    ['The password for the archive is Winter!2026.', 'Winter!2026'],
    ['password=abc', 'abc'],
    ['Das Passwort lautet „Straßenbahn“', 'Straßenbahn'],
    ['Kennwort : 4711', '4711'],
    ['pw: s3cret!', 's3cret!'],
    ['mot de passe : Été2026', 'Été2026'],
    ['Пароль: тайна77', 'тайна77'],
    ['Contraseña - hola', 'hola'],
    ['密码：abc123', 'abc123'],
    ['PASSWORD\r\n\r\n  next-line', 'next-line'],
    ['Archive password is "two"', 'two'],
  ])('%j announces one', (text, word) => expect(announced(text)).toContain(word));

  it('are found in HTML, whatever tags stand between', () =>
    expect(announced('<p>Password:&nbsp;<b>R&amp;D-7</b></p>', true)).toContain('R&D-7'));

  it('keep their last sign too: it may belong to them', () =>
    expect(announced('Password: what?')).toEqual(expect.arrayContaining(['what', 'what?'])));

  it('may only look like it: letters with digits, quotes, odd signs', () => {
    expect(likely('please use  Abc123 or "blue" or x$y today')).toEqual(
      expect.arrayContaining(['Abc123', 'blue', 'x$y']),
    );
    expect(likely('see you on 24.12. at 10:30, https://example.org/a1 or a1@example.org')).toEqual([]);
  });

  it('are few, and read from a bounded piece of text', () => {
    const text = Array.from({ length: 5000 }, (_, n) => `password: w${n}`).join(' ');
    const words = findPasswordWords(Buffer.from(text), false);
    expect(words.announced.length).toBeLessThanOrEqual(12);
    expect(words.likely.length).toBeLessThanOrEqual(12);
    expect(announced(`${'x '.repeat(40_000)}password: late`)).toEqual([]);
  });
});

describe('what is tried on a container', () => {
  const usual = ['infected', 'virus'];

  it('is what its own mails announce, the nearest first, then the usual, then what only looks like one', () => {
    const mails = new MailPasswords();
    mails.learn(0, Buffer.from('password: outer and Maybe1'), false);
    mails.learn(4, Buffer.from('password: inner'), false);
    mails.learn(9, Buffer.from('password: elsewhere'), false);
    expect(mails.toTry([0, 4], { usual })).toEqual(['inner', 'outer', 'infected', 'virus', 'Maybe1']);
    expect(mails.toTry([], { usual })).toEqual(usual);
  });

  it('is no more than a container may be tried with, and nothing twice', () => {
    const mails = new MailPasswords();
    mails.learn(0, Buffer.from(Array.from({ length: 40 }, (_, n) => `a${n}b`).join(' ')), false);
    mails.learn(0, Buffer.from('password: infected'), false);
    const all = mails.toTry([0], {
      given: ['given'],
      usual: [...usual, ...Array.from({ length: 18 }, (_, n) => `u${n}`)],
    });
    expect(all).toHaveLength(maxTriesPerContainer);
    expect(new Set(all).size).toBe(all.length);
    expect(all.slice(0, 3)).toEqual(['given', 'infected', 'virus']);
  });
});
