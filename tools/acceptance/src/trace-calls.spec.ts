import { describe, expect, it } from 'vitest';
import { parseTrace } from './trace-calls.js';

describe('parseTrace', () => {
  it('knows when a call began and when it was done, also with others in between', () => {
    const text = [
      '11 fsync(7</objects/ab/abc.part> <unfinished ...>',
      '10 write(9<TCP:[127.0.0.1:1->127.0.0.1:2]>, "x <unfinished", 5) = 5',
      '11 <... fsync resumed>) = 0',
      '10 +++ exited with 0 +++',
    ].join('\n');
    expect(parseTrace(text)).toEqual([
      { name: 'fsync', text: '7</objects/ab/abc.part>) = 0', begun: 0, done: 2 },
      { name: 'write', text: expect.stringContaining('"x <unfinished"'), begun: 1, done: 1 },
    ]);
  });
});
