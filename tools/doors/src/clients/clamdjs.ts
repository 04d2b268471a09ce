import { createRequire } from 'node:module';
import path from 'node:path';
import type { DoorClient } from '../door-client.js';
import { npmPackages } from '../packages/npm-package.js';
import { sampleFile } from '../samples.js';

interface Clamdjs {
  createScanner(
    host: string,
    port: number,
  ): { scanBuffer(bytes: Buffer, timeoutMs: number, chunkBytes: number): Promise<string> };
  isCleanReply(reply: string): boolean;
}

const version = '1.0.2';

/** npm's clamdjs, by host and port alone. */
export const clamdjs: DoorClient = {
  name: 'clamdjs',
  title: 'npm clamdjs',
  packages: [],
  expected: { clean: 'passed', infected: 'blocked', encrypted: 'blocked', away: 'blocked' },
  async start(arena) {
    const folder = await npmPackages(arena.cache, 'clamdjs', { clamdjs: version });
    const { createScanner, isCleanReply } = createRequire(path.join(folder, 'package.json'))(
      'clamdjs',
    ) as Clamdjs;
    const scanner = createScanner('127.0.0.1', arena.ports.clamd);
    return {
      version,
      async meet(occasion) {
        const { bytes } = sampleFile('clamdjs', occasion);
        return isCleanReply(await scanner.scanBuffer(bytes, 120_000, 64 * 1024)) ? 'passed' : 'blocked';
      },
      stop: () => Promise.resolve(),
    };
  },
};
