import type { IncomingMessage } from 'node:http';
import type { GatewayLimits } from '../gateway-limits.js';

/**
 * After an early answer: reads on, up to `maxBytes`, then holds still, until the caller has finished or left, at most
 * `maxMs`. A caller that sends without looking finds its answer when its sending blocks or breaks; one that looks,
 * leaves by itself. One that was refused instead of `100 Continue` most likely sends nothing: it is not kept waiting.
 */
export function drainRequest(
  request: IncomingMessage,
  { maxBytes, maxMs, refusedContinueMs }: GatewayLimits['drain'],
  wasContinueRefused: boolean,
): Promise<void> {
  return new Promise((resolve) => {
    let readBytes = 0;
    const onData = (chunk: Buffer): void => {
      readBytes += chunk.length;
      if (silentTimer !== undefined) clearTimeout(silentTimer);
      if (readBytes > maxBytes) request.pause();
    };
    const done = (): void => {
      clearTimeout(timer);
      clearTimeout(silentTimer);
      request.off('data', onData);
      resolve();
    };
    const timer = setTimeout(done, maxMs);
    const silentTimer = wasContinueRefused ? setTimeout(done, refusedContinueMs) : undefined;
    request.on('data', onData);
    request.once('end', done);
    request.once('close', done);
    request.on('error', () => undefined);
    request.resume();
  });
}
