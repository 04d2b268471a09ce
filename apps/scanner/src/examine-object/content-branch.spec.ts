import { describe, expect, it } from 'vitest';
import { ContentBranch } from './content-branch.js';

async function all(branch: ContentBranch): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of branch) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('ContentBranch', () => {
  it('gives what was added, in order, before and after the reader came', async () => {
    const branch = new ContentBranch();
    branch.add(Buffer.from('one '));
    const read = all(branch);
    branch.add(Buffer.from('two '));
    await Promise.resolve();
    branch.add(Buffer.from('three'));
    branch.end();
    expect(await read).toBe('one two three');
  });

  it('has no room while much is waiting, and has again when it was taken', async () => {
    const branch = new ContentBranch();
    branch.add(Buffer.alloc(300_000));
    const room = branch.hasRoom();
    expect(room).not.toBeNull();
    await branch.next();
    await room;
    expect(branch.hasRoom()).toBeNull();
  });

  it('gives its error to the reader at once, and holds up no one afterwards', async () => {
    const branch = new ContentBranch();
    branch.add(Buffer.alloc(300_000));
    const room = branch.hasRoom();
    branch.fail(new Error('gone'));
    await room;
    await expect(branch.next()).rejects.toThrow('gone');
    branch.add(Buffer.alloc(300_000));
    expect(branch.hasRoom()).toBeNull();
  });

  it('lets the source go on when the reader has left', async () => {
    const branch = new ContentBranch();
    branch.add(Buffer.alloc(300_000));
    const room = branch.hasRoom();
    await branch.next();
    branch.add(Buffer.alloc(300_000));
    await branch.return();
    await room;
    expect(await branch.next()).toEqual({ done: true, value: undefined });
  });

  it('wakes a reader that waits when it ends', async () => {
    const branch = new ContentBranch();
    const next = branch.next();
    branch.end();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
