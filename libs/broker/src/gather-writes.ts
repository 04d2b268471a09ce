import type { Writable } from 'node:stream';

/**
 * What is written in one turn of the event loop leaves together. amqplib hands over each frame by itself, and a system
 * call that wakes the broker costs more than the frame in it: jobs of one answer of the ledger, and acknowledgements of
 * the scans whose verdicts shared a message, are a dozen frames at once.
 */
export function gatherWrites(stream: Writable): void {
  const { write } = stream;
  let isGathering = false;
  const letGo = (): void => {
    isGathering = false;
    stream.uncork();
  };
  stream.write = ((...written: Parameters<typeof write>) => {
    if (!isGathering) {
      isGathering = true;
      stream.cork();
      process.nextTick(letGo);
    }
    return write.apply(stream, written);
  }) as typeof write;
}
