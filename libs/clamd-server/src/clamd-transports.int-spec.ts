import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { createClientCertificate } from '@sluice/tls';
import type { ClamdTls } from './clamd-server.js';
import { ClamdClient, streamOf } from './testing/clamd-client.js';
import { TestClamd } from './testing/serve-clamd.js';

let folder: string;
const running: TestClamd[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-clamd-'));
});
afterEach(async () => {
  for (const clamd of running.splice(0)) await clamd.stop();
  await rm(folder, { recursive: true });
});
const start = async (...options: Parameters<typeof TestClamd.start>): Promise<TestClamd> => {
  const clamd = await TestClamd.start(...options);
  running.push(clamd);
  return clamd;
};
const scan = (client: ClamdClient): Promise<string> =>
  client.say('zINSTREAM\0', streamOf(Buffer.from('bad'))).answer();

describe('a Unix socket', () => {
  const listen = (mode = 0o660) => ({ kind: 'unix' as const, path: path.join(folder, 'clamd.sock'), mode });

  it('serves, with the rights it was given', async () => {
    await start({}, listen(0o600));
    const { mode } = await stat(path.join(folder, 'clamd.sock'));
    expect(mode & 0o777).toBe(0o600);
    expect(await scan(await ClamdClient.connect({ path: path.join(folder, 'clamd.sock') }))).toBe(
      'stream: Test.Bad FOUND\0',
    );
  });

  it('takes the place of one whose process is gone, and of no other', async () => {
    const { spawnSync } = await import('node:child_process');
    const file = path.join(folder, 'clamd.sock');
    spawnSync(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(file)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    expect((await stat(file)).isSocket()).toBe(true);
    await start({}, listen());
    await expect(TestClamd.start({}, listen())).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(await scan(await ClamdClient.connect({ path: file }))).toContain('FOUND');
  });
});

describe('TLS', () => {
  const pair = (commonName: string) => createClientCertificate({ commonName, days: 2 });
  const serve = async (tls: Partial<ClamdTls>): Promise<TestClamd> => {
    const { certPem, keyPem } = await pair('server');
    return start({ tls: { cert: certPem, key: keyPem, ...tls } });
  };

  it('serves anyone when no authorities of clients are given', async () => {
    const clamd = await serve({});
    expect(await scan(await ClamdClient.connectTls(clamd.port, { rejectUnauthorized: false }))).toBe(
      'stream: Test.Bad FOUND\0',
    );
  });

  it('serves only clients with a certificate of the authorities', async () => {
    const [known, stranger] = await Promise.all([pair('known'), pair('stranger')]);
    const clamd = await serve({ clientAuthorities: known.certPem });
    const ask = async (identity: { cert?: string; key?: string }): Promise<string> => {
      try {
        const client = await ClamdClient.connectTls(clamd.port, { rejectUnauthorized: false, ...identity });
        return await scan(client);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(await ask({ cert: known.certPem, key: known.keyPem })).toBe('stream: Test.Bad FOUND\0');
    expect(await ask({ cert: stranger.certPem, key: stranger.keyPem })).not.toContain('FOUND');
    expect(await ask({})).not.toContain('FOUND');
    expect(clamd.scanned).toHaveLength(1);
  });

  it('drops what is no handshake', async () => {
    const clamd = await serve({});
    const client = await ClamdClient.connect({ port: clamd.port });
    expect(await client.say('zPING\0').answer()).not.toContain('PONG');
    await until(() => clamd.server.connections === 0);
  });
});
