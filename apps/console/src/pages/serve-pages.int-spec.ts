import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { servePages } from './serve-pages.js';

describe('the pages', () => {
  let folder: string;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-pages-'));
    await mkdir(path.join(folder, 'dist/assets'), { recursive: true });
    await writeFile(
      path.join(folder, 'dist/index.html'),
      '<meta name="style-nonce" nonce="__STYLE_NONCE__"><title>Pages</title>',
    );
    await writeFile(path.join(folder, 'dist/assets/index-a1b2.js'), 'export const one = 1;'.repeat(100));
    await writeFile(path.join(folder, 'dist/color-scheme.js'), '// first');
    await writeFile(path.join(folder, 'secret.js'), 'no');
    const serve = servePages(path.join(folder, 'dist'));
    server = createServer((request, response) =>
      serve(request, response, () => response.writeHead(404).end('next')),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  it.each(['/', '/alerts/12?x=1', '/settings'])('are one page at %s', async (at) => {
    const response = await fetch(url + at);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toContain('<title>Pages</title>');
  });

  it('carry a nonce that their policy names, another one each time', async () => {
    const [one, other] = await Promise.all([fetch(url), fetch(url)]);
    const nonce = /nonce="([^"]+)"/.exec(await one.text())?.[1];
    expect(one.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`);
    expect(other.headers.get('content-security-policy')).not.toContain(`'nonce-${nonce}'`);
    expect(one.headers.get('content-security-policy')).not.toContain('unsafe');
  });

  it('come compressed, with files kept for good because their names change', async () => {
    const response = await fetch(`${url}/assets/index-a1b2.js`, {
      headers: { 'accept-encoding': 'gzip, br' },
    });
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(await response.text()).toContain('export const one');
    const other = await fetch(`${url}/color-scheme.js`);
    expect(other.headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['/assets/index-gone.js', '/api', '/api/nothing'])('leave %s to others', async (at) => {
    expect(await (await fetch(url + at)).text()).toBe('next');
  });

  it.each(['/../secret.js', '/..%2fsecret.js', '/assets/../../secret.js', '/%2e%2e/secret.js'])(
    'never lead out of their folder: %s',
    async (at) => {
      const body = await (await fetch(url + at)).text();
      expect(body).not.toBe('no');
    },
  );
});
