import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf } from '@sluice/contracts/testing';
import type { OnRecord } from './records.js';
import { reservedCodeBytes } from './reserved-code.js';
import type { Sandbox } from './sandbox.js';
import { type Answer, buildChild, createPool, pidOf, run, untilReplaced } from './testing/test-pool.js';

beforeAll(buildChild);

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
    const first = await pidOf(pool);
    expect(await pidOf(pool)).toBe(first);
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
    const before = await pidOf(pool);
    // On a busy machine the answer and what follows arrive together, and then it has not answered either.
    await run(pool, 'answer and go on speaking').catch((error: unknown) =>
      expect(error).toMatchObject({ code: 'bad-answer' }),
    );
    await untilReplaced(pool, before, { mayFail: true });
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
      expect(await pool.run({ ...task, bytes: contentOf(content).bytes })).toMatchObject({
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
    const task = { request: 'give without end', ...contentOf(Buffer.alloc(0)) };
    const running = pool.run({ ...task, timeoutMs: 60_000, signal: cut.signal, onRecord });
    await expect(running).rejects.toMatchObject({ code: 'timeout' });
    expect(count).toBe(1);
  });

  it('ends a process whose record comes after its answer', async () => {
    const before = await pidOf(pool);
    await run(pool, 'give a record late');
    await untilReplaced(pool, before, { mayFail: true });
  });

  it('replaces the process when the bytes cannot be read to their end', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('abc');
      throw new Error('disk');
    }
    const short = {
      request: 'echo',
      sizeBytes: 10,
      bytes: contentOf(Buffer.from('abc')).bytes,
      timeoutMs: 60_000,
    };
    await expect(pool.run({ ...short, bytes: broken() })).rejects.toMatchObject({ code: 'source-failed' });
    await expect(pool.run(short)).rejects.toMatchObject({ code: 'source-failed' });
    expect(await run(pool, 'echo', Buffer.from('alive'))).toMatchObject({ text: 'alive' });
  });
});
