import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
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

function start(highWaterBytes = 1000) {
  const writer = new SlowWriter();
  const pressure: boolean[] = [];
  const failures: unknown[] = [];
  const draft = new ObjectDraft({
    store: { create: async () => writer },
    onPressure: (isHigh) => pressure.push(isHigh),
    onFailure: (error) => failures.push(error),
    highWaterBytes,
  });
  return { writer, pressure, failures, draft };
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
