import { describe, expect, it } from 'vitest';
import { readGroupFile } from './group-file.js';

const place = { offset: 10, length: 3 };
/** A file that answers so, one look after the other. */
function fileThatSays(...looks: readonly (Buffer | Error)[]) {
  const left = [...looks];
  return {
    left,
    read: async (): Promise<Buffer> => {
      const look = left.shift() ?? new Error('looked too often');
      if (look instanceof Error) throw look;
      return look;
    },
  };
}

describe('an object in a group file', () => {
  it('that is short at first is read once more, and taken when it is whole', async () => {
    const { read, left } = fileThatSays(Buffer.from('ab'), Buffer.from('abc'));
    expect(await readGroupFile('file', place, read)).toEqual(Buffer.from('abc'));
    expect(left).toEqual([]);
  });

  it('that is short twice is short, and not looked at a third time', async () => {
    const { read, left } = fileThatSays(Buffer.from('ab'), Buffer.alloc(0), Buffer.from('abc'));
    await expect(readGroupFile('file', place, read)).rejects.toMatchObject({ code: 'short' });
    expect(left).toHaveLength(1);
  });

  it('of which a look fails is what that look says', async () => {
    const gone = Object.assign(new Error('gone'), { code: 'ENOENT' });
    await expect(readGroupFile('file', place, fileThatSays(gone).read)).rejects.toBe(gone);
    const { read } = fileThatSays(Buffer.from('ab'), gone);
    await expect(readGroupFile('file', place, read)).rejects.toBe(gone);
  });
});
