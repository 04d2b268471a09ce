import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encryptedZip, zipBytes } from './encrypted-zip.js';
import { checksum } from './zip-cipher.js';

/** bsdtar, which the launcher installs anyway, stands for the tools operators have. */
const extract = (file: string, password: string): Promise<{ text: string; isFine: boolean }> =>
  new Promise((resolve) => {
    execFile('bsdtar', ['-xOf', file, '--passphrase', password], (error, text) =>
      resolve({ text, isFine: error === null }),
    );
  });

describe('an archive for a dangerous object', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-zip-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const make = async (content: string): Promise<{ file: string; bytes: Buffer; expected: number }> => {
    const plain = Buffer.from(content);
    const entry = { name: 'a.bin', sizeBytes: plain.length, crc: checksum(plain), password: 'infected' };
    const chunks: Buffer[] = [];
    const source = (async function* () {
      for (let at = 0; at < plain.length; at += 7) yield plain.subarray(at, at + 7);
    })();
    for await (const chunk of encryptedZip(entry, source)) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const file = path.join(folder, `${plain.length}.zip`);
    await writeFile(file, bytes);
    return { file, bytes, expected: zipBytes(entry) };
  };

  it.each(['', 'one', 'a longer text '.repeat(1000)])(
    'opens with its password and holds every byte',
    async (text) => {
      const { file, bytes, expected } = await make(text);
      expect(bytes).toHaveLength(expected);
      expect(await extract(file, 'infected')).toEqual({ text, isFine: true });
    },
  );

  it('does not open with another, and shows nothing of the content', async () => {
    const { file, bytes } = await make('a text to be found');
    expect((await extract(file, 'clean')).isFine).toBe(false);
    expect(bytes.includes('found')).toBe(false);
  });
});
