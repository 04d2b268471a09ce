import { type PdfDictionary, PdfReader, type PdfValue, isDictionary } from './pdf-values.js';

export interface PdfObject {
  readonly number: number;
  readonly generation: number;
  readonly value: PdfValue;
  /** Of a stream, as it stands in the file. */
  readonly data: Buffer | null;
}

export interface PdfScan {
  readonly objects: readonly PdfObject[];
  /** Dictionaries behind `trailer`. */
  readonly trailers: readonly PdfDictionary[];
  /** The bytes end within an object, or before any end mark. */
  readonly isCut: boolean;
}

const head = /(\d{1,10})[\s\0]{1,20}(\d{1,5})[\s\0]{0,20}$/;
const longestHead = 60;
/** A dictionary may hold long texts. What is read twice over is bounded apart. */
const longestValue = 16 * 1024 ** 2;
const longestCommented = 400;
const endOfStream = Buffer.from('endstream');

/**
 * All objects of a file, found by their heads alone: whatever the cross-reference table says, also objects that are
 * no longer valid, or that stand within another's bytes.
 */
export function scanPdf(bytes: Buffer, checkTime: () => void): PdfScan {
  const objects: PdfObject[] = [];
  // An object may stand in another one's bytes, but to read the same bytes many times over is only an attack's wish.
  let allowance = bytes.length * 4 + 1024 ** 2;
  let isCut = !bytes.includes('%%EOF');
  for (let at = bytes.indexOf('obj'); at >= 0;) {
    checkTime();
    const match = headBefore(bytes, at);
    if (match === null) {
      at = bytes.indexOf('obj', at + 3);
      continue;
    }
    const reader = new PdfReader(bytes, at + 3, Math.min(bytes.length, at + 3 + longestValue));
    const value = reader.value();
    const data = isDictionary(value) ? streamData(bytes, reader, value) : null;
    if (value !== undefined)
      objects.push({
        number: Number(match[1]),
        generation: Number(match[2]),
        value,
        data: data?.bytes ?? null,
      });
    isCut ||= data?.isCut ?? reader.at >= bytes.length;
    allowance -= reader.at - at;
    at = bytes.indexOf('obj', allowance > 0 ? at + 3 : Math.max(at + 3, reader.at));
  }
  return { objects, trailers: [...trailersOf(bytes)], isCut };
}

function headBefore(bytes: Buffer, at: number): RegExpExecArray | null {
  const match = head.exec(bytes.toString('latin1', Math.max(0, at - longestHead), at));
  if (match !== null) return match;
  const before = bytes.toString('latin1', Math.max(0, at - longestCommented), at);
  // Comments are blanks.
  return before.includes('%') ? head.exec(before.replace(/%[^\r\n]*(?=[\r\n])/g, ' ')) : null;
}

function streamData(
  bytes: Buffer,
  reader: PdfReader,
  dictionary: PdfDictionary,
): { bytes: Buffer; isCut: boolean } | null {
  reader.skipBlanks();
  if (bytes.toString('latin1', reader.at, reader.at + 6) !== 'stream') return null;
  let start =
    reader.at +
    6 +
    (/^[ \t]{1,16}(?=[\r\n])/.exec(bytes.toString('latin1', reader.at + 6, reader.at + 24))?.[0].length ?? 0);
  if (bytes[start] === 0x0d) start += 1;
  if (bytes[start] === 0x0a) start += 1;
  const length = dictionary.get('Length');
  if (typeof length === 'number' && length >= 0 && endsAt(bytes, start + length))
    return { bytes: bytes.subarray(start, start + length), isCut: false };
  const found = bytes.indexOf(endOfStream, start);
  return { bytes: bytes.subarray(start, found < 0 ? bytes.length : found), isCut: found < 0 };
}

const endsAt = (bytes: Buffer, at: number): boolean =>
  /^[\s\0]{0,8}endstream/.test(bytes.toString('latin1', at, at + 20));

function* trailersOf(bytes: Buffer): Generator<PdfDictionary> {
  const word = 'trailer';
  for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + word.length)) {
    const start = at + word.length;
    const value = new PdfReader(bytes, start, Math.min(bytes.length, start + 4096)).value();
    if (isDictionary(value)) yield value;
  }
}

/** A large book has some hundred thousand. */
const maxInnerObjects = 2_000_000;

/** Objects that stand in object streams (§7.5.7): numbers and offsets, then the objects. */
export class InnerObjects {
  readonly objects: PdfObject[] = [];
  /** Not all of them were read: there are too many, or they stand in each other. */
  isCut = false;
  /** Of all streams together: what is read of them may be what they have a few times over. */
  private allowance = 1024 ** 2;

  constructor(private readonly checkTime: () => void) {}

  read(content: Buffer, dictionary: PdfDictionary): void {
    const first = dictionary.get('First');
    const count = dictionary.get('N');
    if (typeof first !== 'number' || typeof count !== 'number') return;
    this.allowance += content.length * 4;
    const index = new PdfReader(content, 0, Math.min(content.length, first));
    for (let at = 0; at < count; at += 1) {
      this.checkTime();
      const number = index.value();
      const offset = index.value();
      if (typeof number !== 'number' || typeof offset !== 'number') return;
      this.isCut ||= this.allowance <= 0 || this.objects.length >= maxInnerObjects;
      if (this.isCut) return;
      this.readAt(content, first + offset, number);
    }
  }

  private readAt(content: Buffer, start: number, number: number): void {
    const reader = new PdfReader(content, start, Math.min(content.length, start + longestValue));
    const value = reader.value();
    this.allowance -= reader.at - start;
    if (value !== undefined) this.objects.push({ number, generation: 0, value, data: null });
  }
}
