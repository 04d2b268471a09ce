import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pino, type Logger } from 'pino';
import { gatherLines } from './gather-lines.js';

/** Keeps lines until it is told to write them. */
class Buffered {
  written: string[] = [];
  private kept: string[] = [];
  write(line: string): void {
    this.kept.push((JSON.parse(line) as { msg: string }).msg);
  }
  flushSync(): void {
    this.written.push(...this.kept.splice(0));
  }
}

let buffer: Buffered;
let logger: Logger;
const others = new Set(process.listeners('exit'));
beforeEach(() => {
  vi.useFakeTimers();
  buffer = new Buffered();
  logger = pino({}, gatherLines(buffer));
});
afterEach(() => {
  for (const mine of process.listeners('exit').filter((one) => !others.has(one))) process.off('exit', mine);
  vi.useRealTimers();
});

describe('lines of a log', () => {
  it('are written together after a moment', () => {
    logger.info('one');
    logger.info('two');
    expect(buffer.written).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(buffer.written).toEqual(['one', 'two']);
    logger.info('three');
    vi.advanceTimersByTime(50);
    expect(buffer.written).toEqual(['one', 'two', 'three']);
  });

  it.each(['warn', 'error', 'fatal'] as const)(
    'are out at once with a line of level %s, in order',
    (level) => {
      logger.info('before');
      logger[level]('it');
      expect(buffer.written).toEqual(['before', 'it']);
      vi.advanceTimersByTime(50);
      expect(buffer.written).toEqual(['before', 'it']);
    },
  );

  it('are out when the process ends', () => {
    logger.info('last');
    for (const mine of process.listeners('exit').filter((one) => !others.has(one))) mine(0);
    expect(buffer.written).toEqual(['last']);
  });
});
