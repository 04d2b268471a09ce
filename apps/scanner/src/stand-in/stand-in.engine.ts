import { setTimeout as pause } from 'node:timers/promises';
import type { Engine, EngineOutcome, EngineStatus, ScanContent } from '@sluice/contracts';

/**
 * Takes the same time for every object, but for those that begin with a line `stand-in: MILLISECONDS`, and finds nothing: for measurements of everything but the engines
 * (tools/bench). Only with NODE_ENV=test, and its signatures are test signatures, so no gateway that others can reach
 * would let it judge.
 */
export class StandInEngine implements Engine {
  readonly name = 'stand-in';
  readonly technology = 'am';

  constructor(private readonly scanMs: number) {}

  async scan({ bytes }: ScanContent): Promise<EngineOutcome> {
    const startedMs = performance.now();
    try {
      const head = await drain(bytes);
      const ownMs = /^stand-in: (\d{1,7})\n/.exec(head.subarray(0, 32).toString('latin1'))?.[1];
      const scanMs = ownMs === undefined ? this.scanMs : Number(ownMs);
      await pause(Math.max(0, scanMs - (performance.now() - startedMs)));
    } catch {
      return { kind: 'failed', code: 'source-failed', retryable: true };
    }
    return { kind: 'clean' };
  }

  selfTest(): Promise<EngineStatus> {
    return Promise.resolve({
      engine: this.name,
      technology: this.technology,
      version: '1',
      signaturesAt: null,
      isTestSignatures: true,
      isHealthy: true,
      problem: null,
      maxObjectBytes: null,
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Takes everything; answers the first bytes. */
async function drain(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  let head: Uint8Array | null = null;
  for await (const chunk of bytes) head ??= chunk;
  return Buffer.from(head ?? []);
}
