import type { PlainPacking } from '@sluice/contracts';
import type { ShownPart } from '../inspection/inspection.schema.js';
import type { HeldPart } from './ask-engines.js';
import type { EngineView } from './engine-view.js';

/** What may be spared is held until engines have said what they say of the object; with more the inspector waits for that. */
const maxHeldBytes = 1024 * 1024;
/**
 * It waits no longer than for this share of the scan's time; the rest may be needed to show what it opens. What is shown while
 * the engine is still at the object makes both take longer, so it is more than half.
 */
const waitShare = 3 / 4;

export type PlainPart = ShownPart & { readonly packing: PlainPacking };
export type HeldPlainPart = HeldPart & { readonly part: PlainPart };

/** Which parts of one object need not be shown alone, because every engine opened them when it called the object clean. */
export class Sparing {
  private held: HeldPlainPart[] = [];
  private heldBytes = 0;
  private readonly waitUntilMs: number;

  constructor(
    private readonly views: readonly EngineView[],
    /** By `performance.now()`. */
    deadlineMs: number,
  ) {
    const nowMs = performance.now();
    this.waitUntilMs = nowMs + (deadlineMs - nowMs) * waitShare;
  }

  isPossible(part: ShownPart): part is PlainPart {
    const { packing } = part;
    return packing !== undefined && this.views.every((view) => opensByItself(view, packing));
  }

  /** False: more would be too much to hold, or there is nothing to wait for any more. */
  hasRoom(sizeBytes: number): boolean {
    const isSaid = this.views.every(({ said }) => said !== null);
    return !isSaid && this.heldBytes + sizeBytes <= maxHeldBytes;
  }

  hold(part: HeldPlainPart): void {
    this.heldBytes += part.content.length;
    this.held.push(part);
  }

  /** They are its no longer. */
  takeHeld(): HeldPlainPart[] {
    const held = this.held;
    this.held = [];
    return held;
  }

  /** Every engine's word on the object, and whether it still opens such parts: it may have become another one. */
  async isSparedByAll(part: PlainPart): Promise<boolean> {
    const spared = await Promise.all(this.views.map((view) => this.isSparedInTime(view, part)));
    return spared.every((one) => one);
  }

  /** Waits for the engine's word however long it takes. */
  async isSparedBy(view: EngineView, { packing }: PlainPart): Promise<boolean> {
    const whole = await view.whole;
    return whole.kind === 'clean' && opensByItself(view, packing);
  }

  private async isSparedInTime(view: EngineView, part: PlainPart): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), Math.max(0, this.waitUntilMs - performance.now()));
    });
    return Promise.race([this.isSparedBy(view, part), late]).finally(() => clearTimeout(timer));
  }
}

const opensByItself = ({ engine }: EngineView, packing: PlainPacking): boolean =>
  engine.opensByItself?.(packing) === true;
