import { describe, expect, it } from 'vitest';
import { once } from 'node:events';
import { MessageContent } from './message-content.js';

const chunk = Buffer.alloc(300_000, 'x');
const longMs = 60_000;

describe('MessageContent', () => {
  it('has the MTA wait for its reader, and leaves nothing behind of any wait', async () => {
    const content = new MessageContent();
    const listeners = () => ['close', 'drain', 'error'].map((event) => content.stream.listenerCount(event));
    const before = listeners();
    for (let count = 0; count < 20; count += 1) {
      const written = content.write(chunk, longMs);
      // A reader that takes what there is, once there is something.
      while (content.stream.read() === null) await once(content.stream, 'readable');
      while (content.stream.readableLength > 0) content.stream.read();
      expect(await written).toBe('taken');
    }
    // `readable` is the reader's own.
    expect(listeners()).toEqual(before);
  });
  it('is stalled when its reader takes nothing in time, and takes everything when no one reads any more', async () => {
    const content = new MessageContent();
    expect(await content.write(chunk, 1)).toBe('stalled');
    const waiting = content.write(chunk, longMs);
    content.release();
    expect(await waiting).toBe('taken');
    expect(await content.write(chunk, longMs)).toBe('taken');
  });
});
