import { createHash } from 'node:crypto';
import { type EngineOutcome, type StreamTotals, noStreams } from '@sluice/contracts';
import { contentOf, FakeEngine } from '@sluice/contracts/testing';
import type { EngineResult } from '../combine-outcomes/combine-outcomes.js';
import { CallLimit } from '../examine-object/call-limit.js';
import { contentEngineResult } from '../examine-object/content-engine-result.js';
import { CutShort } from '../examine-object/cut-short.js';
import { PartShow } from '../examine-object/show-parts.js';
import type { Inspection, InspectionLimits } from '../inspection/inspection.schema.js';
import { usualLimits } from './usual-limits.js';

export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A part as an inspector gives it; what is absent is as usual. */
export interface Given {
  readonly number: number;
  readonly within?: number[];
  readonly bytes: Buffer;
  readonly label?: string;
  readonly sha256?: string;
  readonly isCovered?: boolean;
  readonly sizeBytes?: number;
  readonly mime?: string;
  readonly streams?: StreamTotals;
  readonly packing?: string;
}

export const recordOf = ({ number, within = [0], bytes, label = 'a', ...given }: Given) => ({
  about: {
    number,
    within,
    path: within.map(() => label),
    isCovered: given.isCovered ?? false,
    sha256: given.sha256 ?? hashOf(bytes),
    mime: given.mime ?? 'application/octet-stream',
    streams: given.streams ?? noStreams,
    ...(given.packing !== undefined && { packing: given.packing }),
  },
  sizeBytes: given.sizeBytes ?? bytes.length,
  bytes: contentOf(bytes).bytes,
});

/** The show of one object's parts to a fake engine. */
export class PartBench {
  readonly engine = new FakeEngine();
  readonly allowed = new Set<string>();
  readonly show: PartShow;

  constructor(changes: Partial<InspectionLimits> = {}, timeMs = 60_000) {
    this.show = new PartShow([this.engine], {
      limits: { ...usualLimits, ...changes },
      objectBytes: 1000,
      deadlineMs: performance.now() + timeMs,
      isAllowed: (sha256) => this.allowed.has(sha256),
      cut: new CutShort({ isMailHeldUp: () => false, keepFromOthers: () => undefined }),
      calls: new CallLimit(2),
      onSaid: () => undefined,
    });
  }

  async take(...parts: Given[]): Promise<void> {
    for (const part of parts) await this.show.take(recordOf(part));
    await this.show.finish();
  }

  /** While calls are under way the rest gathers: fewer than a bundle takes. */
  async takeWhileBusy(parts: readonly Given[], outcome: EngineOutcome | null = null): Promise<void> {
    let open = (): void => undefined;
    this.engine.gate = new Promise((resolve) => (open = resolve));
    for (const part of parts) await this.show.take(recordOf(part));
    this.engine.nextOutcome = outcome;
    open();
    await this.show.finish();
  }

  /** What is said of the object, after `whole` was said of it alone. */
  conclude(whole: EngineOutcome, inspection: Partial<Inspection> = {}): EngineResult {
    const inspected: Inspection = {
      kind: 'inspection',
      detectedType: 'application/zip',
      mail: null,
      partCount: 9,
      isOutOfTime: false,
      isCovered: true,
      streams: noStreams,
      unexamined: [],
      unexaminedTotal: 0,
      unexaminedReasons: [],
      unsealedCount: 0,
      runs: [],
      ...inspection,
    };
    const outcome = { kind: 'inspected', inspection: inspected } as const;
    const context = { whole, inspected: outcome, isObjectAllowed: false, status: null, durationMs: 1 };
    return contentEngineResult(this.show.views[0]!, context);
  }
}
