import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, envBoolean, envInteger, envList, readConfig } from './read-config.js';

const schema = z.object({ SECRET: z.string(), PORT: envInteger(1, 65535).default(80) });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('readConfig', () => {
  it('reads a secret from the file that NAME_FILE names, without its newline', () => {
    const file = path.join(folder, 'secret');
    writeFileSync(file, 'hush\n');
    expect(readConfig(schema, { SECRET_FILE: file })).toEqual({ SECRET: 'hush', PORT: 80 });
  });
  it('names each missing or wrong variable on a line of its own', () => {
    expect(() => readConfig(schema, { PORT: '70000' })).toThrow(ConfigError);
    expect(() => readConfig(schema, { PORT: '70000' })).toThrow(/SECRET is not set.*\nPORT is wrong/);
  });
  it('says which file it cannot read', () => {
    expect(() => readConfig(schema, { SECRET_FILE: path.join(folder, 'gone') })).toThrow(
      /SECRET_FILE: cannot read .*gone/,
    );
  });
  it('treats an empty variable as not set', () => {
    expect(readConfig(schema, { SECRET: 'x', PORT: '' }).PORT).toBe(80);
  });
});

describe('variables', () => {
  it('read lists without blanks and empty items', () =>
    expect(envList().parse(' a, ,b,')).toEqual(['a', 'b']));
  it.each([
    ['true', true],
    ['0', false],
  ])('read %s as %s', (text, value) => expect(envBoolean().parse(text)).toBe(value));
  it('refuse a word that is no truth value', () => expect(() => envBoolean().parse('maybe')).toThrow());
});
