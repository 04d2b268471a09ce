import { once } from 'node:events';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { gatherWrites } from './gather-writes.js';

/** Every call that reaches the operating system, by what it carries. */
function made(): { stream: Writable; calls: string[][] } {
  const calls: string[][] = [];
  const stream = new Writable({
    decodeStrings: false,
    highWaterMark: 4,
    write(chunk: string, _encoding, done) {
      calls.push([chunk]);
      done();
    },
    writev(chunks, done) {
      calls.push(chunks.map(({ chunk }) => chunk as string));
      done();
    },
  });
  gatherWrites(stream);
  return { stream, calls };
}

it('lets what is written in one turn leave together, in order, and by its end', async () => {
  const { stream, calls } = made();
  stream.write('a');
  stream.write('b');
  stream.write('c');
  expect(calls).toEqual([]);
  await turn();
  expect(calls).toEqual([['a', 'b', 'c']]);
  stream.write('d');
  await turn();
  stream.write('e');
  stream.write('f');
  await turn();
  expect(calls).toEqual([['a', 'b', 'c'], ['d'], ['e', 'f']]);
});

it('says when it is full and when it takes more, and tells of each that it has left', async () => {
  const { stream, calls } = made();
  const left: string[] = [];
  expect(stream.write('ab', () => left.push('ab'))).toBe(true);
  expect(stream.write('cde', () => left.push('cde'))).toBe(false);
  await once(stream, 'drain');
  expect(left).toEqual(['ab', 'cde']);
  expect(stream.write('f')).toBe(true);
  stream.end('g');
  await once(stream, 'finish');
  expect(calls.flat()).toEqual(['ab', 'cde', 'f', 'g']);
});

it('keeps nothing of a stream that is destroyed in the same turn', async () => {
  const { stream, calls } = made();
  stream.on('error', () => undefined);
  stream.write('a');
  stream.destroy();
  await turn();
  expect(calls).toEqual([]);
});
