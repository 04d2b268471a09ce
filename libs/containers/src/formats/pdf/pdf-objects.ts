import type { Resolve } from './pdf-filters.js';
import { type PdfDictionary, PdfReader, PdfReference, type PdfValue, isDictionary } from './pdf-values.js';

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
/** With blanks and comments in it, which have no bound. */
const wideHead = /(\d{1,10})[\s\0]+(\d{1,5})[\s\0]*$/;
const longestWideHead = 16_384;
/** A dictionary may hold long texts. What is read twice over is bounded apart. */
const longestValue = 16 * 1024 ** 2;
const endOfStream = Buffer.from('endstream');

/**
 * All objects of a file, found by their heads alone: whatever the cross-reference table says, also objects that are
 * no longer valid, or that stand within another's bytes.
 */
export function scanPdf(bytes: Buffer, checkTime: () => void): PdfScan {
  const objects: PdfObject[] = [];
  const elsewhere: (StreamPlace & { readonly index: number })[] = [];
  const heads = new HeadFinder(bytes);
  // An object may stand in another one's bytes, but to read the same bytes many times over is only an attack's wish.
  let allowance = bytes.length * 4 + 1024 ** 2;
  let isCut = !bytes.includes('%%EOF');
  for (let at = bytes.indexOf('obj'); at >= 0;) {
    checkTime();
    const match = heads.before(at);
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
    if (data?.lengthAt !== undefined)
      elsewhere.push({ index: objects.length - 1, start: data.start, lengthAt: data.lengthAt });
    isCut ||= data?.isCut ?? reader.at >= bytes.length;
    allowance -= reader.at - at;
    at = bytes.indexOf('obj', allowance > 0 ? at + 3 : Math.max(at + 3, reader.at));
  }
  return { objects: withLengths(bytes, objects, elsewhere), trailers: [...trailersOf(bytes)], isCut };
}

/** Streams whose length stands in an object of its own may hold the word that seems to end them. */
function withLengths(
  bytes: Buffer,
  objects: readonly PdfObject[],
  elsewhere: readonly (StreamPlace & { readonly index: number })[],
): readonly PdfObject[] {
  if (elsewhere.length === 0) return objects;
  const lengths = new Map(objects.map(({ number, value }) => [number, value]));
  const mended = [...objects];
  for (const { index, start, lengthAt } of elsewhere) {
    const [object, length] = [objects[index], lengths.get(lengthAt)];
    if (object !== undefined && typeof length === 'number' && length >= 0 && endsAt(bytes, start + length))
      mended[index] = { ...object, data: bytes.subarray(start, start + length) };
  }
  return mended;
}

class HeadFinder {
  /** For wide looks: where they find nothing again and again, no one reads them either. */
  private allowance: number;

  constructor(private readonly bytes: Buffer) {
    this.allowance = bytes.length * 4 + 1024 ** 2;
  }

  before(at: number): RegExpExecArray | null {
    const { bytes } = this;
    const match = head.exec(bytes.toString('latin1', Math.max(0, at - longestHead), at));
    if (match !== null || this.allowance <= 0) return match;
    const last = bytes[at - 1] ?? 0;
    if (last > 0x20 && (last < 0x30 || last > 0x39)) return null;
    const wide = bytes.toString('latin1', Math.max(0, at - longestWideHead), at);
    this.allowance -= wide.length;
    // Comments are blanks.
    return wideHead.exec(wide.replace(/%[^\r\n]*(?=[\r\n])/g, ' '));
  }
}

interface StreamPlace {
  readonly start: number;
  /** Number of the object that is its length. */
  readonly lengthAt: number;
}

interface StreamData {
  readonly bytes: Buffer;
  readonly start: number;
  readonly isCut: boolean;
  readonly lengthAt?: number;
}

function streamData(bytes: Buffer, reader: PdfReader, dictionary: PdfDictionary): StreamData | null {
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
    return { bytes: bytes.subarray(start, start + length), start, isCut: false };
  const found = bytes.indexOf(endOfStream, start);
  const data = { bytes: bytes.subarray(start, found < 0 ? bytes.length : found), start, isCut: found < 0 };
  return length instanceof PdfReference ? { ...data, lengthAt: length.number } : data;
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

  read(content: Buffer, dictionary: PdfDictionary, resolve: Resolve): void {
    const first = resolve(dictionary.get('First'));
    const count = resolve(dictionary.get('N'));
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
