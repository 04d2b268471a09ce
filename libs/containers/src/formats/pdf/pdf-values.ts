/** Objects of a PDF (ISO 32000-2 §7.3) as far as they say what streams there are. Strings are bytes. */
export type PdfValue = number | boolean | null | PdfName | PdfReference | Buffer | PdfArray | PdfDictionary;
// An interface, because a type alias may not mention itself here.
export interface PdfArray extends ReadonlyArray<PdfValue> {
  readonly length: number;
}
export type PdfDictionary = ReadonlyMap<string, PdfValue>;

export class PdfName {
  constructor(readonly text: string) {}
}

export class PdfReference {
  constructor(readonly number: number) {}
}

const maxDepth = 40;
const blank = new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]);
const delimiter = new Set([...'()<>[]{}/%'].map((char) => char.charCodeAt(0)));

/** A dictionary that has a key twice, as readers have it that take the last one; null: none of its keys is. */
export function byLastKeys(dictionary: PdfDictionary): PdfDictionary | null {
  const twice = [...dictionary].filter(([key]) => key.endsWith(' '));
  return twice.length === 0
    ? null
    : new Map([...dictionary, ...twice.map(([key, value]) => [key.slice(0, -1), value] as const)]);
}

export const isDictionary = (value: PdfValue | undefined): value is PdfDictionary => value instanceof Map;
export const nameOf = (value: PdfValue | undefined): string | null =>
  value instanceof PdfName ? value.text : null;

/** Reads one object after the other. Never throws, never goes back, never beyond `end`. */
export class PdfReader {
  constructor(
    private readonly bytes: Buffer,
    public at: number,
    private readonly end: number,
  ) {}

  /** Undefined: nothing that could be an object. */
  value(depth = 0): PdfValue | undefined {
    this.skipBlanks();
    const byte = this.bytes[this.at];
    if (byte === undefined || this.at >= this.end || depth > maxDepth) return undefined;
    switch (String.fromCharCode(byte)) {
      case '/':
        return this.name();
      case '(':
        return this.text();
      case '[':
        return this.array(depth);
      case '<':
        return this.bytes[this.at + 1] === 0x3c ? this.dictionary(depth) : this.hexText();
      default:
        return this.word();
    }
  }

  skipBlanks(): void {
    while (this.at < this.end) {
      const byte = this.bytes[this.at] as number;
      if (byte === 0x25) {
        while (this.at < this.end && this.bytes[this.at] !== 0x0a && this.bytes[this.at] !== 0x0d)
          this.at += 1;
      } else if (!blank.has(byte)) return;
      else this.at += 1;
    }
  }

  private token(): string {
    const start = this.at;
    while (this.at < this.end) {
      const byte = this.bytes[this.at] as number;
      if (blank.has(byte) || delimiter.has(byte)) break;
      this.at += 1;
    }
    return this.bytes.toString('latin1', start, this.at);
  }

  private name(): PdfName {
    this.at += 1;
    const text = this.token();
    const plain = text.replace(/#([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return new PdfName(plain);
  }

  private word(): PdfValue | undefined {
    const start = this.at;
    const text = this.token();
    if (text === '') {
      this.at = start;
      return undefined;
    }
    if (text === 'true' || text === 'false') return text === 'true';
    if (text === 'null') return null;
    if (!/^[+-]?[\d.]+$/.test(text)) {
      this.at = start;
      return undefined;
    }
    return this.reference(text) ?? Number(text);
  }

  private reference(number: string): PdfReference | null {
    const rest = this.bytes.toString('latin1', this.at, Math.min(this.end, this.at + 24));
    const match = /^\s+\d{1,10}\s+R(?![A-Za-z0-9])/.exec(rest);
    if (match === null || !/^\d+$/.test(number)) return null;
    this.at += match[0].length;
    return new PdfReference(Number(number));
  }

  private array(depth: number): PdfValue[] {
    this.at += 1;
    const values: PdfValue[] = [];
    for (;;) {
      this.skipBlanks();
      if (this.at >= this.end) return values;
      if (this.bytes[this.at] === 0x5d) {
        this.at += 1;
        return values;
      }
      const value = this.value(depth + 1);
      if (value === undefined) return values;
      values.push(value);
    }
  }

  private dictionary(depth: number): PdfDictionary {
    this.at += 2;
    const entries = new Map<string, PdfValue>();
    for (;;) {
      this.skipBlanks();
      if (this.bytes[this.at] === 0x3e || this.at >= this.end) {
        this.at += 2;
        return entries;
      }
      const key = this.value(depth + 1);
      if (!(key instanceof PdfName)) return entries;
      const value = this.value(depth + 1);
      if (value === undefined) return entries;
      // The first of two equal keys counts for some readers, the last for others; both are kept apart by a space.
      entries.set(entries.has(key.text) ? `${key.text} ` : key.text, value);
    }
  }

  private hexText(): Buffer {
    const close = this.bytes.indexOf(0x3e, this.at);
    const stop = close < 0 || close > this.end ? this.end : close;
    const digits = this.bytes.toString('latin1', this.at + 1, stop).replace(/[^0-9a-f]/gi, '');
    this.at = stop + 1;
    return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
  }

  private text(): Buffer {
    const out: number[] = [];
    let depth = 0;
    for (; this.at < this.end; this.at += 1) {
      const byte = this.bytes[this.at] as number;
      if (byte === 0x5c) {
        this.escape(out);
        continue;
      }
      if (byte === 0x28 && depth++ === 0) continue;
      if (byte === 0x29 && --depth === 0) {
        this.at += 1;
        break;
      }
      out.push(byte);
    }
    return Buffer.from(out);
  }

  private escape(out: number[]): void {
    const octal = /^[0-7]{1,3}/.exec(this.bytes.toString('latin1', this.at + 1, this.at + 4))?.[0];
    if (octal !== undefined) {
      out.push(Number.parseInt(octal, 8) & 0xff);
      this.at += octal.length;
      return;
    }
    this.at += 1;
    const byte = this.bytes[this.at];
    const meaning = 'nrtbf'.indexOf(String.fromCharCode(byte ?? 0));
    if (meaning >= 0) out.push([0x0a, 0x0d, 0x09, 0x08, 0x0c][meaning] as number);
    else if (byte === 0x0d && this.bytes[this.at + 1] === 0x0a) this.at += 1;
    else if (byte !== undefined && byte !== 0x0a && byte !== 0x0d) out.push(byte);
  }
}
