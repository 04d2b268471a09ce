import { Transform, type TransformCallback } from 'node:stream';

/** More than any mail server takes; what is beyond is no header for anyone. */
const maxHeadBytes = 8 * 1024 * 1024;
/** A field of ours with its folded lines, wherever a line of the head begins. */
const ownField = /(?<=^|\n)x-sluice-[^\n]*(?:\n[ \t][^\n]*)*(?:\n|$)/gi;

/**
 * Passes a mail on without headers named `X-Sluice-…`: those it came with were written by its sender, and readers take them for
 * the sensor's, which takes them out of every mail it lets through. Every other byte stays.
 */
export class WithoutOwnHeaders extends Transform {
  private head: Buffer[] | null = [];
  private headBytes = 0;
  /** A line begins at the first byte. */
  private tail = '\n';

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.head === null) return done(null, chunk);
    this.head.push(chunk);
    this.headBytes += chunk.length;
    // The end may lie across two chunks. Latin-1: each byte is a character, and stays the same byte.
    const seen = this.tail + chunk.toString('latin1');
    this.tail = seen.slice(-3);
    if (/\n\r?\n/.test(seen) || this.headBytes > maxHeadBytes) this.pushHead();
    done();
  }

  override _flush(done: TransformCallback): void {
    this.pushHead();
    done();
  }

  private pushHead(): void {
    if (this.head === null) return;
    const text = Buffer.concat(this.head).toString('latin1');
    this.head = null;
    const end = headEnd(text);
    this.push(Buffer.from(text.slice(0, end).replace(ownField, '') + text.slice(end), 'latin1'));
  }
}

/** Where the empty line begins that ends the head. */
function headEnd(text: string): number {
  if (/^\r?\n/.test(text)) return 0;
  const found = /\n(?=\r?\n)/.exec(text);
  return found === null ? text.length : found.index + 1;
}
