import { type ContentFields, boundariesOf, readContentFields } from './content-fields.js';
import { type HeaderBlock, readHeaderBlock } from './header-block.js';
import {
  type LineEnds,
  beforeLineBreak,
  dashLines,
  hasBareCr,
  hasNul,
  lineAt,
  longestBoundary,
  standsBeforeContentField,
} from './mime-lines.js';

/** A piece of a mail between two delimiters. */
export interface MimePiece {
  /** `text`: what stands before the first and behind the last delimiter of a multipart. */
  readonly kind: 'part' | 'text';
  readonly block: HeaderBlock;
  readonly content: ContentFields;
  /** Types of the multipart around it. */
  readonly parentTypes: readonly string[];
  /** A multipart around it says that it is quoted-printable: some readers undo that before they divide it. */
  readonly isInQuoted: boolean;
  /** A multipart that no delimiter divides: readers make one part of it. */
  readonly isUndivided: boolean;
  /** Where its bytes may begin; at least one. */
  readonly bodies: readonly number[];
  readonly end: number;
}

/** Which lines of dashes delimit parts. */
export type Delimiters =
  /** What the multiparts around declare, in any way a reader may take it, but for some. */
  | { readonly kind: 'declared'; readonly except: ReadonlySet<string> }
  /** These, wherever they stand. */
  | { readonly kind: 'any of'; readonly boundaries: ReadonlySet<string> };

export interface SplitRules {
  readonly ends: LineEnds;
  readonly delimiters: Delimiters;
  /** Called at each line of dashes: throws when the time is over. */
  readonly checkTime: () => void;
}

/** What was seen on the way, for the decision about further readings. */
export interface SplitNotes {
  readonly declared: Set<string>;
  /** Lines of dashes that nothing declares, with `Content-…` behind them or a declared boundary as their beginning. */
  readonly undeclared: Set<string>;
  /** For each multipart that several of its declared boundaries divide, these. */
  readonly conflicts: (readonly string[])[];
  hasBareCr: boolean;
  /** Among the fields or in a line of dashes, where some programs drop them. */
  hasNul: boolean;
  /** A multipart that is not divided has more to say than what is kept of it: perhaps its boundary. */
  hasLostBoundary: boolean;
  /** Fields that say what a part is, or lines that may divide it, more often than any is kept. */
  isCrowded: boolean;
  /** Multiparts that have no end delimiter. */
  openMultiparts: number;
}

export const newNotes = (): SplitNotes => ({
  declared: new Set(),
  undeclared: new Set(),
  conflicts: [],
  hasBareCr: false,
  hasNul: false,
  hasLostBoundary: false,
  isCrowded: false,
  openMultiparts: 0,
});

interface Level {
  readonly boundaries: readonly string[];
  readonly types: readonly string[];
  readonly isQuoted: boolean;
  readonly isShortened: boolean;
  readonly matched: Set<string>;
  isClosed: boolean;
}

/** More different ones are kept out of the readings: nothing but an attack on the reader has them. */
const maxUndeclared = 1000;
const maxConflicts = 1000;
/** Of boundaries. By the standard they have at most seventy characters. */
const maxLengths = 100;
const noFields: HeaderBlock['fields'] = new Map();

/** One reading of a mail, in one pass over its bytes: whatever the depth, the time is that of looking for line breaks. */
export function* splitMime(
  bytes: Buffer,
  start: number,
  rules: SplitRules,
  notes: SplitNotes,
): Generator<MimePiece> {
  yield* new Splitter(bytes, rules, notes).run(start);
}

class Splitter {
  private readonly levels: Level[] = [];
  /** Positions in `levels` of each active boundary, the innermost last. */
  private readonly active = new Map<string, number[]>();
  /** Of all boundaries declared so far, but an empty one. */
  private readonly boundaryLengths = new Set<number>();
  private piece: MimePiece;
  /** Of the piece, where it is a multipart. */
  private own: Level | null = null;

  constructor(
    private readonly bytes: Buffer,
    private readonly rules: SplitRules,
    private readonly notes: SplitNotes,
  ) {
    this.piece = this.textPiece(0);
  }

  *run(start: number): Generator<MimePiece> {
    this.beginPart(start);
    // Everything up to the body was read as header fields; a delimiter among them ended them.
    for (const at of dashLines(this.bytes, Math.min(...this.piece.bodies), this.rules.ends)) {
      this.rules.checkTime();
      if (at < Math.min(...this.piece.bodies)) continue;
      const { end, next } = lineAt(this.bytes, at, this.rules.ends);
      const match = end - at > longestBoundary + 4 ? null : this.matchLine(at, end);
      if (match === null) {
        this.noteUndeclared(at, end, next);
        continue;
      }
      yield this.finished(beforeLineBreak(this.bytes, at, Math.min(...this.piece.bodies)));
      this.cross(match, next);
    }
    yield this.finished(this.bytes.length);
    while (this.levels.length > 0) this.pop();
  }

  private keyAt(at: number, end: number): string {
    return this.bytes.toString('latin1', at + 2, end).trimEnd();
  }

  /** To programs that end a text at a NUL the line does, too. */
  private matchLine(at: number, end: number): { level: number; isEnd: boolean } | null {
    const key = this.keyAt(at, end);
    const nul = key.indexOf('\0');
    if (nul >= 0) this.notes.hasNul = true;
    return this.match(key) ?? (nul > 0 ? this.match(key.slice(0, nul)) : null);
  }

  private match(key: string): { level: number; isEnd: boolean } | null {
    if (this.rules.delimiters.kind === 'any of') {
      const { boundaries } = this.rules.delimiters;
      if (boundaries.has(key)) return { level: -1, isEnd: false };
      return key.endsWith('--') && boundaries.has(key.slice(0, -2)) ? { level: -1, isEnd: true } : null;
    }
    const level = this.innermost(key);
    if (level !== undefined) return { level, isEnd: false };
    const outer = key.endsWith('--') ? this.innermost(key.slice(0, -2)) : undefined;
    return outer === undefined ? null : { level: outer, isEnd: true };
  }

  private innermost(key: string): number | undefined {
    const level = this.active.get(key)?.at(-1);
    if (level !== undefined) this.levels[level]?.matched.add(key);
    return level;
  }

  private cross({ level, isEnd }: { level: number; isEnd: boolean }, next: number): void {
    while (level >= 0 && this.levels.length - 1 > level) this.pop();
    const reached = this.levels[level];
    if (isEnd) {
      if (reached !== undefined) this.close(reached);
      this.piece = this.textPiece(next);
    } else {
      this.beginPart(next);
    }
  }

  /** Behind its end a multipart is left, unless it is the only one of this boundary: parts may still follow. */
  private close(level: Level): void {
    level.isClosed = true;
    const isShared = level.boundaries.some((key) => (this.active.get(key)?.length ?? 0) > 1);
    if (isShared) this.pop();
  }

  private beginPart(start: number): void {
    let seen = 0;
    let own: ReadonlySet<string> = new Set();
    const block = readHeaderBlock(this.bytes, start, {
      ends: this.rules.ends,
      mayBeBare: this.levels.length > 0 || endsLine(this.bytes, start),
      isDelimiter: (line, fields) => {
        const count = fields.get('content-type')?.length ?? 0;
        if (count !== seen) own = new Set(boundariesOf(fields));
        seen = count;
        const key = line.trimEnd();
        return own.has(key) || this.match(key) !== null;
      },
    });
    const content = readContentFields(block.fields);
    const parentTypes = this.levels.at(-1)?.types ?? [];
    const isInQuoted = this.levels.at(-1)?.isQuoted ?? false;
    const bodies = block.bodies.length > 0 ? block.bodies : [this.bytes.length];
    const around = { parentTypes, isInQuoted, isUndivided: false };
    this.piece = { kind: 'part', block, content, ...around, bodies, end: this.bytes.length };
    const fieldsEnd = Math.min(...bodies);
    if (!this.notes.hasBareCr && hasBareCr(this.bytes, start, fieldsEnd)) this.notes.hasBareCr = true;
    if (!this.notes.hasNul && hasNul(this.bytes, start, Math.max(...bodies))) this.notes.hasNul = true;
    if (block.isCrowded) this.notes.isCrowded = true;
    this.own = content.isMultipart ? this.push(block, content) : null;
  }

  private textPiece(start: number): MimePiece {
    const fields = { fields: noFields, fieldCount: 0, isShortened: false, isCrowded: false };
    const block = { start, ...fields, bodies: [start], isEnded: true };
    const content = readContentFields(noFields);
    const around = { parentTypes: [], isInQuoted: false, isUndivided: false };
    return { kind: 'text', block, content, ...around, bodies: [start], end: this.bytes.length };
  }

  private finished(end: number): MimePiece {
    const { delimiters } = this.rules;
    const isWhole = delimiters.kind === 'declared' && delimiters.except.size === 0;
    const isUndivided = isWhole && this.piece.content.isMultipart && this.own?.matched.size === 0;
    return { ...this.piece, isUndivided, end: Math.max(end, Math.min(...this.piece.bodies)) };
  }

  private push({ fields, isShortened }: HeaderBlock, { types, encodings }: ContentFields): Level {
    const { delimiters } = this.rules;
    const boundaries = boundariesOf(fields);
    const isQuoted = encodings.includes('quoted-printable') || this.levels.at(-1)?.isQuoted === true;
    const usable =
      delimiters.kind === 'declared' ? boundaries.filter((key) => !delimiters.except.has(key)) : [];
    for (const key of boundaries) {
      this.notes.declared.add(key);
      if (this.boundaryLengths.size >= maxLengths) this.notes.isCrowded = true;
      else if (key !== '') this.boundaryLengths.add(key.length);
    }
    for (const key of usable) {
      const levels = this.active.get(key) ?? [];
      levels.push(this.levels.length);
      this.active.set(key, levels);
    }
    const level = {
      boundaries: usable,
      types,
      isQuoted,
      isShortened,
      matched: new Set<string>(),
      isClosed: false,
    };
    this.levels.push(level);
    return level;
  }

  private pop(): void {
    const level = this.levels.pop();
    if (level === undefined) return;
    for (const key of level.boundaries) this.active.get(key)?.pop();
    if (!level.isClosed) this.notes.openMultiparts += 1;
    if (level.isShortened && level.matched.size === 0) this.notes.hasLostBoundary = true;
    if (level.matched.size < 2) return;
    if (this.notes.conflicts.length < maxConflicts) this.notes.conflicts.push([...level.matched]);
    else this.notes.isCrowded = true;
  }

  private noteUndeclared(at: number, end: number, next: number): void {
    if (end - at > longestBoundary) return;
    const key = this.keyAt(at, end);
    if (!this.isBegun(key) && !this.isInFrontOfFields(next)) return;
    if (this.notes.undeclared.size < maxUndeclared) this.notes.undeclared.add(key);
    else if (!this.notes.undeclared.has(key)) this.notes.isCrowded = true;
  }

  /** RFC 2046 (5.1.1) has readers compare no more than the beginning of a line, and some do. */
  private isBegun(key: string): boolean {
    for (const length of this.boundaryLengths)
      if (length < key.length && this.notes.declared.has(key.slice(0, length))) return true;
    return false;
  }

  /**
   * In a mail inside, such delimiters are that mail's own: it is opened by itself. One that begins like a boundary around it
   * may be its own, too, or end it to readers who compare no more: both are read.
   */
  private isInFrontOfFields(at: number): boolean {
    return standsBeforeContentField(this.bytes, at) && !isMessage(this.piece);
  }
}

/** An empty line stands in front: the fields may be over. */
const endsLine = (bytes: Buffer, at: number): boolean => bytes[at - 1] === 0x0a || bytes[at - 1] === 0x0d;

/** Of mails and web archives, besides `message/`. */
const mailTypes = new Set(['application/x-mimearchive', 'application/news-transmission']);

export const isMessage = ({ content, parentTypes }: MimePiece): boolean =>
  content.types.some((type) => type.startsWith('message/') || mailTypes.has(type)) ||
  (content.types.length === 0 && parentTypes.includes('multipart/digest'));
