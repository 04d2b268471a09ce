import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { DocumentStreams } from '../document-streams.js';
import { damaged } from '../give-part.js';
import { plainText } from '../wide-text.js';
import { type PdfDecryption, openEncryption } from './pdf-encryption.js';
import { type Decoded, type Resolve, undoFilters } from './pdf-filters.js';
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

/**
 * Streams with their filters undone, attached files, scripts. The empty password opens what anyone can read. Objects
 * are found by their heads, so that no broken or lying table hides one.
 */
export function* openPdf(bytes: Buffer, { budget, passwords }: OpenContext): Generator<OpenedItem> {
  const scan = scanPdf(bytes, () => budget.checkTime());
  const sealed = encryptionOf(scan);
  const decryption =
    sealed === null ? null : openEncryption(sealed.dictionary, sealed.id, emptyFirst(passwords));
  if (scan.objects.length === 0) yield { kind: 'unexamined', reason: 'damaged', isAtOpening: true };
  else if (sealed !== null && decryption === null)
    yield { kind: 'unexamined', reason: 'encrypted', detail: 'the document is protected by a password' };
  else yield* new PdfOpening(scan, decryption, budget).items();
  if (scan.isCut && scan.objects.length > 0)
    yield { kind: 'unexamined', reason: 'damaged', detail: 'the document ends too early' };
}

/** No guess: it opens what everyone may read. */
function* emptyFirst(passwords: Iterable<string>): Generator<string> {
  yield '';
  yield* passwords;
}

/** The dictionary that a trailer, or a cross-reference stream, which is one too, names. */
function encryptionOf({ objects, trailers }: PdfScan): { dictionary: PdfDictionary; id: Buffer } | null {
  const tables = objects.flatMap(({ value }) =>
    isDictionary(value) && nameOf(value.get('Type')) === 'XRef' ? [value] : [],
  );
  for (const trailer of [...trailers, ...tables]) {
    const named = trailer.get('Encrypt');
    if (named === undefined || named === null) continue;
    const dictionary = named instanceof PdfReference ? lastOf(objects, named.number) : named;
    const ids = trailer.get('ID');
    const [id] = Array.isArray(ids) ? ids : [];
    if (isDictionary(dictionary)) return { dictionary, id: Buffer.isBuffer(id) ? id : Buffer.alloc(0) };
  }
  return null;
}

const lastOf = (objects: readonly PdfObject[], number: number): PdfValue | undefined =>
  objects.findLast((object) => object.number === number)?.value;

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
    private readonly decryption: PdfDecryption | null,
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
          inner.read(bytes, object.value as PdfDictionary);
        }
      }
    for (const object of inner.objects) this.known.set(object.number, object.value);
    for (const object of this.scan.objects) yield* this.values(object, this.decryption);
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
    const readings = this.decoded(object, isPicture ? pictureBytes / 4 : undefined);
    const label = isFile ? (name ?? `attachment ${object.number}`) : `stream ${object.number}`;
    for (const { bytes } of readings)
      if (!isFile)
        yield* this.stream(label, isPicture ? Buffer.from(bytes.subarray(0, pictureBytes)) : bytes);
      else {
        this.given += 1;
        yield* this.streams.file(label, bytes);
      }
    if (isFile && readings.every(({ isBroken }) => isBroken))
      yield { kind: 'unexamined', reason: 'damaged', label };
  }

  private readonly resolve: Resolve = (value) =>
    value instanceof PdfReference ? this.known.get(value.number) : value;

  private *stream(label: string, bytes: Buffer): Generator<OpenedItem> {
    this.given += 1;
    yield* this.streams.give(label, bytes);
  }

  /** In more than one way where its dictionary says something twice. */
  private decoded({ data, value, number, generation }: PdfObject, most?: number): readonly Decoded[] {
    const dictionary = value as PdfDictionary;
    const isPlain = nameOf(dictionary.get('Type')) === 'XRef' || this.decryption === null;
    const whole = data ?? Buffer.alloc(0);
    const plain = isPlain ? whole : (this.decryption?.(whole, number, generation) ?? whole);
    const packed = most === undefined ? plain : plain.subarray(0, most);
    const others = byLastKeys(dictionary);
    return [dictionary, ...(others === null ? [] : [others])].map((one) =>
      undoFilters(packed, one, { budget: this.budget, resolve: this.resolve }),
    );
  }

  /** Files and scripts that an object names, and scripts that stand in it. */
  private *values(object: PdfObject, decryption: PdfDecryption | null): Generator<OpenedItem> {
    const open: [PdfValue, number][] = [[object.value, 0]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [value, depth] = next;
      if (depth > maxSearchDepth) continue;
      if (Array.isArray(value)) for (const one of value) open.push([one as PdfValue, depth + 1]);
      if (!isDictionary(value)) continue;
      this.noteFiles(value, object, decryption);
      for (const script of bothOf(value, 'JS')) {
        if (script instanceof PdfReference) this.scripts.add(script.number);
        if (Buffer.isBuffer(script))
          yield* this.script(decryption?.(script, object.number, object.generation) ?? script);
      }
      for (const one of value.values()) open.push([one, depth + 1]);
    }
  }

  /** Content engines know no mark of UTF-8, so they get it without. */
  private *script(text: Buffer): Generator<OpenedItem> {
    this.given += 1;
    const plain = readableText(text);
    const isMarked = plain.length === text.length - 3;
    yield* isMarked ? this.streams.file('JavaScript', plain) : this.streams.give('JavaScript', plain);
  }

  private noteFiles(dictionary: PdfDictionary, object: PdfObject, decryption: PdfDecryption | null): void {
    const named = [...bothOf(dictionary, 'EF'), ...bothOf(dictionary, 'RF')].map(this.resolve);
    if (named.length === 0) return;
    const name = dictionary.get('UF') ?? dictionary.get('F');
    const text = Buffer.isBuffer(name)
      ? readableText(decryption?.(name, object.number, object.generation) ?? name).toString()
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
