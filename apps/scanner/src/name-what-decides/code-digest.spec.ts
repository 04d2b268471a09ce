import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestCode } from './code-digest.js';

const code = [
  'package.json',
  'apps/scanner/dist/main.js',
  'apps/scanner/dist/inspect-object/inspector-child.js',
  'libs/containers/dist/index.js',
  'libs/engines/yara/dist/yara.wasm',
];
let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'code-'));
  for (const file of code) await put(file, '1');
});
afterEach(() => rm(root, { recursive: true }));

async function put(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), text);
}
const digest = (of = root) => digestCode(path.join(of, 'apps/scanner/dist'));

describe('the digest of the build', () => {
  it('is the same for the same code, wherever it stands', async () => {
    const elsewhere = path.join(root, 'other');
    for (const file of ['package.json', 'apps', 'libs'])
      await cp(path.join(root, file), path.join(elsewhere, file), { recursive: true });
    expect(await digest(elsewhere)).toBe(await digest());
  });

  it.each(code)('is another one with another %s', async (file) => {
    const before = await digest();
    await put(file, '2');
    expect(await digest()).not.toBe(before);
    await rm(path.join(root, file));
    expect(await digest()).not.toBe(before);
  });

  it('is another one with one file more, and the same with what is no code', async () => {
    const before = await digest();
    await put('libs/containers/dist/index.js.map', '1');
    await put('libs/containers/src/index.ts', '1');
    expect(await digest()).toBe(before);
    await put('libs/containers/dist/more.js', '');
    expect(await digest()).not.toBe(before);
  });

  it('is none where not all of it can be read', async () => {
    await rm(path.join(root, 'package.json'));
    expect(await digest()).toBeNull();
    await put('package.json', '1');
    await rm(path.join(root, 'apps/scanner/dist'), { recursive: true });
    expect(await digest()).toBeNull();
  });

  it('is there of what runs here', async () => {
    expect(await digestCode()).toMatch(/^[0-9a-f]{64}$/);
  });
});
