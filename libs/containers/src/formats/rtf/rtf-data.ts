/** Destinations whose hexadecimal digits are a file or part of one. */
const destinations = ['objdata', 'datastore', 'themedata', 'colorschememapping', 'pict'] as const;
export type RtfDestination = (typeof destinations)[number];

export interface RtfData {
  readonly destination: RtfDestination;
  /** With the digits of groups inside it, and without: readers differ. Distinct. */
  readonly readings: readonly Buffer[];
  readonly isCut: boolean;
}

const open = 0x7b;
const close = 0x7d;
const backslash = 0x5c;
const word = /^\\([a-zA-Z]{1,32})(-?\d{1,10})? ?/;
const longestWord = 48;

const hexValue = (byte: number): number => {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
};

/** What stands in hexadecimal in an RTF file, whatever words, groups and blanks are strewn among the digits. One pass. */
export function* rtfData(bytes: Buffer): Generator<RtfData> {
  for (let at = bytes.indexOf(backslash); at >= 0;) {
    const match = word.exec(bytes.toString('latin1', at, at + longestWord));
    const name = match?.[1]?.toLowerCase();
    const destination = destinations.find((one) => one === name);
    if (match === null || destination === undefined) {
      at = bytes.indexOf(backslash, at + (match?.[0].length ?? 2));
      continue;
    }
    const read = new HexReader(bytes, at + match[0].length).read();
    yield { destination, readings: read.readings, isCut: read.isCut };
    at = bytes.indexOf(backslash, read.next);
  }
}

class HexReader {
  private readonly all: Digits;
  private readonly outer: Digits;
  private depth = 0;

  constructor(
    private readonly bytes: Buffer,
    private at: number,
  ) {
    this.all = new Digits();
    this.outer = new Digits();
  }

  read(): { readings: Buffer[]; next: number; isCut: boolean } {
    let isCut = true;
    while (this.at < this.bytes.length) {
      const byte = this.bytes[this.at] as number;
      if (byte === close && this.depth === 0) {
        isCut = false;
        break;
      }
      this.take(byte);
    }
    const [all, outer] = [this.all.bytes(), this.outer.bytes()];
    return { readings: all.equals(outer) ? [all] : [outer, all], next: this.at, isCut };
  }

  private take(byte: number): void {
    if (byte === backslash) return this.control();
    this.at += 1;
    if (byte === open) this.depth += 1;
    else if (byte === close) this.depth -= 1;
    else this.digit(hexValue(byte));
  }

  private digit(value: number): void {
    if (value < 0) return;
    this.all.add(value);
    if (this.depth === 0) this.outer.add(value);
  }

  /** `\bin` is followed by so many bytes as they are; other words and symbols mean nothing here. */
  private control(): void {
    const match = word.exec(this.bytes.toString('latin1', this.at, this.at + longestWord));
    if (match === null) {
      this.at += this.bytes[this.at + 1] === 0x27 ? 4 : 2;
      return;
    }
    this.at += match[0].length;
    if (match[1]?.toLowerCase() !== 'bin') return;
    const count = Math.min(Math.max(0, Number(match[2] ?? 0)), this.bytes.length - this.at);
    for (let end = this.at + count; this.at < end; this.at += 1) {
      const byte = this.bytes[this.at] as number;
      this.digit(byte >> 4);
      this.digit(byte & 15);
    }
  }
}

class Digits {
  private pieces = Buffer.allocUnsafe(1024);
  private count = 0;

  add(value: number): void {
    const at = this.count >> 1;
    if (at >= this.pieces.length)
      this.pieces = Buffer.concat([this.pieces, Buffer.allocUnsafe(this.pieces.length)]);
    this.pieces[at] = (this.count & 1) === 0 ? value << 4 : (this.pieces[at] as number) | value;
    this.count += 1;
  }

  bytes(): Buffer {
    return this.pieces.subarray(0, this.count >> 1);
  }
}
