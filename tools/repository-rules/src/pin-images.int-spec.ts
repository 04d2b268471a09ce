import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryRoot } from './repository.js';
import { type Ending, runScript } from './testing/run-script.js';
import { indexType, type Manifest, startImageRegistry } from './testing/image-registry.js';

const before = 'SCANNERS=4\nPOSTGRES_IMAGE=old\n';
const digestOf = (body: string): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;
const index = (name: string): Manifest => ({ body: JSON.stringify({ schemaVersion: 2, of: name }) });

let folder: string;
let registry: Awaited<ReturnType<typeof startImageRegistry>>;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-pin-'));
  mkdirSync(path.join(folder, 'deploy'));
  for (const file of ['deploy/pin-images.mjs', 'deploy/fetch-digest.mjs', 'docker-compose.yml'])
    copyFileSync(path.join(repositoryRoot, file), path.join(folder, file));
  writeFileSync(path.join(folder, '.env'), before);
  registry = await startImageRegistry(index);
});
afterEach(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true });
});

const pin = (IMAGE_REGISTRY = registry.url): Promise<Ending> =>
  runScript(path.join(folder, 'deploy/pin-images.mjs'), { IMAGE_REGISTRY });
const environmentFile = (): string => readFileSync(path.join(folder, '.env'), 'utf8');

describe('npm run pin-images', () => {
  it('writes the digest that each image has in the registry, beside what was there', async () => {
    expect(await pin()).toMatchObject({ code: 0, stderr: '' });
    const lines = environmentFile().trim().split('\n');
    expect(lines).toContain('SCANNERS=4');
    const images = new Map(
      lines.filter((line) => /^[A-Z]+_IMAGE=/.test(line)).map((line) => line.split('=') as [string, string]),
    );
    expect([...images.keys()].sort()).toEqual([
      ...['CLAMAV_IMAGE', 'HAPROXY_IMAGE', 'NODE_IMAGE', 'POSTGRES_IMAGE', 'RABBITMQ_IMAGE'],
    ]);
    for (const [, image] of images) {
      const [, name = '', digest] = /^([^:]+):\d+\.\d+[\w.-]*@(.+)$/.exec(image) ?? [];
      const place = name.includes('/') ? name : `library/${name}`;
      expect([image, digest]).toEqual([image, digestOf(index(place).body)]);
    }
    // Of every platform: one line serves all.
    expect(new Set(registry.accepted)).toEqual(new Set([expect.stringContaining(indexType)]));
  });

  it('fetches the token that the registry asks for, for this image and for pulling alone', async () => {
    await pin();
    expect(registry.scopes).toContain('repository:library/postgres:pull');
    expect(registry.scopes.filter((scope) => !/^repository:[\w/-]+:pull$/.test(scope))).toEqual([]);
  });

  const only = (change: Manifest) => (name: string) => (name === 'library/haproxy' ? change : index(name));
  it.each<[string, Manifest, RegExp]>([
    ['has no such tag', { body: '', status: 404 }, /haproxy:\S+: .* has no such image or tag \(404\)/],
    ['wants fewer questions', { body: '', status: 429 }, /429/],
    ['fails', { body: '', status: 503 }, /answered 503/],
    ['names another digest than its bytes have', { body: '{}', digest: digestOf('other') }, /do not use it/],
    ['sends a page', { body: '<html>', type: 'text/html' }, /"text\/html", which is no manifest/],
    ['sends without end', { body: 'x'.repeat(5 * 1024 ** 2) }, /more than 4194304 bytes/],
    ['sends us elsewhere', { body: '', status: 302, location: 'http://192.0.2.1/' }, /does not answer/],
    ['gives no token', { body: '', realm: '/denied' }, /gave no token \(403\)/],
    ['has tokens given over a plain connection', { body: '', realm: 'http://192.0.2.1/t' }, /is not https/],
    ['wants a password', { body: '', challenge: 'Basic realm="x"' }, /wants a login/],
  ])('writes nothing when the registry %s for one image', async (_, change, words) => {
    registry.serve(only(change));
    const { code, stderr } = await pin();
    expect([code, stderr]).toEqual([1, expect.stringMatching(words)]);
    expect(stderr).toContain('Nothing was written');
    expect(environmentFile()).toBe(before);
  });

  it('writes nothing when no registry answers, or over a plain connection that is not this machine’s', async () => {
    await registry.stop();
    expect(await pin()).toMatchObject({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') });
    expect(await pin('http://192.0.2.1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not https'),
    });
    expect(environmentFile()).toBe(before);
  });

  it('is where digests come from: none is in the repository’s own files', () => {
    for (const file of ['docker-compose.yml', 'deploy/image/Dockerfile', '.env.example'])
      expect([file, readRepositoryFile(file)]).toEqual([
        file,
        expect.not.stringMatching(/sha256:[0-9a-f]{8}/),
      ]);
  });
});
