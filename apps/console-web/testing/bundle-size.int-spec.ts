import { beforeAll, describe, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const dist = path.resolve(import.meta.dirname, '../dist');
const largestScriptBytes = 250_000;

/** The scripts a page needs before it shows anything: what it names, and what those import at once. */
async function scriptsOf(entries: readonly string[]): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const waiting = [...entries];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    const content = await readFile(path.join(dist, 'assets', name));
    found.set(name, content);
    const imports = content.toString('utf8').matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g);
    waiting.push(...[...imports].map(([, imported = '']) => imported));
  }
  return found;
}

describe('the built pages', () => {
  let html: string;
  beforeAll(async () => {
    html = await readFile(path.join(dist, 'index.html'), 'utf8');
  });

  it('have neither script nor style in the page, and nothing from elsewhere', () => {
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
    expect(html).not.toMatch(/<style|style="|https?:\/\//);
  });

  it.each([
    ['the sign-in', []],
    ['External systems', ['external-systems-page']],
    ['the alerts', ['alerts-page']],
  ])('load less than 250 KB of compressed script for %s', async (_name, pages) => {
    const index = await readFile(path.join(dist, 'index.html'), 'utf8');
    const entry = /src="\/assets\/([^"]+\.js)"/.exec(index)?.[1] ?? '';
    const code = await readFile(path.join(dist, 'assets', entry), 'utf8');
    const lazy = pages.map(
      (page) => new RegExp(`(${page}-[\\w-]+\\.js)`).exec(code)?.[1] ?? `${page} is missing`,
    );
    const scripts = [...(await scriptsOf([entry, ...lazy])).values()];
    const sum = (compress: (content: Buffer) => Buffer) =>
      scripts.reduce((total, content) => total + compress(content).length, 0);
    expect(sum((content) => gzipSync(content))).toBeLessThan(largestScriptBytes);
    expect(sum((content) => brotliCompressSync(content))).toBeLessThan(largestScriptBytes);
  });
});
