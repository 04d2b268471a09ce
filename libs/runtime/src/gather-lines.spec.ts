import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pino, type Logger } from 'pino';
import { standardOutput } from './create-logger.js';
import { gatherLines } from './gather-lines.js';

/** What was written, a message each, in the order of writes. */
class Written {
  readonly writes: string[][] = [];
  write(lines: string): void {
    const all = lines.split('\n').filter((line) => line !== '');
    this.writes.push(all.map((line) => (JSON.parse(line) as { msg: string }).msg));
  }
  get messages(): string[] {
    return this.writes.flat();
  }
}

let output: Written;
let logger: Logger;
const others = new Set(process.listeners('exit'));
beforeEach(() => {
  vi.useFakeTimers();
  output = new Written();
  logger = pino({}, gatherLines(output));
});
afterEach(() => {
  for (const mine of process.listeners('exit').filter((one) => !others.has(one))) process.off('exit', mine);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('lines of a log', () => {
  it('are written together after a moment', () => {
    logger.info('one');
    logger.info('two');
    expect(output.messages).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(output.messages).toEqual(['one', 'two']);
    logger.info('three');
    vi.advanceTimersByTime(50);
    expect(output.writes).toEqual([['one', 'two'], ['three']]);
  });

  it('are written before they are many', () => {
    const long = 'x'.repeat(5000);
    logger.info(long);
    logger.info(long);
    expect(output.writes).toEqual([[long, long]]);
  });

  it('are never flushed to a disk: the process would stand still for it', () => {
    const written: string[] = [];
    vi.spyOn(fs, 'writeSync').mockImplementation((_fd, data) => {
      written.push(String(data));
      return Buffer.byteLength(String(data));
    });
    const flushed = vi.spyOn(fs, 'fsyncSync');
    const asked = vi.spyOn(fs, 'fsync');
    const real = pino({}, standardOutput());
    for (let count = 0; count < 100; count += 1) real.info('often');
    real.warn('last');
    expect(written.join('').match(/often/g)).toHaveLength(100);
    expect(written.join('').trimEnd()).toMatch(/"msg":"last"}$/);
    vi.advanceTimersByTime(50);
    expect(flushed).not.toHaveBeenCalled();
    expect(asked).not.toHaveBeenCalled();
  });

  it.each(['warn', 'error', 'fatal'] as const)(
    'are out at once with a line of level %s, in order',
    (level) => {
      logger.info('before');
      logger[level]('it');
      expect(output.messages).toEqual(['before', 'it']);
      vi.advanceTimersByTime(50);
      expect(output.messages).toEqual(['before', 'it']);
    },
  );

  it('are out when the process ends', () => {
    logger.info('last');
    for (const mine of process.listeners('exit').filter((one) => !others.has(one))) mine(0);
    expect(output.messages).toEqual(['last']);
  });
});
