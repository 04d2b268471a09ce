/** One element of BER or DER (X.690). */
export interface BerElement {
  readonly tag: number;
  readonly isConstructed: boolean;
  readonly start: number;
  /** Null: of indefinite length, ended by two zero bytes. */
  readonly end: number | null;
}

const maxDepth = 32;

/** Reads elements without building a tree. Whatever the bytes are, it throws nothing and goes over them once. */
export class BerReader {
  /** An element reaches beyond the bytes. */
  isCut = false;

  constructor(private readonly bytes: Buffer) {}

  /** Null at the end of the bytes, of what is around it, or where no element can be read. */
  element(at: number, limit: number): BerElement | null {
    const tag = this.bytes[at];
    const first = this.bytes[at + 1];
    if (tag === undefined || first === undefined || at + 2 > limit) {
      if (at >= this.bytes.length || limit > this.bytes.length) this.isCut = true;
      return null;
    }
    if (tag === 0 && first === 0) return null;
    const isConstructed = (tag & 0x20) !== 0;
    if (first === 0x80) return { tag, isConstructed, start: at + 2, end: null };
    const lengthBytes = first > 0x80 ? first & 0x7f : 0;
    if (lengthBytes > 6 || at + 2 + lengthBytes > this.bytes.length) return null;
    const length = lengthBytes === 0 ? first : this.bytes.readUIntBE(at + 2, lengthBytes);
    const start = at + 2 + lengthBytes;
    if (start + length > this.bytes.length) this.isCut = true;
    return { tag, isConstructed, start, end: Math.min(start + length, limit, this.bytes.length) };
  }

  limitOf(element: BerElement): number {
    return element.end ?? this.bytes.length;
  }

  /** Where the next element begins. */
  behind(element: BerElement, depth = 0): number {
    if (element.end !== null) return element.end;
    let at = element.start;
    for (;;) {
      const child = depth < maxDepth ? this.element(at, this.bytes.length) : null;
      if (child === null) return Math.min(this.bytes.length, at + 2);
      at = this.behind(child, depth + 1);
    }
  }

  *children(parent: BerElement): Generator<BerElement> {
    const limit = this.limitOf(parent);
    for (let at = parent.start; at < limit;) {
      const child = this.element(at, limit);
      if (child === null) return;
      yield child;
      at = this.behind(child);
    }
  }

  /** The bytes of a string that may stand in several pieces. */
  text(element: BerElement, depth = 0): Buffer {
    if (!element.isConstructed || depth > maxDepth)
      return this.bytes.subarray(element.start, this.limitOf(element));
    const pieces: Buffer[] = [];
    for (const child of this.children(element)) pieces.push(this.text(child, depth + 1));
    return Buffer.concat(pieces);
  }
}
