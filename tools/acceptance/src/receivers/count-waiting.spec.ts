import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import type * as fsPromises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { countWaiting } from './count-waiting.js';

const hops = vi.hoisted(() => ({ afterReads: (_reads: number): Promise<void> | void => undefined }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fsPromises>();
  let reads = 0;
  const readdir = async (folder: string, options: { recursive: true; withFileTypes: true }) => {
    const found = await real.readdir(folder, options);
    await hops.afterReads((reads = (reads % 4) + 1));
    return found;
  };
  return { ...real, readdir };
});

let queue: string;
beforeEach(async () => {
  queue = await mkdtemp(path.join(tmpdir(), 'sluice-queue-'));
  for (const name of ['incoming', 'active', 'deferred']) await mkdir(path.join(queue, name));
});
afterEach(() => rm(queue, { recursive: true, force: true }));

describe('mails on their way', () => {
  it.each(
    (
      [
        ['incoming', 'active'],
        ['active', 'deferred'],
        ['deferred', 'active'],
      ] as const
    ).flatMap(([from, to]) => [1, 2, 3, 4].map((reads) => ({ from, to, reads }))),
  )('are counted once while one goes from $from to $to after $reads folders', async ({ from, to, reads }) => {
    await writeFile(path.join(queue, from, 'A1B2C3'), '', { mode: 0o700 });
    hops.afterReads = (done) =>
      done === reads ? rename(path.join(queue, from, 'A1B2C3'), path.join(queue, to, 'A1B2C3')) : undefined;
    expect(await countWaiting(queue)).toBe(1);
  });
  it('are not what a killed process left unfinished, and none are none', async () => {
    hops.afterReads = () => undefined;
    expect(await countWaiting(queue)).toBe(0);
    await writeFile(path.join(queue, 'incoming', '12345.678'), '', { mode: 0o600 });
    expect(await countWaiting(queue)).toBe(0);
  });
});
