import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { z } from 'zod';
import { builtFile } from './built-file.js';
import type { OnRecord } from './records.js';
import { reservedCodeBytes } from './reserved-code.js';
import { Sandbox, type SandboxOptions } from './sandbox.js';

const answer = z.object({ text: z.string().max(100_000), sizeBytes: z.number() });
type Answer = z.infer<typeof answer>;
const root = path.resolve(import.meta.dirname, '../../..');

async function* chunks(content: Buffer, chunkBytes = 65_536): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
}

function createPool(options: Partial<SandboxOptions<Answer>> = {}): Sandbox<Answer> {
  return new Sandbox({
    entryFile: builtFile(import.meta.url, './testing/misbehaving-child.js'),
    config: 'good',
    answer,
    size: 1,
    limits: { memoryBytes: 512 * 1024 * 1024, cpuSeconds: 60, openFiles: 32 },
    ...options,
  });
}

const run = (
  pool: Sandbox<Answer>,
  request: string,
  content = Buffer.from(''),
  timeoutMs = 60_000,
): Promise<Answer> => pool.run({ request, sizeBytes: content.length, bytes: chunks(content), timeoutMs });

beforeAll(() => {
  execFileSync(process.execPath, ['tools/build/build.mjs', 'libs/sandbox'], { cwd: root });
});

/** Linux may share processors among sessions before it looks at nice values. */
function isSharedBySessions(): boolean {
  const file = '/proc/sys/kernel/sched_autogroup_enabled';
  return existsSync(file) && readFileSync(file, 'utf8').trim() === '1';
}

/** As `/autogroup-68987 nice 0`; what has ended meanwhile is left out. */
function sessionsOfChildren(): string[] {
  const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '');
  const children = read(`/proc/${process.pid}/task/${process.pid}/children`);
  return children.split(' ').map((pid) => read(`/proc/${pid}/autogroup`));
}

describe('a sandbox', () => {
  let pool: Sandbox<Answer>;
  beforeAll(() => {
    pool = createPool();
  });
  afterAll(() => pool.close());

  it('carries bytes in and an answer out', async () => {
    const content = Buffer.alloc(20_000_000, 'abc');
    expect(await run(pool, 'echo', content)).toEqual({
      text: content.toString('latin1', 0, 100),
      sizeBytes: content.length,
    });
    expect(await run(pool, 'echo')).toEqual({ text: '', sizeBytes: 0 });
  });

  it.each([[[]], [['']], [['', '']], [['', 'ab', '', 'c', '']]])('takes %j as one task', async (pieces) => {
    const whole = pieces.join('');
    const bytes = (async function* () {
      for (const piece of pieces) yield Buffer.from(piece);
    })();
    const task = { request: 'echo', sizeBytes: whole.length, bytes, timeoutMs: 60_000 };
    expect(await pool.run(task)).toEqual({ text: whole, sizeBytes: whole.length });
    // One answer too many would be taken for this one's.
    expect(await run(pool, 'echo', Buffer.from('next'))).toEqual({ text: 'next', sizeBytes: 4 });
    expect(await run(pool, 'echo', Buffer.from('third'))).toEqual({ text: 'third', sizeBytes: 5 });
  });

  it('keeps its process warm', async () => {
    const first = await run(pool, 'context');
    expect((await run(pool, 'context')).sizeBytes).toBe(first.sizeBytes);
  });

  it('gives no environment and no folder of ours', async () => {
    const { env, cwd } = JSON.parse((await run(pool, 'context')).text) as { env: string[]; cwd: string };
    expect(cwd).toBe('/');
    // The shell that sets the limits adds these itself.
    expect(env.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))).toEqual([
      'MALLOC_ARENA_MAX',
    ]);
  });

  it('has its limits set by the kernel', async () => {
    const both = (value: number) => ({ soft: value, hard: value });
    // Bytes under either name: Node 20 has the unit wrong.
    const text = (await run(pool, 'limits')).text.replace('data_seg_size_kbytes', 'data_seg_size_bytes');
    expect(JSON.parse(text)).toMatchObject({
      // Whole KiB, since a shell sets it.
      data_seg_size_bytes: both(Math.floor((512 * 1024 ** 2 + reservedCodeBytes()) / 1024) * 1024),
      cpu_time_seconds: both(60),
      file_size_blocks: both(0),
      open_files: both(32),
      core_file_size_blocks: both(0),
    });
  });

  it('cannot write files', async () => {
    const file = path.join(tmpdir(), `sandbox-${process.pid}`);
    await expect(run(pool, 'write a file', Buffer.from(file))).rejects.toMatchObject({ code: 'task-failed' });
    // Creating the empty file is not a matter of size; it holds nothing.
    if (existsSync(file)) execFileSync('rm', [file]);
  });

  it.each([
    ['throw', 'task-failed'],
    ['exit', 'crashed'],
    ['wrong answer', 'bad-answer'],
    ['large answer', 'bad-answer'],
    ['flood', 'bad-answer'],
    ['answer twice', 'bad-answer'],
    ['answer the one before', 'bad-answer'],
    ['no such deed', 'bad-answer'],
    ['give without end', 'bad-answer'],
    ['give another task’s record', 'bad-answer'],
    ['give noise', 'bad-answer'],
    ['give a header that is none', 'bad-answer'],
  ])('survives a child that does this: %s', async (deed, code) => {
    await expect(run(pool, deed)).rejects.toMatchObject({ code });
    expect(await run(pool, 'echo', Buffer.from('alive'))).toMatchObject({ text: 'alive' });
  });

  it.each(['hang busily', 'hang idly', 'flood errors', 'claim more records than given'])(
    'kills a child past its time: %s',
    async (deed) => {
      await expect(run(pool, deed, Buffer.from(''), 300)).rejects.toMatchObject({ code: 'timeout' });
      expect(await run(pool, 'echo', Buffer.from('alive'))).toMatchObject({ text: 'alive' });
    },
  );

  it.each(['take 4 GB', 'take 4 GB of WebAssembly'])('does not let a child %s', async (deed) => {
    await expect(run(pool, deed)).rejects.toMatchObject({
      code: expect.stringMatching(/task-failed|crashed/),
    });
    expect(await run(pool, 'echo', Buffer.from('alive'))).toMatchObject({ text: 'alive' });
  });

  it('replaces a child that speaks without being asked', async () => {
    const { sizeBytes: before } = await run(pool, 'context');
    // On a busy machine the answer and what follows arrive together, and then it has not answered either.
    await run(pool, 'answer and go on speaking').catch((error: unknown) =>
      expect(error).toMatchObject({ code: 'bad-answer' }),
    );
    const deadline = Date.now() + 60_000;
    let now = before;
    while (now === before && Date.now() < deadline) {
      now = await run(pool, 'context').then(
        (said) => said.sizeBytes,
        () => before,
      );
    }
    expect(now).not.toBe(before);
  });

  it('carries records out on the way, whole and in order, at the pace of who takes them', async () => {
    const content = Buffer.alloc(10_000_000, 'abc');
    const taken: [unknown, number, boolean][] = [];
    let isTaking = false;
    const onRecord: OnRecord = async ({ about, sizeBytes, bytes }) => {
      expect(isTaking).toBe(false);
      isTaking = true;
      const parts: Buffer[] = [];
      // Of one nothing is read: the rest must not be taken for the next.
      if (sizeBytes !== 1000) for await (const chunk of bytes) parts.push(chunk);
      const whole = Buffer.concat(parts);
      taken.push([about, whole.length, whole.equals(content.subarray(0, whole.length))]);
      isTaking = false;
    };
    const task = { request: 'give records', sizeBytes: content.length, timeoutMs: 60_000, onRecord };
    for (let count = 0; count < 2; count += 1) {
      expect(await pool.run({ ...task, bytes: chunks(content) })).toMatchObject({
        sizeBytes: content.length,
      });
      const sizes = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 0];
      const expected = sizes.map((size) => [{ size }, size === 1000 ? 0 : size, true]);
      expect(taken.splice(0)).toEqual(expected);
    }
  });

  it('does not let a task run ahead of who takes its records', async () => {
    let count = 0;
    const cut = new AbortController();
    const onRecord: OnRecord = () => {
      // Half a second for the next ones, which are not to come.
      if ((count += 1) === 1) setTimeout(() => cut.abort(), 500);
      return new Promise(() => undefined);
    };
    const task = { request: 'give without end', sizeBytes: 0, bytes: chunks(Buffer.alloc(0)) };
    const running = pool.run({ ...task, timeoutMs: 60_000, signal: cut.signal, onRecord });
    await expect(running).rejects.toMatchObject({ code: 'timeout' });
    expect(count).toBe(1);
  });

  it('ends a process whose record comes after its answer', async () => {
    const { sizeBytes: before } = await run(pool, 'context');
    await run(pool, 'give a record late');
    const deadline = Date.now() + 60_000;
    let now = before;
    while (now === before && Date.now() < deadline) {
      now = await run(pool, 'context').then(
        (said) => said.sizeBytes,
        () => before,
      );
    }
    expect(now).not.toBe(before);
  });

  it('replaces the process when the bytes cannot be read to their end', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('abc');
      throw new Error('disk');
    }
    const short = { request: 'echo', sizeBytes: 10, bytes: chunks(Buffer.from('abc')), timeoutMs: 60_000 };
    await expect(pool.run({ ...short, bytes: broken() })).rejects.toMatchObject({ code: 'source-failed' });
    await expect(pool.run(short)).rejects.toMatchObject({ code: 'source-failed' });
    expect(await run(pool, 'echo', Buffer.from('alive'))).toMatchObject({ text: 'alive' });
  });
});

describe('a pool', () => {
  it('replaces a process after its number of tasks', async () => {
    const pool = createPool({ maxTasks: 2 });
    const pids: number[] = [];
    for (let count = 0; count < 4; count += 1) pids.push((await run(pool, 'context')).sizeBytes);
    await pool.close();
    expect(new Set(pids).size).toBe(2);
  });

  it('runs as many tasks at once as it has processes, the others after them', async () => {
    const pool = createPool({ size: 2 });
    const said = await Promise.all(Array.from({ length: 6 }, () => run(pool, 'context')));
    await pool.close();
    expect(new Set(said.map((one) => one.sizeBytes)).size).toBeLessThanOrEqual(2);
  });

  it('starts more than the warm ones only when tasks find none free, and no more than there may be', async () => {
    const pool = createPool({ size: 3, warm: 1 });
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    let begun = 0;
    const held = async () => {
      const bytes = (async function* () {
        begun += 1;
        await gate;
        yield Buffer.from('abc');
      })();
      return pool.run({ request: 'echo', sizeBytes: 3, bytes, timeoutMs: 60_000 });
    };
    const seen: number[] = [];
    const count = () => seen.push(childrenOf(process.pid).length);
    try {
      // It finds the warm one still starting: that one is for it.
      await run(pool, 'context');
      count();
      const all = [held(), held(), held(), held()];
      await until(() => begun === 3);
      expect(pool.hasFree).toBe(false);
      count();
      letGo();
      expect((await Promise.all(all)).map((one) => one.text)).toEqual(['abc', 'abc', 'abc', 'abc']);
      count();
    } finally {
      letGo();
      await pool.close();
    }
    expect({ begun, seen }).toEqual({ begun: 4, seen: [1, 3, 3] });
  });

  it('replaces all its processes when asked, also those still starting', async () => {
    const pool = createPool();
    const { sizeBytes: first } = await run(pool, 'context');
    pool.replaceAll('other');
    pool.replaceAll('other');
    const deadlineMs = Date.now() + 60_000;
    let second = first;
    while (second === first && Date.now() < deadlineMs) second = (await run(pool, 'context')).sizeBytes;
    await pool.close();
    expect(second).not.toBe(first);
  });

  it('says that one of before may answer until each is replaced and has ended its task', async () => {
    const pool = createPool();
    const { sizeBytes: first } = await run(pool, 'context');
    expect(pool.hasOutdated).toBe(false);
    const cut = new AbortController();
    const task = { request: 'hang idly', sizeBytes: 0, bytes: chunks(Buffer.alloc(0)), timeoutMs: 120_000 };
    const hanging = pool.run({ ...task, signal: cut.signal }).catch(() => undefined);
    pool.replaceAll('other');
    expect(pool.hasOutdated).toBe(true);
    // The one more that there may be meanwhile.
    expect((await run(pool, 'context')).sizeBytes).not.toBe(first);
    expect(pool.hasOutdated).toBe(true);
    cut.abort();
    await hanging;
    await until(() => !pool.hasOutdated);
    expect((await run(pool, 'context')).sizeBytes).not.toBe(first);
    await pool.close();
  });

  it('has processes that stand back for others where that is asked for', async () => {
    const pool = createPool({ niceness: 7 });
    try {
      const { niceness } = JSON.parse((await run(pool, 'context')).text) as { niceness: number };
      expect(niceness).toBe(Math.min(19, getPriority() + 7));
      if (isSharedBySessions())
        await until(() => sessionsOfChildren().some((one) => one.endsWith(' nice 7')));
    } finally {
      await pool.close();
    }
  });

  it('ends a task that is no longer waited for', async () => {
    const pool = createPool();
    const cut = new AbortController();
    const task = { request: 'hang idly', sizeBytes: 0, bytes: chunks(Buffer.alloc(0)), timeoutMs: 60_000 };
    const running = pool.run({ ...task, signal: cut.signal });
    setTimeout(() => cut.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: 'timeout' });
    const again = { ...task, bytes: chunks(Buffer.alloc(0)), signal: cut.signal };
    await expect(pool.run(again)).rejects.toMatchObject({ code: 'timeout' });
    expect(await run(pool, 'echo')).toEqual({ text: '', sizeBytes: 0 });
    await pool.close();
  });

  it('goes on with those it has while the others do not start', async () => {
    const pool = createPool();
    const { sizeBytes: first } = await run(pool, 'context');
    pool.replaceAll('broken');
    const deadlineMs = Date.now() + 60_000;
    while (pool.startProblem === null && Date.now() < deadlineMs)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pool.startProblem).toContain('cannot start with this');
    expect((await run(pool, 'context')).sizeBytes).toBe(first);
    pool.replaceAll('other');
    let second = first;
    while (second === first && Date.now() < deadlineMs) second = (await run(pool, 'context')).sizeBytes;
    await pool.close();
    expect(second).not.toBe(first);
  });

  it('tries a configuration in a process of its own', async () => {
    const pool = createPool();
    const { sizeBytes: own } = await run(pool, 'context');
    const task = { request: 'context', sizeBytes: 0, bytes: chunks(Buffer.alloc(0)), timeoutMs: 60_000 };
    expect((await pool.trial('other', task)).sizeBytes).not.toBe(own);
    await expect(pool.trial('broken', task)).rejects.toMatchObject({ code: 'task-failed' });
    expect(pool.startProblem).toBeNull();
    expect((await run(pool, 'context')).sizeBytes).toBe(own);
    await pool.close();
  });

  it('says why no process can be started, and goes on trying', async () => {
    const pool = createPool({ config: 'broken' });
    await expect(run(pool, 'echo', Buffer.from(''), 2000)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await until(() => pool.startProblem)).toContain('cannot start with this');
    await pool.close();
  });

  it('rejects tasks under way when it is closed, and leaves no process', async () => {
    const pool = createPool();
    await run(pool, 'context');
    const hanging = run(pool, 'hang idly');
    const rejected = expect(hanging).rejects.toMatchObject({ code: 'unavailable' });
    await pool.close();
    await rejected;
    expect(childrenOf(process.pid)).toEqual([]);
    await expect(run(pool, 'echo')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

/** Ids of processes of the sandbox that this one started and that still run. */
function childrenOf(pid: number): string[] {
  return execFileSync('ps', ['-eo', 'ppid=,pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith(`${pid} `) && /misbehaving-child/.test(line));
}
