import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { contentOf } from '@sluice/contracts/testing';
import { z } from 'zod';
import { builtFile } from '../built-file.js';
import { Sandbox, type SandboxOptions } from '../sandbox.js';

const answer = z.object({ text: z.string().max(100_000), sizeBytes: z.number() });
export type Answer = z.infer<typeof answer>;
const root = path.resolve(import.meta.dirname, '../../../..');

/** A sandbox runs what is built. */
export const buildChild = (): void =>
  void execFileSync(process.execPath, ['tools/build/build.mjs', 'libs/sandbox'], { cwd: root });

/** Of processes that do the deed a task asks for. */
export function createPool(options: Partial<SandboxOptions<Answer>> = {}): Sandbox<Answer> {
  return new Sandbox({
    entryFile: builtFile(import.meta.url, './misbehaving-child.js'),
    config: 'good',
    answer,
    size: 1,
    limits: { memoryBytes: 512 * 1024 * 1024, cpuSeconds: 60, openFiles: 32 },
    ...options,
  });
}

export const run = (
  pool: Sandbox<Answer>,
  request: string,
  content = Buffer.from(''),
  timeoutMs = 60_000,
): Promise<Answer> => pool.run({ request, ...contentOf(content), timeoutMs });

/** Of the process that answers now. */
export const pidOf = async (pool: Sandbox<Answer>): Promise<number> => (await run(pool, 'context')).sizeBytes;

/** Until another process than this one answers. A task that fails meanwhile rejects, unless it may. */
export async function untilReplaced(
  pool: Sandbox<Answer>,
  pid: number,
  { mayFail = false } = {},
): Promise<void> {
  const deadlineMs = Date.now() + 60_000;
  for (;;) {
    const now = await pidOf(pool).catch((error: unknown) => {
      if (mayFail) return pid;
      throw error;
    });
    if (now !== pid) return;
    if (Date.now() > deadlineMs) throw new Error('the process was not replaced');
  }
}

/** Processes of the sandbox that this one started and that still run. */
export function childrenOf(pid: number): string[] {
  return execFileSync('ps', ['-eo', 'ppid=,pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith(`${pid} `) && /misbehaving-child/.test(line));
}
