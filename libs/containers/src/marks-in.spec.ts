import { describe, expect, it } from 'vitest';
import { fileMarks } from './formats/markup/file-marks.js';
import { marksIn } from './marks-in.js';

const wideMarks = fileMarks.map((mark) => Buffer.from(mark.toString('latin1'), 'utf16le'));

describe('marks among other bytes', () => {
  it.each([
    ['of base64', fileMarks],
    ['of base64 in UTF-16', wideMarks],
  ])('%s are found wherever each of them stands', (_what, marks) => {
    const isSome = marksIn(marks);
    const missed: string[] = [];
    for (const mark of marks)
      for (let before = 0; before < 24; before += 1)
        for (const after of [0, 1, 30]) {
          const bytes = Buffer.concat([Buffer.alloc(before, 0x55), mark, Buffer.alloc(after, 0x55)]);
          if (!isSome(bytes)) missed.push(`${mark.toString('latin1')} behind ${before} bytes`);
        }
    expect(missed).toEqual([]);
  });

  it('are not found when a byte is missing or another, nor in what is shorter', () => {
    const isSome = marksIn(fileMarks);
    for (const mark of fileMarks) {
      const changed = Buffer.from(mark);
      changed[mark.length - 1] = 0;
      for (const bytes of [changed, mark.subarray(1), mark.subarray(0, -1)]) {
        const isAnother = fileMarks.some((one) => bytes.includes(one));
        expect(isSome(bytes)).toBe(isAnother);
        expect(isSome(Buffer.concat([Buffer.alloc(7), bytes]))).toBe(isAnother);
      }
    }
    expect(isSome(Buffer.alloc(0))).toBe(false);
    expect(isSome(Buffer.from('U'))).toBe(false);
  });

  it('agrees with a search for each of them in bytes that are made of theirs', () => {
    const isSome = marksIn(fileMarks);
    let seed = 7;
    const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const answers = new Map([
      [true, 0],
      [false, 0],
    ]);
    let differing = 0;
    for (let round = 0; round < 3000; round += 1) {
      const pieces = Array.from({ length: 6 }, () => {
        const mark = fileMarks[next(fileMarks.length)] as Buffer;
        const start = next(3);
        return mark.subarray(start, start + 1 + next(mark.length - start));
      });
      const bytes = Buffer.concat(pieces).subarray(next(5));
      const expected = fileMarks.some((mark) => bytes.includes(mark));
      answers.set(expected, (answers.get(expected) ?? 0) + 1);
      if (isSome(bytes) !== expected) differing += 1;
    }
    expect(differing).toBe(0);
    expect(Math.min(...answers.values())).toBeGreaterThan(100);
  });
});
