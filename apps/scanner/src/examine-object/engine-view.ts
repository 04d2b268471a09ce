import {
  type Detection,
  type Engine,
  type EngineOutcome,
  type NotExamined,
  type UnexaminedReason,
  maxNotExamined,
} from '@sluice/contracts';
import type { Hit, TreePart } from '../inspection/excuse-allowed.js';
import type { ShownPart } from '../inspection/inspection.schema.js';

export interface FoundHit extends Hit {
  readonly detection: Detection;
}

/** The most places a hash is remembered at, for the allow list. */
const maxPlaces = 10_000;

/** What one content engine said of the parts of one object. */
export class EngineView {
  /** Of the hits of a part only the first place is told, all are weighed. */
  readonly hits: FoundHit[] = [];
  readonly notExamined: NotExamined[] = [];
  notExaminedTotal = 0;
  /** Of all of them, listed or not. */
  readonly notExaminedReasons = new Set<NotExamined['reason']>();
  /** The first thing that went wrong. */
  failure: (EngineOutcome & { readonly kind: 'failed' }) | null = null;
  /** Calls for parts; together some have many. */
  callCount = 0;
  /** Bundles of parts that were not clean together. */
  takenApart = 0;
  shownCount = 0;
  shownBytes = 0;
  /** Parts that the engine saw when it opened the object, and was not shown alone. */
  sparedCount = 0;
  /** What it says of the object as it is. */
  readonly whole: Promise<EngineOutcome>;
  /** The same, once it is there. */
  said: EngineOutcome | null = null;
  private resolveWhole: (outcome: EngineOutcome) => void = () => undefined;
  private readonly places = new Map<string, TreePart[]>();
  private readonly found = new Map<string, readonly Detection[]>();

  constructor(readonly engine: Engine) {
    this.whole = new Promise((resolve) => (this.resolveWhole = resolve));
  }

  tellWhole(outcome: EngineOutcome): void {
    this.said = outcome;
    this.resolveWhole(outcome);
  }

  /** A part is there, whether or not its bytes were seen before. */
  note({ number, within, sha256 }: ShownPart, isAllowed: boolean): void {
    const places = this.places.get(sha256) ?? [];
    const place = { number, within, isAllowed };
    if (places.length < maxPlaces) places.push(place);
    this.places.set(sha256, places);
    for (const detection of this.found.get(sha256) ?? []) this.keep(place, detection);
  }

  take(part: ShownPart, outcome: EngineOutcome, sizeBytes: number): void {
    this.shownCount += 1;
    this.shownBytes += sizeBytes;
    this.judge(part, outcome);
  }

  spare(part: ShownPart, outcome: EngineOutcome): void {
    this.sparedCount += 1;
    this.judge(part, outcome);
  }

  private judge(part: ShownPart, outcome: EngineOutcome): void {
    switch (outcome.kind) {
      case 'clean':
        return;
      case 'infected': {
        const detections = outcome.detections.map((one) => ({
          ...one,
          path: [...part.path],
          sha256: part.sha256,
        }));
        this.found.set(part.sha256, detections);
        for (const place of this.places.get(part.sha256) ?? [])
          for (const detection of detections) this.keep(place, detection);
        return;
      }
      case 'unscannable':
        // Who saw all of its parts misses nothing.
        if (part.isCovered) return;
        return this.leaveOut(part.path, outcome.reason, outcome.limit);
      case 'failed':
        this.failure ??= outcome;
        return this.tell({
          path: [...part.path],
          engine: this.engine.name,
          reason: outcome.code === 'timeout' ? 'engine-timeout' : 'engine-failed',
        });
    }
  }

  leaveOut(path: readonly string[], reason: UnexaminedReason, limit: NotExamined['limit']): void {
    this.tell({ path: [...path], engine: this.engine.name, reason, ...(limit !== undefined && { limit }) });
  }

  private keep(part: TreePart, detection: Detection): void {
    this.hits.push({ part, name: detection.name, detection });
  }

  private tell(one: NotExamined): void {
    this.notExaminedTotal += 1;
    this.notExaminedReasons.add(one.reason);
    if (this.notExamined.length < maxNotExamined) this.notExamined.push(one);
  }
}

export const viewOf = (engine: Engine): EngineView => new EngineView(engine);
