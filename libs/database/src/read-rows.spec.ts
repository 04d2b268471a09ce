import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DatabaseError } from './database.errors.js';
import { readRow, readRows } from './read-rows.js';

const schema = z.object({ id: z.int(), state: z.enum(['open', 'closed']) });

describe('rows', () => {
  it('are what their schema says', () => {
    expect(readRows(schema, [{ id: 1, state: 'open' }])).toEqual([{ id: 1, state: 'open' }]);
    expect(readRow(schema, [])).toBeNull();
    expect(
      readRow(schema, [
        { id: 1, state: 'open' },
        { id: 2, state: 'closed' },
      ]),
    ).toEqual({ id: 1, state: 'open' });
  });

  it.each([
    ['another type', { id: '1', state: 'open' }, /id: /],
    ['a word no one knows', { id: 1, state: 'half-open' }, /state: /],
    ['no such column', { id: 1 }, /state: /],
  ])('of %s are a fault that names the column', (_what, row, message) => {
    const read = () => readRows(schema, [{ id: 1, state: 'open' }, row]);
    expect(read).toThrow(DatabaseError);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/half-open/);
  });
});
