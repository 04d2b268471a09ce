import type { PlainPacking } from './plain-packing.js';
import type { EngineStatus } from './registry.message.js';
import type { Technology } from './states.js';
import type { Detection, VerdictReason } from './verdict.message.js';

/**
 * Why an engine could not give its opinion on an object. Words for logs and for the table in combine-outcomes.
 * `broke-off`: it had all of the object and was gone before it said anything, so the object may be what ended it.
 */
export const engineErrorCodes = [
  'timeout',
  'unreachable',
  'broke-off',
  'crashed',
  'bad-answer',
  'refused',
  'source-failed',
] as const;
export type EngineErrorCode = (typeof engineErrorCodes)[number];

/**
 * Why a part could not be examined, by an engine or by the one that opens objects. `damaged`: it cannot be read to its
 * end, or yields nothing. `ambiguous`: readers disagree about what it holds, and not every reading could be opened.
 */
export const unexaminedReasons = [
  'encrypted',
  'unsupported',
  'damaged',
  'ambiguous',
  'limit-exceeded',
  'too-large',
] as const satisfies readonly VerdictReason[];
export type UnexaminedReason = (typeof unexaminedReasons)[number];

/**
 * What one engine says of one object. `clean` is made in exactly one place per engine, from a positive match;
 * whatever is not understood is `failed`. `unscannable`: the engine works, but cannot examine this object in full.
 */
export type EngineOutcome =
  | { readonly kind: 'clean' }
  | { readonly kind: 'infected'; readonly detections: readonly Detection[] }
  | {
      readonly kind: 'unscannable';
      readonly reason: UnexaminedReason;
      /** The engine's own word for the bound that was reached. */
      readonly limit?: string;
      /**
       * It only remarked on something (`limit` has its name), which hides whether it reached a bound: as good as clean of
       * what is too small for that.
       */
      readonly isRemark?: true;
    }
  | { readonly kind: 'failed'; readonly code: EngineErrorCode; readonly retryable: boolean };

/** Bytes to scan: read once, in order. */
export interface ScanContent {
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What something that was shown to an engine is, as the inspector found. */
export interface ScannedKind {
  readonly mime: string;
  readonly sizeBytes: number;
  /** Of a document: its streams, which the engine gets as part of the document only. */
  readonly streams: StreamTotals;
}

export interface StreamTotals {
  readonly count: number;
  readonly totalBytes: number;
  readonly largestBytes: number;
}
export const noStreams: StreamTotals = { count: 0, totalBytes: 0, largestBytes: 0 };

/** What an engine does not see of a kind of object, whatever it answers. */
export interface Shortfall {
  readonly reason: UnexaminedReason;
  readonly limit?: string;
}

/** What every content engine offers; ClamAV and the inspector (YARA, hash lists, containers) are the two in use. */
export interface Engine {
  readonly name: string;
  readonly technology: Technology;
  /** Never rejects: everything that goes wrong is an outcome. Past `timeoutMs` the work is ended by force. */
  scan(content: ScanContent, options: { readonly timeoutMs: number }): Promise<EngineOutcome>;
  /**
   * Many small contents in one call. `clean` is said of every one of them; anything else says nothing of any, and each has to
   * be scanned alone. An engine without it is asked one by one. Never rejects.
   */
  scanTogether?(
    contents: readonly Uint8Array[],
    options: { readonly timeoutMs: number },
  ): Promise<EngineOutcome>;
  /**
   * What the engine, as far as it is known, did not see of something it called clean. Null: nothing. Asked for what is
   * clean only. Never rejects.
   */
  shortfall?(kind: ScannedKind, options: { readonly timeoutMs: number }): Promise<Shortfall | null>;
  /**
   * Whether it was seen to open by itself what is packed so. What it then says of the whole it says of such a part too, and
   * need not be shown it alone. An engine without it is shown everything.
   */
  opensByItself?(packing: PlainPacking): boolean;
  /** What answers now, one word for each program that may be another; absent: there is but one. */
  readonly versionsInUse?: () => readonly string[];
  /** Proves that the engine detects what it must, and tells versions and dates. Never rejects. */
  selfTest(): Promise<EngineStatus>;
  close(): Promise<void>;
}

/**
 * An engine that looks at one part at a time, inside the sandbox, and needs no one but itself. May take as long as it
 * takes: the process around it is killed past its time. Detections carry an empty path; the caller knows the part.
 */
export interface PartEngine {
  readonly name: string;
  readonly technology: Technology;
  scanPart(part: { readonly bytes: Uint8Array; readonly sha256: string }): EngineOutcome;
  selfTest(): EngineStatus;
}
