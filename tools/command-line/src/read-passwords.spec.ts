import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPasswords } from './read-passwords.js';

let from: string;
beforeEach(() => {
  from = mkdtempSync(path.join(tmpdir(), 'sluice-passwords-'));
});
afterEach(() => rmSync(from, { recursive: true }));

const read = (text: string): string[] => {
  writeFileSync(path.join(from, 'passwords'), text);
  return readPasswords('passwords', from);
};

describe('passwords of a file', () => {
  it('are its lines, blanks and all', () =>
    expect(read('infected\r\n two words \n\nü\n')).toEqual(['infected', ' two words ', 'ü']));
  it('are none when no file is named', () => expect(readPasswords(undefined, from)).toEqual([]));
  it.each([
    ['holds none', '\n\n', 'no password'],
    ['holds too many', 'p\n'.repeat(21), 'more than 20'],
    ['holds a long one', 'ü'.repeat(129), '256 bytes'],
  ])('are refused when it %s', (_title, text, message) => expect(() => read(text)).toThrow(message));
  it('are refused when there is no such file', () =>
    expect(() => readPasswords('nothing', from)).toThrow('ENOENT'));
});
