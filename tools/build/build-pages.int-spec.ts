import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPages } from './build-pages.mjs';

const root = mkdtempSync(path.join(tmpdir(), 'pages-'));
const pages = path.join(root, 'apps/console-web');
const put = (name: string, text: string) => writeFileSync(path.join(pages, name), text);
const laterOf = (name: string) => {
  const later = new Date(Date.now() + 60_000);
  utimesSync(path.join(pages, name), later, later);
};

describe('the pages', () => {
  afterAll(() => {
    // Other suites of this worker are specs.
    process.env['NODE_ENV'] = 'test';
    rmSync(root, { recursive: true, force: true });
  });

  it('are built for users whoever builds them, and only when a file of theirs is newer', async () => {
    mkdirSync(path.join(pages, 'src'), { recursive: true });
    mkdirSync(path.join(pages, 'public'));
    writeFileSync(path.join(root, 'package-lock.json'), '{}');
    put('vite.config.mjs', `export default { root: ${JSON.stringify(pages)} };`);
    put('index.html', '<script type="module" src="/src/main.js"></script>');
    put('src/main.js', `document.title = process.env.NODE_ENV === 'production' ? 'users' : 'developers';`);
    expect(process.env['NODE_ENV']).toBe('test');
    expect(await buildPages(root)).toBe(true);
    const assets = path.join(pages, 'dist/assets');
    const script = readFileSync(path.join(assets, readdirSync(assets)[0] ?? ''), 'utf8');
    expect(script).toContain('users');
    expect(script).not.toContain('developers');
    expect(await buildPages(root)).toBe(false);
    for (const name of ['src/one.spec.ts', 'src/two.probe.ts']) {
      put(name, '');
      laterOf(name);
    }
    laterOf('src');
    expect(await buildPages(root)).toBe(false);
    laterOf('src/main.js');
    expect(await buildPages(root)).toBe(true);
  });
});
