import type { PlainPacking, UnexaminedReason } from '@sluice/contracts';
import type { PartRole } from './opened-item.js';

/** One node of the tree an object is. Number and parent say which one it is; labels are for people only. */
export interface Part {
  /** 0: the object itself; then in the order they were found, depth first. */
  readonly number: number;
  /** Numbers of what it is in, from the object down; the last one is its parent. Empty for the object itself. */
  readonly within: readonly number[];
  /** Labels from the object down; empty for the object itself. Two parts may have the same. */
  readonly path: readonly string[];
  readonly bytes: Buffer;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly mime: string;
  readonly role: PartRole;
  readonly wasEncrypted: boolean;
  /** It stands in the object itself, packed so that every reader of that gets these bytes. */
  readonly packing?: PlainPacking;
}

/** Something in the object that was not examined. Any of them means: never clean. */
export interface UnexaminedPart {
  readonly reason: UnexaminedReason;
  readonly path: readonly string[];
  /** The part it is, or is in. */
  readonly part: number;
  /** Numbers of what that part is in, from the object down. */
  readonly within: readonly number[];
  /** The bound that was reached. */
  readonly limit?: string;
  /** For people: one clause. */
  readonly detail?: string;
}
