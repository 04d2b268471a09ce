import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryRoot } from './repository.js';
import { type Ending, runScript } from './testing/run-script.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-advisories-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

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
    runScript(path.join(folder, 'deploy/check-advisories.mjs'), {
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
