import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GatherMemory, GatheredBytes } from './gathered-bytes.js';
import { ObjectDraft } from './object-draft.js';

class SlowWriter {
  readonly key = '0'.repeat(32);
  written: Buffer[] = [];
  state: 'open' | 'committed' | 'aborted' = 'open';
  failWrites = false;
  private waiting: (() => void)[] = [];

  async write(chunk: Buffer): Promise<void> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.failWrites) throw new Error('no space');
    this.written.push(Buffer.from(chunk));
  }
  async commit(): Promise<void> {
    this.state = 'committed';
  }
  async abort(): Promise<void> {
    this.state = 'aborted';
  }
  /** Lets writes finish until there are no more. */
  async release(): Promise<void> {
    do {
      for (const resolve of this.waiting.splice(0)) resolve();
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.waiting.length > 0);
  }
}

function start(highWaterBytes = 1000, memory: GatherMemory | null = null) {
  const writer = new SlowWriter();
  const shared: Buffer[] = [];
  let created = 0;
  const shareFault: { error: Error | null } = { error: null };
  const pressure: boolean[] = [];
  const failures: unknown[] = [];
  const draft = new ObjectDraft({
    store: {
      create: async () => {
        created += 1;
        return writer;
      },
      createShared: async (bytes) => {
        if (shareFault.error !== null) throw shareFault.error;
        shared.push(Buffer.from(bytes));
        return `${'1'.repeat(32)}.0.${bytes.length}`;
      },
    },
    gathered: memory === null ? null : new GatheredBytes(memory),
    onPressure: (isHigh) => pressure.push(isHigh),
    onFailure: (error) => failures.push(error),
    highWaterBytes,
  });
  return { writer, pressure, failures, draft, shared, shareFault, created: () => created };
}

describe('object draft', () => {
  it('stores the bytes in order with their hash, and gathers small writes', async () => {
    const { writer, draft } = start();
    const bytes = randomBytes(5000);
    for (let at = 0; at < bytes.length; at += 50) draft.write(bytes.subarray(at, at + 50));
    await writer.release();
    expect(writer.written.length).toBeLessThan(5);
    expect(Buffer.concat(writer.written)).toEqual(bytes);
    expect(await draft.commit()).toEqual({
      objectKey: writer.key,
      sizeBytes: 5000,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(writer.state).toBe('committed');
  });

  it('tells when too much waits to be written, and when that is over', async () => {
    const { writer, pressure, draft } = start();
    draft.write(Buffer.alloc(600));
    draft.write(Buffer.alloc(600));
    expect(pressure).toEqual([true]);
    await writer.release();
    expect(pressure).toEqual([true, false]);
    await draft.commit();
  });

  it('relieves the pressure when it is given up', async () => {
    const { writer, pressure, draft } = start();
    draft.write(Buffer.alloc(2000));
    const aborted = draft.abort();
    await writer.release();
    await aborted;
    expect(pressure).toEqual([true, false]);
    expect(writer.state).toBe('aborted');
  });

  it('fails the commit when a write failed, and keeps nothing', async () => {
    const { writer, failures, draft } = start();
    writer.failWrites = true;
    draft.write(Buffer.alloc(10));
    await writer.release();
    expect(failures).toHaveLength(1);
    await expect(draft.commit()).rejects.toThrow('no space');
    expect(writer.state).toBe('aborted');
  });
});

describe('object draft that gathers', () => {
  const mebibyte = 1024 ** 2;
  const isFree = (memory: GatherMemory): boolean => {
    const isAll = memory.take(mebibyte);
    if (isAll) memory.giveBack(mebibyte);
    return isAll;
  };

  it('hands a small object over in one piece, and opens no file of its own', async () => {
    const memory = new GatherMemory(mebibyte);
    const { draft, shared, created, pressure } = start(1000, memory);
    const bytes = randomBytes(5000);
    for (let at = 0; at < bytes.length; at += 50) draft.write(bytes.subarray(at, at + 50));
    expect(await draft.commit({ mayShare: true })).toEqual({
      objectKey: `${'1'.repeat(32)}.0.5000`,
      sizeBytes: 5000,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(shared).toEqual([bytes]);
    expect([created(), pressure]).toEqual([0, []]);
    expect(isFree(memory)).toBe(true);
  });

  it.each([
    ['is no small one', mebibyte, 70_000, true],
    ['finds no memory', 4000, 5000, true],
    ['may not share', mebibyte, 5000, false],
  ])(
    'writes an object that %s into a file of its own, whole and in order',
    async (_why, memoryBytes, size, mayShare) => {
      const memory = new GatherMemory(memoryBytes);
      const { draft, shared, created, writer } = start(mebibyte, memory);
      const bytes = randomBytes(size);
      for (let at = 0; at < bytes.length; at += 500) draft.write(bytes.subarray(at, at + 500));
      const committed = draft.commit({ mayShare });
      await writer.release();
      await writer.release();
      expect(await committed).toMatchObject({
        objectKey: writer.key,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
      expect(Buffer.concat(writer.written)).toEqual(bytes);
      expect([shared.length, created(), writer.state]).toEqual([0, 1, 'committed']);
      expect(memory.take(memoryBytes)).toBe(true);
    },
  );

  it('has nothing and keeps no memory when it is given up, or the file cannot be written', async () => {
    const memory = new GatherMemory(mebibyte);
    const given = start(1000, memory);
    given.draft.write(randomBytes(5000));
    expect(isFree(memory)).toBe(false);
    await given.draft.abort();
    expect([given.created(), isFree(memory)]).toEqual([0, true]);
    const failing = start(1000, memory);
    failing.shareFault.error = new Error('no space');
    failing.draft.write(randomBytes(5000));
    await expect(failing.draft.commit({ mayShare: true })).rejects.toThrow('no space');
    expect([failing.created(), isFree(memory)]).toEqual([0, true]);
  });

  it('may be of no byte at all', async () => {
    const { draft, shared } = start(1000, new GatherMemory(mebibyte));
    expect(await draft.commit({ mayShare: true })).toMatchObject({ sizeBytes: 0 });
    expect(shared).toEqual([Buffer.alloc(0)]);
  });
});
