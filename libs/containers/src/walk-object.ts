import type { MailHeaders, ObjectType, StreamTotals } from '@sluice/contracts';
import { detectType } from './detect-type.js';
import type { Part, UnexaminedPart } from './part.js';
import { Walk } from './walk.js';
import type { WalkLimits } from './walk-limits.js';

export interface OpenedContent {
  readonly isCovered: boolean;
  readonly streams: StreamTotals;
}

export interface WalkOptions {
  readonly objectType: ObjectType;
  /** Called for the object and for every part, the outer one first; the walk waits for it. */
  readonly onPart: (part: Part) => void | Promise<void>;
  /**
   * The turn of content engines, which got the object itself: every leaf, every document, and every wrapper that could
   * not be opened in full; never a view inside a document. `isCovered`: who saw its parts saw all of it. The walk waits.
   */
  readonly onContent?: (part: Part, opened: OpenedContent) => void | Promise<void>;
  readonly limits?: Partial<WalkLimits>;
  /** To try on whatever is encrypted, besides words of the mail around it; of all at most 20 a container. */
  readonly passwords?: readonly string[];
  /** Whoever sent the object named these: tried before all others. */
  readonly givenPasswords?: readonly string[];
  /** The walk ends after this and says so. */
  readonly timeLimitMs: number;
}

export interface WalkReport {
  readonly detectedType: string;
  readonly mail: MailHeaders | null;
  /** The object counts as one. */
  readonly partCount: number;
  /** The object was opened in full, and who saw its parts saw all of it. */
  readonly isCovered: boolean;
  /** Of the object itself, where it is a document. */
  readonly streams: StreamTotals;
  /** The first hundred. */
  readonly unexamined: UnexaminedPart[];
  readonly unexaminedTotal: number;
  /** Every reason there is, of those that are not listed too. */
  readonly unexaminedReasons: readonly UnexaminedPart['reason'][];
  readonly isOutOfTime: boolean;
  /** Parts that were sealed under a password which was among those tried. */
  readonly unsealedCount: number;
}

/** Opens an object and everything inside it, depth first, within bounds. Nothing is written or named on disk. */
export async function walkObject(bytes: Buffer, options: WalkOptions): Promise<WalkReport> {
  const walk = new Walk(options);
  const type = detectType(bytes, options.objectType);
  await walk.run(bytes, type);
  return {
    detectedType: type.mime,
    mail: walk.mail,
    partCount: walk.partCount,
    isCovered: walk.isObjectCovered,
    streams: walk.streams,
    unexamined: walk.unexamined,
    unexaminedTotal: walk.unexaminedTotal,
    unexaminedReasons: [...walk.unexaminedReasons],
    isOutOfTime: walk.isOutOfTime,
    unsealedCount: walk.unsealedCount,
  };
}
