import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

describe('a scanner', () => {
  beforeAll(() => void execFileSync(process.execPath, ['tools/build/build.mjs'], { cwd: root }));

  it.each([
    [{ CLAMD_URL: 'http://clamd' }, 'CLAMD_URL is wrong: has to be unix:/path or tcp://host:port'],
    [{ SCANNER_SLOTS: '0' }, 'SCANNER_SLOTS is wrong'],
    [{ MANAGEMENT_PORT: '' }, 'MANAGEMENT_PORT is not set'],
  ])('ends at once with one clear line when its configuration is wrong: %j', async (wrong, line) => {
    const env = {
      AMQP_URL: 'amqp://x',
      MANAGEMENT_PORT: '0',
      OBJECT_STORE_URL: 'file:///nowhere',
      ...wrong,
    };
    const child = spawn(process.execPath, ['apps/scanner/dist/main.js'], { cwd: root, env });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(2);
    expect(said).toContain(`scanner: ${line}`);
  });
});
