import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { transformFile } from '@swc/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleProgram, programs } from './bundle.mjs';
import { inOneByte } from './one-byte.mjs';

const root = path.resolve(import.meta.dirname, '../..');

describe('the bundles of programs', () => {
  const files = Object.entries(programs).flatMap(([project, names]) =>
    names.map((name) => path.join(root, project, 'dist', name.replace(/\.ts$/, '.js'))),
  );

  it('load nothing one by one but what looks for files of its own, and Node', () => {
    const built = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    const loaded = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;'"]*['"]([^'"]+)['"];$/gm)].map(
        ([, name]) => name ?? '',
      ),
    );
    expect(files.length).toBeGreaterThan(8);
    const others = new Set(loaded.filter((name) => !built.has(name)));
    expect([...others].sort()).toEqual(['@virustotal/yara-x', 'libarchive-wasm']);
  });
});

describe('bundling a program', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-bundle-'));
  const source = path.join(folder, 'src/main.ts');
  const output = path.join(folder, 'dist/main.js');
  const write = (file: string, code: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), code);
  };
  const bundle = (): Promise<boolean> =>
    bundleProgram(source, () =>
      transformFile(source, { configFile: path.join(root, '.swcrc'), sourceMaps: true }),
    );
  const run = (): unknown =>
    JSON.parse(execFileSync(process.execPath, ['--enable-source-maps', output], { encoding: 'utf8' }));

  beforeAll(() => {
    write('package.json', '{ "type": "module" }');
    write('dist/deep/one.js', 'export class Same {}\nexport const place = import.meta.dirname;\n');
    write(
      'dist/deep/other.js',
      'export class Same {}\nexport const own = new URL("x", import.meta.url).pathname;\n',
    );
    write(
      'src/main.ts',
      `import * as one from './deep/one.js';
       import * as other from './deep/other.js';
       console.log(JSON.stringify([one.Same.name, other.Same.name, one.place, other.own]));`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps names, and places of files', async () => {
    expect(await bundle()).toBe(true);
    const deep = path.join(folder, 'dist/deep');
    expect(run()).toEqual(['Same', 'Same', deep, path.join(deep, 'x')]);
  });

  it('does it again when a file changed, and only then', async () => {
    expect(await bundle()).toBe(false);
    const soon = new Date(Date.now() + 60_000);
    utimesSync(path.join(folder, 'dist/deep/other.js'), soon, soon);
    expect(await bundle()).toBe(true);
  });

  it('has one byte for each character, the same words, and a source map that fits', async () => {
    const line = `export const words = ['…–é', \`\${'…'}😀\`, /^[…-‰]$/.test('‧'), '\\u2026']; export const at = '………………' + new Error('x').stack;`;
    write('dist/deep/words.js', `/** A word… */\n${line}\n`);
    write(
      'src/main.ts',
      `import { at, words } from './deep/words.js'; console.log(JSON.stringify([...words, '…', at]));`,
    );
    const soon = new Date(Date.now() + 90_000);
    utimesSync(source, soon, soon);
    await bundle();
    const code = readFileSync(output, 'utf8');
    expect(code).not.toMatch(/[^\0-\xff]|A word/);
    const [at, ...words] = (run() as unknown[]).reverse();
    expect(words.reverse()).toEqual(['…–é', '…😀', true, '…', '…']);
    // The column is where the error was made, behind all that takes more room in the bundle.
    expect(at).toContain(`words.js:2:${line.indexOf('new Error') + 1}`);
  });

  it('ends lines where statements end, outside of texts, and keeps its source map', async () => {
    const text = 'a;b;'.repeat(500);
    const steps = Array.from({ length: 200 }, (_, index) => `globalThis.step${index} = ${index};`);
    const lines = [...steps, `export const text = '${text}', at = new Error('x').stack;`];
    write('dist/deep/long.js', lines.join('\n'));
    write(
      'src/main.ts',
      `import * as long from './deep/long.js'; console.log(JSON.stringify([long.text, long.at]));`,
    );
    const soon = new Date(Date.now() + 105_000);
    utimesSync(source, soon, soon);
    await bundle();
    const widths = readFileSync(output, 'utf8')
      .split('\n')
      .map((line) => line.length);
    expect(widths.length).toBeGreaterThan(5);
    expect(widths.filter((width) => width > 1000)).toHaveLength(1);
    expect(run()).toEqual([
      text,
      expect.stringContaining(`long.js:${lines.length}:${(lines.at(-1) ?? '').indexOf('new Error') + 1}`),
    ]);
  });

  it('refuses text that cannot be written so', () => {
    expect(() => inOneByte('String.raw`…`', { mappings: '' })).toThrow('String.raw');
  });

  it('refuses what cannot be found, and leaves nothing half done', async () => {
    write('src/main.ts', `import 'no-such-package';`);
    const soon = new Date(Date.now() + 120_000);
    utimesSync(source, soon, soon);
    await expect(bundle()).rejects.toThrow(/main\.ts cannot be bundled:\n.*no-such-package/);
    expect(existsSync(output)).toBe(false);
  });
});
