import { type LineEnds, isBlank, lineAt, longestBoundary } from './mime-lines.js';

/** The header fields of a mail or of one of its parts, as far as they matter for what is inside. */
export interface HeaderBlock {
  readonly start: number;
  /** Values of the fields that say what a part is, by their lower-case name, unfolded, as Latin-1, in order. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /**
   * Where the body may begin: behind the empty line, and, where a line stands among the fields that is none, there too.
   * Some readers skip such a line, others take it as the body's first.
   */
  readonly bodies: readonly number[];
  /** False: the bytes end within the fields. */
  readonly isEnded: boolean;
  /** One of the fields is longer than what is kept of it. */
  readonly isShortened: boolean;
  /** One of the fields stands there more often than it is kept: the last of them is. */
  readonly isCrowded: boolean;
  readonly fieldCount: number;
}

export interface HeaderRules {
  readonly ends: LineEnds;
  /** Of a part between delimiters: some readers take a first line that is no field as its body's first. */
  readonly mayBeBare: boolean;
  /** A line of dashes among the fields: does it delimit a part, given the fields so far? */
  readonly isDelimiter: (line: string, fields: ReadonlyMap<string, readonly string[]>) => boolean;
}

const maxFieldBytes = 65_536;
const keptFields = new Set([
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-encoding',
]);
/** Of each. Readers take the first or the last: beyond, they are only kept busy. */
const maxKeptFields = 32;
const maxNameBytes = 128;
const colon = 0x3a;
const space = 0x20;
const tab = 0x09;
const foldedColon = /^[ \t]{1,100}:/;

export function readHeaderBlock(bytes: Buffer, start: number, rules: HeaderRules): HeaderBlock {
  const block = new Block(bytes, rules);
  return { start, ...block.read(start) };
}

class Block {
  private readonly fields = new Map<string, string[]>();
  private current: string[] | null = null;
  private fieldCount = 0;
  private isShortened = false;
  private isCrowded = false;
  private start = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly rules: HeaderRules,
  ) {}

  read(start: number): Omit<HeaderBlock, 'start'> {
    let stray: number | null = null;
    this.start = start;
    for (let at = start; at < this.bytes.length;) {
      const { end, next } = lineAt(this.bytes, at, this.rules.ends);
      const kind = this.kindOf(at, end, next);
      if (kind === 'end') return this.ended(stray, next);
      if (kind === 'delimiter') return this.ended(stray, at);
      if (kind === 'stray' && (at > start || this.rules.mayBeBare)) stray ??= at;
      at = next;
    }
    const bodies = stray === null ? [] : [stray];
    return this.block(bodies, stray !== null);
  }

  private block(bodies: readonly number[], isEnded: boolean): Omit<HeaderBlock, 'start'> {
    const { fields, fieldCount, isShortened, isCrowded } = this;
    return { fields, bodies, isEnded, fieldCount, isShortened, isCrowded };
  }

  private ended(stray: number | null, body: number): Omit<HeaderBlock, 'start'> {
    return this.block(stray === null ? [body] : [body, stray], true);
  }

  private kindOf(at: number, end: number, next: number): 'end' | 'delimiter' | 'field' | 'stray' {
    if (end === at) return 'end';
    const first = this.bytes[at];
    if (first === space || first === tab) return this.takeFolded(at, end, next);
    if (first === 0x2d && this.bytes[at + 1] === 0x2d) {
      const line = this.bytes.toString('latin1', at + 2, Math.min(end, at + 2 + longestBoundary + 2));
      if (this.rules.isDelimiter(line, this.fields)) return 'delimiter';
    }
    const nameEnd = this.nameEnd(at, end);
    if (nameEnd === null) {
      this.takeName(at, end, next);
      return 'stray';
    }
    this.takeField(at, nameEnd, end);
    return 'field';
  }

  /** Only white space: a folded line when fields go on behind it, else the empty line. */
  private takeFolded(at: number, end: number, next: number): 'end' | 'field' {
    if (isBlank(this.bytes, at, end)) {
      const following = lineAt(this.bytes, next, this.rules.ends);
      const first = this.bytes[next];
      const isFolded =
        (first === space || first === tab) && !isBlank(this.bytes, next, Math.min(following.end, next + 998));
      return isFolded || this.nameEnd(next, following.end) !== null ? 'field' : 'end';
    }
    if (this.current !== null) {
      const last = this.current.length - 1;
      const value = this.current[last] ?? '';
      const more = this.bytes.toString('latin1', at, Math.min(end, at + maxFieldBytes));
      if (value.length < maxFieldBytes)
        this.current[last] = value === '' ? more.replace(foldedColon, '') : value + more;
      else this.isShortened = true;
    } else if (at === this.start) this.takeIndented(at, end);
    return 'field';
  }

  /** A first line goes on with nothing: readers that cut blanks off every line see a field. */
  private takeIndented(at: number, end: number): void {
    let name = at;
    while (this.bytes[name] === space || this.bytes[name] === tab) name += 1;
    const nameEnd = this.nameEnd(name, end);
    if (nameEnd !== null) this.takeField(name, nameEnd, end);
  }

  /** A name alone, whose colon stands in the folded line behind it: some readers unfold before they look for one. */
  private takeName(at: number, end: number, next: number): void {
    this.current = null;
    if (!foldedColon.test(this.bytes.toString('latin1', next, next + maxNameBytes))) return;
    const name = this.bytes.toString('latin1', at, Math.min(end, at + maxNameBytes)).trimEnd();
    this.keep(name, '');
  }

  /** Of a field's name: printable bytes up to the colon, which blanks may stand before. */
  private nameEnd(at: number, end: number): number | null {
    const last = Math.min(end, at + maxNameBytes);
    let name = at;
    while (name < last && (this.bytes[name] as number) > space && this.bytes[name] !== colon) name += 1;
    let mark = name;
    while (mark < end && (this.bytes[mark] === space || this.bytes[mark] === tab)) mark += 1;
    return name > at && mark < end && this.bytes[mark] === colon ? name : null;
  }

  private takeField(at: number, nameEnd: number, end: number): void {
    this.fieldCount += 1;
    this.current = null;
    if (((this.bytes[at] as number) | 0x20) !== 0x63) return;
    const from = this.bytes.indexOf(colon, nameEnd) + 1;
    if (end - from > maxFieldBytes) this.isShortened = true;
    this.keep(
      this.bytes.toString('latin1', at, nameEnd),
      this.bytes.toString('latin1', from, Math.min(end, from + maxFieldBytes)),
    );
  }

  private keep(written: string, value: string): void {
    const name = written.toLowerCase();
    if (!keptFields.has(name)) return;
    const values = this.fields.get(name) ?? [];
    if (values.length >= maxKeptFields) {
      this.isCrowded = true;
      values.pop();
    }
    values.push(value);
    this.fields.set(name, values);
    this.current = values;
  }
}
