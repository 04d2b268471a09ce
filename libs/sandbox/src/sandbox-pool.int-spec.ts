import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { contentOf } from '@sluice/contracts/testing';
import { until } from '@sluice/timing';
import { buildChild, childrenOf, createPool, pidOf, run, untilReplaced } from './testing/test-pool.js';

beforeAll(buildChild);

/** Closed with its test: processes that one that failed leaves would count for the next. */
function startPool(options?: Parameters<typeof createPool>[0]): ReturnType<typeof createPool> {
  const pool = createPool(options);
  onTestFinished(() => pool.close());
  return pool;
}

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

describe('a pool', () => {
  it('replaces a process after its number of tasks', async () => {
    const pool = startPool({ maxTasks: 2 });
    const pids: number[] = [];
    for (let count = 0; count < 4; count += 1) pids.push(await pidOf(pool));
    await pool.close();
    expect(new Set(pids).size).toBe(2);
  });

  it('runs as many tasks at once as it has processes, the others after them', async () => {
    const pool = startPool({ size: 2 });
    const said = await Promise.all(Array.from({ length: 6 }, () => run(pool, 'context')));
    await pool.close();
    expect(new Set(said.map((one) => one.sizeBytes)).size).toBeLessThanOrEqual(2);
  });

  it('starts more than the warm ones only when tasks find none free, and no more than there may be', async () => {
    const pool = startPool({ size: 3, warm: 1 });
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
    const pool = startPool();
    const first = await pidOf(pool);
    pool.replaceAll('other');
    pool.replaceAll('other');
    await untilReplaced(pool, first);
    await pool.close();
  });

  it('says that one of before may answer until each is replaced and has ended its task', async () => {
    const pool = startPool();
    const first = await pidOf(pool);
    expect(pool.hasOutdated).toBe(false);
    const cut = new AbortController();
    const task = { request: 'hang idly', ...contentOf(Buffer.alloc(0)), timeoutMs: 120_000 };
    const hanging = pool.run({ ...task, signal: cut.signal }).catch(() => undefined);
    pool.replaceAll('other');
    expect(pool.hasOutdated).toBe(true);
    // The one more that there may be meanwhile.
    expect(await pidOf(pool)).not.toBe(first);
    expect(pool.hasOutdated).toBe(true);
    cut.abort();
    await hanging;
    await until(() => !pool.hasOutdated);
    expect(await pidOf(pool)).not.toBe(first);
    await pool.close();
  });

  it('has processes that stand back for others where that is asked for', async () => {
    const pool = startPool({ niceness: 7 });
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
    const pool = startPool();
    const cut = new AbortController();
    const task = { request: 'hang idly', ...contentOf(Buffer.alloc(0)), timeoutMs: 60_000 };
    const running = pool.run({ ...task, signal: cut.signal });
    setTimeout(() => cut.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: 'timeout' });
    const again = { ...task, bytes: contentOf(Buffer.alloc(0)).bytes, signal: cut.signal };
    await expect(pool.run(again)).rejects.toMatchObject({ code: 'timeout' });
    expect(await run(pool, 'echo')).toEqual({ text: '', sizeBytes: 0 });
    await pool.close();
  });

  it('goes on with those it has while the others do not start', async () => {
    const pool = startPool();
    const first = await pidOf(pool);
    pool.replaceAll('broken');
    expect(await until(() => pool.startProblem)).toContain('cannot start with this');
    expect(await pidOf(pool)).toBe(first);
    pool.replaceAll('other');
    await untilReplaced(pool, first);
    await pool.close();
  });

  it('tries a configuration in a process of its own', async () => {
    const pool = startPool();
    const own = await pidOf(pool);
    const task = { request: 'context', ...contentOf(Buffer.alloc(0)), timeoutMs: 60_000 };
    expect((await pool.trial('other', task)).sizeBytes).not.toBe(own);
    await expect(pool.trial('broken', task)).rejects.toMatchObject({ code: 'task-failed' });
    expect(pool.startProblem).toBeNull();
    expect(await pidOf(pool)).toBe(own);
    await pool.close();
  });

  it('says why no process can be started, and goes on trying', async () => {
    const pool = startPool({ config: 'broken' });
    await expect(run(pool, 'echo', Buffer.from(''), 2000)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await until(() => pool.startProblem)).toContain('cannot start with this');
    await pool.close();
  });

  it('rejects tasks under way when it is closed, and leaves no process', async () => {
    const pool = startPool();
    await run(pool, 'context');
    const hanging = run(pool, 'hang idly');
    const rejected = expect(hanging).rejects.toMatchObject({ code: 'unavailable' });
    await pool.close();
    await rejected;
    expect(childrenOf(process.pid)).toEqual([]);
    await expect(run(pool, 'echo')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
