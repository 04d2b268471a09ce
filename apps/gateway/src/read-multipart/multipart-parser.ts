import { MultipartError } from './multipart.errors.js';
import { parsePartHeader } from './part-header.js';
import type { PartHeader } from './part-header.js';

/** Receives one part's bytes as slices of the chunks given to the parser (no copies): use or copy them at once. */
export interface PartSink {
  write(bytes: Buffer): void;
  end(): void;
}

export interface MultipartOptions {
  readonly boundary: string;
  /** Null: the part is read over. */
  readonly onPart: (header: PartHeader) => PartSink | null;
  readonly maxParts?: number;
  readonly maxHeaderBytes?: number;
}

/**
 * | state     | what comes                                              | leads to               |
 * |-----------|---------------------------------------------------------|------------------------|
 * | data      | bytes of a part (or the preamble), then CRLF--boundary  | delimiter              |
 * | delimiter | `--`: closing; blanks and CRLF: a part; else it was data | epilogue, header, data |
 * | header    | lines up to an empty one                                | data                   |
 * | epilogue  | anything, ignored                                       |                        |
 */
type State = 'data' | 'delimiter' | 'header' | 'epilogue';

const crlf = Buffer.from('\r\n');
const endOfHeader = Buffer.from('\r\n\r\n');
const maxPaddingBytes = 64;
const [dash, carriageReturn, lineFeed, space, tab] = [0x2d, 0x0d, 0x0a, 0x20, 0x09] as const;

/**
 * Streaming multipart/form-data (RFC 2046, RFC 7578). Synchronous: `write` hands every byte on before it returns, and
 * keeps only what may be the beginning of a delimiter, or an unfinished part header. Methods throw MultipartError.
 */
export class MultipartParser {
  private readonly delimiter: Buffer;
  private readonly maxParts: number;
  private readonly maxHeaderBytes: number;
  private state: State = 'data';
  /** As if the body began with CRLF: the first delimiter has none before it. */
  private kept: Buffer = crlf;
  /** What has come of a part header since `kept`. */
  private pieces: Buffer[] = [];
  private piecesBytes = 0;
  private sink: PartSink | null = null;
  private partCount = 0;
  /** The next bytes begin with the CRLF of the empty line that ended a header. */
  private isAfterHeader = false;
  /** The last bytes before the first delimiter, which may begin one. */
  private preambleEnd: Buffer = Buffer.alloc(0);

  constructor(private readonly options: MultipartOptions) {
    this.delimiter = Buffer.from(`\r\n--${options.boundary}`, 'latin1');
    this.maxParts = options.maxParts ?? 100;
    this.maxHeaderBytes = options.maxHeaderBytes ?? 16 * 1024;
  }

  write(chunk: Buffer): void {
    if (this.isInsideHeader(chunk)) return;
    let rest: Buffer | null = this.withKept(chunk);
    while (rest !== null && rest.length > 0) rest = this.step(rest);
  }

  /**
   * A header's end has a line feed, so pieces without one are only gathered: put together each time, a header of 16 KiB
   * that comes byte by byte would be copied as often as it has bytes.
   */
  private isInsideHeader(chunk: Buffer): boolean {
    const isMore = this.state === 'header' && !chunk.includes(lineFeed);
    // Longer than allowed is for `readHeader` to say.
    if (!isMore || this.piecesBytes + chunk.length > this.maxHeaderBytes) return false;
    this.pieces.push(Buffer.from(chunk));
    this.piecesBytes += chunk.length;
    return true;
  }

  private withKept(chunk: Buffer): Buffer {
    const isAlone = this.kept.length === 0 && this.pieces.length === 0;
    const bytes = isAlone ? chunk : Buffer.concat([this.kept, ...this.pieces, chunk]);
    this.kept = emptyBuffer;
    this.pieces = [];
    this.piecesBytes = 0;
    return bytes;
  }

  /** The body is over. Throws when the closing delimiter has not come: a truncated object is never a whole one. */
  end(): void {
    if (this.state !== 'epilogue') throw new MultipartError('the body ends before its closing boundary');
  }

  /** Consumes bytes and returns the rest; null when it needs more. */
  private step(bytes: Buffer): Buffer | null {
    if (this.state === 'data') return this.readData(bytes);
    if (this.state === 'delimiter') return this.readDelimiter(bytes);
    if (this.state === 'header') return this.readHeader(bytes);
    return null;
  }

  private readData(bytes: Buffer): Buffer | null {
    const at = bytes.indexOf(this.delimiter);
    if (at === -1) {
      const safe = this.lengthBeforePossibleDelimiter(bytes);
      this.give(bytes, safe);
      return this.keep(bytes.subarray(safe));
    }
    this.give(bytes, at);
    this.state = 'delimiter';
    return bytes.subarray(at);
  }

  /** `bytes` begins with the delimiter. */
  private readDelimiter(bytes: Buffer): Buffer | null {
    const start = this.delimiter.length;
    if (bytes[start] === dash && bytes.length === start + 1) return this.keep(bytes);
    if (bytes[start] === dash && bytes[start + 1] === dash) {
      this.endPart();
      this.state = 'epilogue';
      return null;
    }
    let at = start;
    while (bytes[at] === space || bytes[at] === tab) at += 1;
    if (at - start > maxPaddingBytes) throw new MultipartError('a boundary line is too long');
    if (bytes.length < at + 2 && (bytes[at] ?? carriageReturn) === carriageReturn) return this.keep(bytes);
    if (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed) {
      this.endPart();
      this.state = 'header';
      // The line's CRLF stays: an empty header then ends like any other.
      return bytes.subarray(at);
    }
    // A line that only begins like the boundary is data.
    this.give(bytes, start);
    this.state = 'data';
    return bytes.subarray(start);
  }

  private readHeader(bytes: Buffer): Buffer | null {
    const at = bytes.indexOf(endOfHeader);
    if ((at === -1 ? bytes.length : at) > this.maxHeaderBytes)
      throw new MultipartError(`the headers of a part are larger than ${this.maxHeaderBytes} bytes`);
    if (at === -1) return this.keep(bytes);
    this.partCount += 1;
    if (this.partCount > this.maxParts) throw new MultipartError(`more than ${this.maxParts} parts`);
    this.sink = this.options.onPart(parsePartHeader(bytes.subarray(crlf.length, Math.max(at, crlf.length))));
    this.state = 'data';
    // The empty line's CRLF stays: a part without a body is followed by its delimiter at once (RFC 2046, 5.1.1).
    this.isAfterHeader = true;
    return bytes.subarray(at + crlf.length);
  }
  private give(bytes: Buffer, length: number): void {
    if (this.partCount === 0) this.checkPreamble(bytes.subarray(0, length));
    const from = this.isAfterHeader ? crlf.length : 0;
    if (length < from) return;
    if (length > 0) this.isAfterHeader = false;
    if (length > from) this.sink?.write(bytes.subarray(from, length));
  }

  /**
   * What stands before the first delimiter is ignored, but for a delimiter that is none: behind a byte order mark, or a
   * line feed alone, it would take the first part with it, and the form would lose a field in silence.
   */
  private checkPreamble(bytes: Buffer): void {
    const dashed = this.delimiter.subarray(crlf.length);
    const seen = Buffer.concat([this.preambleEnd, bytes]);
    if (seen.includes(dashed))
      throw new MultipartError('something stands before the first boundary, on its line');
    this.preambleEnd = Buffer.from(seen.subarray(Math.max(0, seen.length - dashed.length + 1)));
  }

  private endPart(): void {
    this.isAfterHeader = false;
    this.sink?.end();
    this.sink = null;
  }

  private keep(bytes: Buffer): null {
    // A copy: a few bytes must not hold a whole chunk.
    this.kept = Buffer.from(bytes);
    return null;
  }

  private lengthBeforePossibleDelimiter(bytes: Buffer): number {
    for (let at = Math.max(0, bytes.length - this.delimiter.length + 1); at < bytes.length; at += 1)
      if (this.delimiter.subarray(0, bytes.length - at).equals(bytes.subarray(at))) return at;
    return bytes.length;
  }
}

const emptyBuffer = Buffer.alloc(0);
