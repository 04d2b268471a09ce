import { setTimeout as pause } from 'node:timers/promises';
import type { Engine, EngineOutcome, EngineStatus, ScanContent } from '@sluice/contracts';

/**
 * Takes the same time for every object and finds nothing: for measurements of everything but the engines
 * (tools/bench). Only with NODE_ENV=test, and its signatures are test signatures, so no gateway that others can reach
 * would let it judge.
 */
export class StandInEngine implements Engine {
  readonly name = 'stand-in';
  readonly technology = 'am';

  constructor(private readonly scanMs: number) {}

  async scan({ bytes }: ScanContent): Promise<EngineOutcome> {
    const isOver = pause(this.scanMs);
    try {
      await drain(bytes);
    } catch {
      return { kind: 'failed', code: 'source-failed', retryable: true };
    }
    await isOver;
    return { kind: 'clean' };
  }

  selfTest(): Promise<EngineStatus> {
    return Promise.resolve({
      ...{ engine: this.name, technology: this.technology, version: '1', signaturesAt: null },
      ...{ isTestSignatures: true, isHealthy: true, problem: null, maxObjectBytes: null },
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function drain(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const reader = bytes[Symbol.asyncIterator]();
  while ((await reader.next()).done !== true);
}
