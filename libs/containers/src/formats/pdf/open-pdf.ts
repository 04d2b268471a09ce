import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { DocumentStreams } from '../document-streams.js';
import { damaged } from '../give-part.js';
import { hasRun } from '../markup/base64-runs.js';
import { hasFileMark } from '../markup/file-marks.js';
import { hasDataScheme } from '../markup/text-look.js';
import { plainText } from '../wide-text.js';
import { type PdfDecryption, openEncryption } from './pdf-encryption.js';
import { type Decoded, type Resolve, ownCryptFilter, undoFilters } from './pdf-filters.js';
import { InnerObjects, type PdfObject, type PdfScan, scanPdf } from './pdf-objects.js';
import {
  type PdfDictionary,
  PdfReference,
  type PdfValue,
  byLastKeys,
  isDictionary,
  nameOf,
} from './pdf-values.js';

/** Of a picture, so much is looked at: pixels are no content to a rule, and a scanned book has gigabytes of them. */
const pictureBytes = 65_536;
const maxSearchDepth = 20;
/** Less is no file. */
const leastText = 64;
const nothing = Buffer.alloc(0);

/**
 * Streams with their filters undone, attached files, scripts. The empty password opens what anyone can read. Objects
 * are found by their heads, so that no broken or lying table hides one.
 */
export function* openPdf(bytes: Buffer, { budget, passwords }: OpenContext): Generator<OpenedItem> {
  const scan = scanPdf(bytes, () => budget.checkTime());
  const decryptions = encryptionsOf(scan).map((sealed) =>
    sealed === null
      ? null
      : (openEncryption(sealed.dictionary, sealed.id, emptyFirst(passwords)) ?? 'closed'),
  );
  const open = decryptions.filter((one) => one !== 'closed');
  if (scan.objects.length === 0) yield { kind: 'unexamined', reason: 'damaged', isAtOpening: true };
  else {
    if (open.length < decryptions.length)
      yield { kind: 'unexamined', reason: 'encrypted', detail: 'the document is protected by a password' };
    if (open.length > 0) yield* new PdfOpening(scan, open, budget).items();
  }
  if (scan.isCut && scan.objects.length > 0)
    yield { kind: 'unexamined', reason: 'damaged', detail: 'the document ends too early' };
}

/** No guess: it opens what everyone may read. */
function* emptyFirst(passwords: Iterable<string>): Generator<string> {
  yield '';
  yield* passwords;
}

interface Sealed {
  readonly dictionary: PdfDictionary;
  readonly id: Buffer;
}

/** More of them no reader was given by anything but an attack. */
const maxEncryptions = 4;
const deepest = 3;

/**
 * The dictionaries that trailers, or cross-reference streams, which are trailers too, name; null: the document is not
 * encrypted. Readers follow one trailer, and a text within the file may look like one: each that disagrees is followed.
 */
function encryptionsOf({ objects, trailers }: PdfScan): (Sealed | null)[] {
  const tables = objects.flatMap(({ value }) =>
    isDictionary(value) && nameOf(value.get('Type')) === 'XRef' ? [value] : [],
  );
  const found = new Map<PdfValue, Sealed | null>();
  const known = new Map(objects.map(({ number, value }) => [number, value]));
  for (const trailer of [...trailers, ...tables]) {
    const named = trailer.get('Encrypt') ?? null;
    if (named === null && trailer.has('Root')) found.set(null, null);
    const key = named instanceof PdfReference ? named.number : named;
    if (found.has(key) || found.size >= maxEncryptions) continue;
    const dictionary = wholeOf(known, named);
    if (!isDictionary(dictionary)) continue;
    const ids = wholeOf(known, trailer.get('ID') ?? null);
    const [id] = Array.isArray(ids) ? (ids as PdfValue[]) : [];
    found.set(key, { dictionary, id: Buffer.isBuffer(id) ? id : Buffer.alloc(0) });
  }
  return found.size === 0 ? [null] : [...found.values()];
}

/** With what its references stand for, as deep as the dictionary of an encryption is. */
function wholeOf(known: ReadonlyMap<number, PdfValue>, value: PdfValue, depth = 0): PdfValue {
  const own = value instanceof PdfReference ? (known.get(value.number) ?? null) : value;
  if (!isDictionary(own) || depth >= deepest) return own;
  return new Map([...own].map(([key, one]) => [key, wholeOf(known, one, depth + 1)]));
}

class PdfOpening {
  private readonly streams: DocumentStreams;
  /** Numbers of the streams that hold files, with their names. */
  private readonly files = new Map<number, string>();
  private readonly scripts = new Set<number>();
  /** Lists of files that were read. */
  private readonly related = new Set<PdfValue>();
  /** The last of each number. */
  private readonly known = new Map<number, PdfValue>();
  private given = 0;

  constructor(
    private readonly scan: PdfScan,
    /** Each way in which it may be encrypted; null: it is not. */
    private readonly decryptions: readonly (PdfDecryption | null)[],
    private readonly budget: OpenContext['budget'],
  ) {
    this.streams = new DocumentStreams(budget);
  }

  *items(): Generator<OpenedItem> {
    const content: [PdfObject, Buffer][] = [];
    const inner = new InnerObjects(() => this.budget.checkTime());
    for (const object of this.scan.objects) this.known.set(object.number, object.value);
    for (const object of this.scan.objects)
      if (object.data !== null && isType(object, 'ObjStm')) {
        for (const { bytes } of this.decoded(object)) {
          content.push([object, bytes]);
          inner.read(bytes, object.value as PdfDictionary, this.resolve);
        }
      }
    for (const object of inner.objects) this.known.set(object.number, object.value);
    for (const object of this.scan.objects)
      for (const decryption of this.decryptions) yield* this.values(object, decryption);
    for (const object of inner.objects) yield* this.values(object, null);
    for (const [object, bytes] of content) yield* this.stream(`object stream ${object.number}`, bytes);
    for (const object of this.scan.objects)
      if (object.data !== null && !isType(object, 'ObjStm')) yield* this.ofStream(object);
    yield* this.streams.finish();
    if (inner.isCut) yield damaged('its object streams name the same bytes too often, or too many objects');
    if (this.given === 0) yield { kind: 'empty' };
  }

  private *ofStream(object: PdfObject): Generator<OpenedItem> {
    const dictionary = object.value as PdfDictionary;
    const name = this.files.get(object.number);
    const isFile = name !== undefined || isType(object, 'EmbeddedFile');
    const isPicture =
      !isFile && !this.scripts.has(object.number) && nameOf(dictionary.get('Subtype')) === 'Image';
    const readings = this.decoded(object, { isFile, ...(isPicture && { most: pictureBytes / 4 }) });
    const label = isFile ? (name ?? `attachment ${object.number}`) : `stream ${object.number}`;
    for (const { bytes } of readings)
      if (!isFile)
        yield* this.stream(label, isPicture ? Buffer.from(bytes.subarray(0, pictureBytes)) : bytes);
      else {
        this.given += 1;
        yield* this.streams.file(label, bytes);
      }
    if (!isFile && !this.scripts.has(object.number)) return;
    if (readings.every(({ isOpaque }) => isOpaque === true))
      yield { kind: 'unexamined', reason: 'unsupported', label, detail: 'a filter that is not undone' };
    else if (isFile && readings.every(({ isBroken, isOpaque }) => isBroken || isOpaque === true))
      yield { kind: 'unexamined', reason: 'damaged', label };
  }

  private readonly resolve: Resolve = (value) =>
    value instanceof PdfReference ? this.known.get(value.number) : value;

  private *stream(label: string, bytes: Buffer): Generator<OpenedItem> {
    this.given += 1;
    yield* this.streams.give(label, bytes);
  }

  /** In more than one way where its dictionary says something twice, or trailers disagree. */
  private decoded(
    object: PdfObject,
    { isFile = false, most }: { isFile?: boolean; most?: number } = {},
  ): readonly Decoded[] {
    const dictionary = object.value as PdfDictionary;
    const others = byLastKeys(dictionary);
    const { budget, resolve } = this;
    return [dictionary, ...(others === null ? [] : [others])].flatMap((one) =>
      this.decrypted(object, one, isFile).map((plain) =>
        plain === null
          ? { bytes: object.data ?? nothing, isBroken: true, isOpaque: true }
          : undoFilters(most === undefined ? plain : plain.subarray(0, most), one, { budget, resolve }),
      ),
    );
  }

  /** Null: in a way that no one knows. */
  private decrypted(object: PdfObject, dictionary: PdfDictionary, isFile: boolean): (Buffer | null)[] {
    const data = object.data ?? nothing;
    if (nameOf(dictionary.get('Type')) === 'XRef') return [data];
    const own = ownCryptFilter(dictionary, this.resolve);
    return this.decryptions.map((one) => (one === null ? data : one.stream(data, object, { own, isFile })));
  }

  /** Files and scripts that an object names, and scripts that stand in it. */
  private *values(object: PdfObject, decryption: PdfDecryption | null): Generator<OpenedItem> {
    const open: [PdfValue, number][] = [[object.value, 0]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [value, depth] = next;
      if (depth > maxSearchDepth) continue;
      if (Array.isArray(value)) for (const one of value) open.push([one as PdfValue, depth + 1]);
      if (Buffer.isBuffer(value) && value.length >= leastText)
        yield* this.text(decryption?.text(value, object) ?? value);
      if (!isDictionary(value)) continue;
      this.noteFiles(value, object, decryption);
      for (const script of bothOf(value, 'JS')) {
        if (script instanceof PdfReference) this.scripts.add(script.number);
        if (Buffer.isBuffer(script)) yield* this.script(script, decryption?.text(script, object));
      }
      for (const one of value.values()) open.push([one, depth + 1]);
    }
  }

  /** Content engines know no mark of UTF-8, nor strings that are encrypted otherwise than streams: they get it as it is. */
  private *script(raw: Buffer, decrypted: Buffer | undefined): Generator<OpenedItem> {
    this.given += 1;
    const text = decrypted ?? raw;
    const plain = readableText(text);
    const isMarked = plain.length === text.length - 3;
    yield* isMarked || !text.equals(raw)
      ? this.streams.file('JavaScript', plain)
      : this.streams.give('JavaScript', plain);
  }

  /** One that holds a file in base64, which scripts read where anyone can write it: a field's value, a title. */
  private *text(text: Buffer): Generator<OpenedItem> {
    this.budget.checkTime();
    const plain = readableText(text);
    if (!hasFileMark(plain) && !hasRun(plain) && !hasDataScheme(plain)) return;
    yield* this.stream('text', plain);
  }

  private noteFiles(dictionary: PdfDictionary, object: PdfObject, decryption: PdfDecryption | null): void {
    const named = [...bothOf(dictionary, 'EF'), ...bothOf(dictionary, 'RF')].map(this.resolve);
    if (named.length === 0) return;
    const name = dictionary.get('UF') ?? dictionary.get('F');
    const text = Buffer.isBuffer(name)
      ? readableText(decryption?.text(name, object) ?? name).toString()
      : 'attachment';
    for (const files of named)
      if (isDictionary(files)) for (const file of files.values()) this.noteFile(file, text);
  }

  /** A file, or pairs of a name and a file that belongs to it. */
  private noteFile(file: PdfValue, text: string): void {
    if (file instanceof PdfReference) this.files.set(file.number, text);
    const related = this.resolve(file);
    if (!Array.isArray(related) || this.related.has(related)) return;
    this.related.add(related);
    for (const one of related as readonly PdfValue[])
      if (one instanceof PdfReference) this.files.set(one.number, text);
  }
}

/** Of a key that stands twice both values. */
const bothOf = (dictionary: PdfDictionary, key: string): PdfValue[] =>
  [dictionary.get(key), dictionary.get(`${key} `)].filter((value) => value !== undefined);

const isType = ({ value }: PdfObject, type: string): boolean =>
  isDictionary(value) && bothOf(value, 'Type').some((one) => nameOf(one) === type);

/** Texts are UTF-16 or UTF-8 with a mark, or one byte a character. */
function readableText(text: Buffer): Buffer {
  const isBigEndian = text.length >= 2 && text.readUInt16BE(0) === 0xfeff;
  return isBigEndian ? Buffer.from(new TextDecoder('utf-16be').decode(text)) : plainText(text);
}
