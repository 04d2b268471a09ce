import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRuleFiles } from './read-rule-files.js';

describe('readRuleFiles', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rules-'));
  beforeAll(() => {
    mkdirSync(path.join(folder, 'deep'));
    mkdirSync(path.join(folder, '.git'));
    mkdirSync(path.join(folder, 'folder.yar'));
    for (const name of ['b.yar', 'a.YARA', 'deep/c.yara', '.git/x.yar', '.hidden.yar', 'notes.txt'])
      writeFileSync(path.join(folder, name), `// ${name}`);
    symlinkSync('/nowhere', path.join(folder, 'gone.yar'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads rule files in a fixed order and names those it cannot read', () => {
    const { files, problems } = readRuleFiles(folder);
    expect(files.map((file) => file.name)).toEqual(['a.YARA', 'b.yar', 'deep/c.yara']);
    expect(files[2]?.text).toBe('// deep/c.yara');
    expect(problems).toEqual(['folder.yar: is not a file', 'gone.yar: cannot be read: ENOENT']);
  });

  it('tells when there is no folder', () => {
    expect(readRuleFiles('/nowhere/at/all')).toEqual({
      files: [],
      problems: ['the rules folder cannot be read: ENOENT'],
    });
  });
});
