import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readRepositoryFile, repositoryRoot } from './repository.js';

interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
function run(file: string, env: Readonly<Record<string, string>>): Promise<Ending> {
  return new Promise((resolve) => {
    execFile(process.execPath, [file], { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-supply-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('npm run pin-images', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const pin = (): Promise<Ending> =>
    run(path.join(folder, 'deploy/pin-images.mjs'), { PATH: `${folder}:${process.env['PATH']}` });
  const environmentFile = (): string => path.join(folder, '.env');
  /** Says what a registry would be said to have. */
  const dockerSays = (script: string): void => {
    writeFileSync(path.join(folder, 'docker'), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, 'docker'), 0o755);
  };
  beforeEach(() => {
    mkdirSync(path.join(folder, 'deploy'));
    for (const file of ['deploy/pin-images.mjs', 'docker-compose.yml'])
      copyFileSync(path.join(repositoryRoot, file), path.join(folder, file));
    writeFileSync(environmentFile(), 'SCANNERS=4\nPOSTGRES_IMAGE=old\n');
  });

  it('writes the digest that was fetched for each image, beside what was there', async () => {
    dockerSays(`echo ${digest}`);
    expect((await pin()).code).toBe(0);
    const lines = readFileSync(environmentFile(), 'utf8').trim().split('\n');
    expect(lines).toContain('SCANNERS=4');
    const images = lines.filter((line) => /^[A-Z]+_IMAGE=/.test(line));
    expect(images.map((line) => line.split('=')[0]).sort()).toEqual([
      ...['CLAMAV_IMAGE', 'HAPROXY_IMAGE', 'NODE_IMAGE', 'POSTGRES_IMAGE', 'RABBITMQ_IMAGE'],
    ]);
    expect(images.filter((line) => !line.endsWith(`@${digest}`))).toEqual([]);
    expect(images.find((line) => line.startsWith('HAPROXY'))).toMatch(/=haproxy:\d+\.\d+\.\d+@/);
  });

  it.each([
    ['no registry answers', 'echo "no such host" >&2; exit 1', /no such host\n.*Nothing was written/],
    ['what comes is no digest', 'echo sha256:abc', /"sha256:abc" is no digest/],
    ['the last image has none', `case "$*" in *clamav*) exit 1;; esac; echo ${digest}`, /clamav/],
  ])('writes nothing when %s', async (_, script, words) => {
    dockerSays(script);
    const { code, stderr } = await pin();
    expect([code, stderr]).toEqual([1, expect.stringMatching(words)]);
    expect(readFileSync(environmentFile(), 'utf8')).toBe('SCANNERS=4\nPOSTGRES_IMAGE=old\n');
  });

  it('is where digests come from: none is in the repository’s own files', () => {
    for (const file of ['docker-compose.yml', 'deploy/image/Dockerfile', '.env.example'])
      expect([file, readRepositoryFile(file)]).toEqual([
        file,
        expect.not.stringMatching(/sha256:[0-9a-f]{8}/),
      ]);
  });
});

describe('npm run advisories', () => {
  let server: Server | undefined;
  afterEach(async () => {
    await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
    server = undefined;
  });
  /** A registry that answers so to the question for advisories; what it was asked. */
  async function registry(status: number, body: unknown): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      request.resume();
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      // npm asks for the versions of what it was warned of, too: there is no other one to change to.
      const name = decodeURIComponent(request.url ?? '').slice(1);
      response.end(JSON.stringify(request.method === 'GET' ? { name, 'dist-tags': {}, versions: {} } : body));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
  }
  /** Of a small lock file: npm takes seconds for the whole one. */
  beforeEach(() => {
    mkdirSync(path.join(folder, 'deploy'));
    copyFileSync(
      path.join(repositoryRoot, 'deploy/check-advisories.mjs'),
      path.join(folder, 'deploy/check-advisories.mjs'),
    );
    const own = { name: 'own', version: '1.0.0', dependencies: { express: '5.3.0' } };
    const packages = { '': own, 'node_modules/express': { version: '5.3.0' } };
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(own));
    writeFileSync(
      path.join(folder, 'package-lock.json'),
      JSON.stringify({ name: 'own', version: '1.0.0', lockfileVersion: 3, packages }),
    );
  });
  const ask = (url: string): Promise<Ending> =>
    run(path.join(folder, 'deploy/check-advisories.mjs'), {
      npm_config_registry: url,
      npm_config_cache: path.join(folder, 'cache'),
      npm_config_fetch_retries: '0',
    });
  const advisory = {
    id: 1,
    url: 'https://example.org/1',
    title: 'a fault',
    severity: 'high',
    vulnerable_versions: '<=999.0.0',
    cwe: [],
    cvss: { score: 0, vectorString: null },
  };

  it('lists what has one, by the lock file, and ends with 1', async () => {
    const { url, asked } = await registry(200, { express: [advisory] });
    const { code, stdout } = await ask(url);
    expect(stdout).toMatch(/^high: express /m);
    expect(code).toBe(1);
    expect(asked).toContain('/-/npm/v1/security/advisories/bulk');
  });

  it('says that there are none, and ends with 0', async () => {
    const { url } = await registry(200, {});
    expect(await ask(url)).toMatchObject({ code: 0, stdout: expect.stringContaining('No advisories') });
  });

  it.each([405, 500])('never takes the answer %i for none: ends with 2', async (status) => {
    const { url } = await registry(status, { error: 'no' });
    const { code, stderr } = await ask(url);
    expect([code, stderr]).toEqual([2, expect.stringContaining('nothing is known of advisories')]);
  });

  it('never takes silence for none: ends with 2', async () => {
    const { url } = await registry(200, {});
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    expect((await ask(url)).code).toBe(2);
  });
});
