import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '@sluice/timing';
import { certificateFingerprint, createClientCertificate, ensureKeyPair, watchKeyPair } from './index.js';

let folder: string;
const files = () => ({
  certFile: path.join(folder, 'tls/server.crt'),
  keyFile: path.join(folder, 'tls/server.key'),
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-tls-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('ensureKeyPair', () => {
  it('makes a certificate with DNS and IP names and a key only its owner reads', async () => {
    const pair = await ensureKeyPair({ ...files(), names: ['localhost', '127.0.0.1', '::1'] });
    const certificate = new X509Certificate(pair.certPem);
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(certificate.checkPrivateKey(createPrivateKey(pair.keyPem))).toBe(true);
    expect((await stat(files().keyFile)).mode & 0o777).toBe(0o600);
    expect(certificateFingerprint(pair.certPem)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives every instance sharing the folder the same pair and leaves nothing else behind', async () => {
    const all = await Promise.all(
      Array.from({ length: 12 }, () => ensureKeyPair({ ...files(), names: ['localhost'] })),
    );
    expect(new Set(all.map((pair) => pair.certPem + pair.keyPem)).size).toBe(1);
    expect((await readdir(path.dirname(files().keyFile))).sort()).toEqual(['server.crt', 'server.key']);
  });

  it('finishes what a crash left: a key without a certificate', async () => {
    const first = await ensureKeyPair({ ...files(), names: ['localhost'] });
    await rm(files().certFile);
    const second = await ensureKeyPair({ ...files(), names: ['localhost'] });
    expect(second.keyPem).toBe(first.keyPem);
  });

  it('refuses a certificate without its key, and one of another key', async () => {
    const other = await createClientCertificate({ commonName: 'other', days: 1 });
    await ensureKeyPair({ ...files(), names: ['localhost'] });
    await writeFile(files().keyFile, other.keyPem);
    await expect(ensureKeyPair({ ...files(), names: [] })).rejects.toMatchObject({ code: 'mismatch' });
    await rm(files().keyFile);
    await expect(ensureKeyPair({ ...files(), names: [] })).rejects.toMatchObject({ code: 'key-missing' });
  });
});

describe('watchKeyPair', () => {
  it('tells of a new pair, and not of a half replaced one', async () => {
    const before = await ensureKeyPair({ ...files(), names: ['localhost'] });
    const next = await createClientCertificate({ commonName: 'next', days: 1 });
    // Half of it first; the watcher's own report of the misfit puts the other half in place.
    await writeFile(files().certFile, next.certPem);
    let problems = 0;
    const changed = new Promise<{ certPem: string }>((resolve) => {
      const watch = watchKeyPair(
        files(),
        (pair) => {
          watch.stop();
          resolve(pair);
        },
        {
          current: before,
          intervalMs: 5,
          onProblem: () => {
            problems += 1;
            // At once: a half of it would be another misfit.
            void writeFile(`${files().keyFile}.new`, next.keyPem).then(() =>
              rename(`${files().keyFile}.new`, files().keyFile),
            );
          },
        },
      );
    });
    const pair = await changed;
    expect(pair.certPem).toBe(next.certPem);
    expect(pair.certPem).not.toBe(before.certPem);
    expect(problems).toBe(1);
  });

  it('tells of a pair that takes the place of one it has looked at for long, of the same size', async () => {
    const pairs = await Promise.all(
      ['first', 'other'].map((commonName) => createClientCertificate({ commonName, days: 1 })),
    );
    const put = async (pair: { certPem: string; keyPem: string }) => {
      await mkdir(path.dirname(files().certFile), { recursive: true });
      for (const [file, text] of [
        [files().certFile, pair.certPem],
        [files().keyFile, pair.keyPem],
      ] as const) {
        // As long as the longest: only times and names of files tell them apart.
        await writeFile(`${file}.new`, text.padEnd(4000, '\n'));
        await rename(`${file}.new`, file);
      }
    };
    const [first, other] = pairs as [(typeof pairs)[0], (typeof pairs)[0]];
    await put(first);
    const told: string[] = [];
    let looks = 0;
    const counted = {
      ...files(),
      get certFile() {
        looks += 1;
        return files().certFile;
      },
    };
    const watch = watchKeyPair(counted, (pair) => told.push(pair.certPem.trim()), { intervalMs: 5 });
    for (const pair of [other, first, other]) {
      const before = told.length;
      const looksBefore = looks;
      await until(() => looks > looksBefore + 10);
      await put(pair);
      await until(() => told.length > before);
      expect(told.at(-1)).toBe(pair.certPem.trim());
    }
    watch.stop();
    expect(told).toHaveLength(3);
  });
});
