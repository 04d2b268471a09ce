import { describe, expect, it } from 'vitest';
import type { EngineOutcome } from '../engine.js';
import { type EngineStatus, engineStatusSchema } from '../registry.message.js';
import type { Technology } from '../states.js';
import { detectionSchema } from '../verdict.message.js';

/** One engine as the suite sees it; engines for parts and for whole objects both fit. */
export interface EngineUnderTest {
  readonly name: string;
  readonly technology: Technology;
  scan(bytes: Buffer): Promise<EngineOutcome> | EngineOutcome;
  selfTest(): Promise<EngineStatus> | EngineStatus;
}

/** What every engine and every fake of one promises. `infected` are bytes it must detect. */
export function describeEngineContract(
  title: string,
  engine: () => EngineUnderTest,
  samples: { infected: () => Buffer },
): void {
  describe(`${title} keeps the contract of an engine`, () => {
    it('detects what it must, under its own name', async () => {
      const outcome = await engine().scan(samples.infected());
      if (outcome.kind !== 'infected') throw new Error(`outcome is ${outcome.kind}`);
      expect(outcome.detections.length).toBeGreaterThan(0);
      for (const detection of outcome.detections) {
        expect(detectionSchema.parse(detection)).toMatchObject({
          engine: engine().name,
          technology: engine().technology,
        });
        expect(detection.name).not.toBe('');
        expect(detection.path).toEqual([]);
      }
    });

    it.each([
      ['nothing at all', Buffer.alloc(0)],
      ['one byte', Buffer.from('x')],
      ['a text', Buffer.from('a harmless text\n'.repeat(100))],
      ['every byte there is', Buffer.from(Array.from({ length: 65_536 }, (_, index) => index % 256))],
      ['zeros', Buffer.alloc(3_000_000)],
    ])('finds harmless bytes clean: %s', async (_name, bytes) => {
      expect(await engine().scan(bytes)).toEqual({ kind: 'clean' });
    });

    it('does not mix up scans that run at the same time', async () => {
      const harmless = Buffer.from('harmless');
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          engine().scan(index % 2 === 0 ? samples.infected() : harmless),
        ),
      );
      expect(outcomes.map((outcome) => outcome.kind)).toEqual(
        outcomes.map((_, index) => (index % 2 === 0 ? 'infected' : 'clean')),
      );
    });

    it('tells its state in the form of the contract', async () => {
      const status = engineStatusSchema.parse(await engine().selfTest());
      expect(status).toMatchObject({
        engine: engine().name,
        technology: engine().technology,
        isHealthy: true,
        problem: null,
      });
      expect(status.version).not.toBe('');
    });
  });
}
