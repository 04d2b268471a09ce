import type { OpenedItem } from '../../opened-item.js';
import type { ContainerBudget } from '../../walk-limits.js';
import { isWhollyBase64, readBase64 } from '../../decoders/base64.js';
import { decodeQuotedPrintable, withoutTrailingBlanks } from '../../decoders/quoted-printable.js';
import { bareUuencoded } from '../../decoders/uuencode.js';
import { unpackBrotli } from '../../decoders/brotli.js';
import { encodedTextDetection } from '../encoded-text/detect-encoded-text.js';
import { looksLikeCms } from '../cms/detect-cms.js';
import { type TransferEncoding, boundariesOf, readContentFields } from './content-fields.js';
import { readHeaderBlock } from './header-block.js';
import { hasMailFields } from './looks-like-mail.js';
import { dashLines, isBlank, lineAt, standsBeforeContentField } from './mime-lines.js';
import { parameterReadings } from './mime-parameters.js';
import { armorWithin } from './pgp-in-text.js';
import { closedCharsets, transcoded } from './transcoded-text.js';
import { type MimePiece, isMessage } from './split-mime.js';

type Part = OpenedItem & { readonly kind: 'part' };

/** Makes parts of a mail's pieces. What two readings of the mail have in common comes once. */
export class MailParts {
  private readonly given = new Set<string>();
  private count = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly budget: ContainerBudget,
  ) {}

  *of(piece: MimePiece, isInside = false): Generator<OpenedItem> {
    for (const body of piece.bodies) {
      const encodings = encodingsOf(piece);
      const key = `${body} ${piece.end} ${encodings.join()} ${piece.content.types.join()} ${piece.isUndivided}`;
      if (this.given.has(key)) continue;
      this.given.add(key);
      if (piece.content.isMultipart) yield* this.multipart(piece, body);
      if (isLeaf(piece)) yield* this.leaf(piece, body);
      if (piece.kind === 'text' || piece.content.isMultipart) yield* this.between(piece, body);
      if (!isInside) yield* this.disguised(piece, body);
    }
  }

  /** The parts of a multipart are pieces of their own, unless the whole of it is encoded, which no standard allows. */
  private *multipart({ content, block, end }: MimePiece, body: number): Generator<OpenedItem> {
    if (content.types.includes('multipart/encrypted'))
      yield { kind: 'unexamined', reason: 'encrypted', label: 'encrypted content' };
    for (const encoding of content.encodings) {
      if (encoding === 'none' || isBlank(this.bytes, body, end)) continue;
      const type = block.fields.get('content-type')?.[0] ?? '';
      const head = Buffer.from(`Content-Type: ${type.trim()}\r\n\r\n`, 'latin1');
      for (const decoded of this.decoded(encoding, this.bytes.subarray(body, end), false))
        if (isDivided(decoded, boundariesOf(block.fields)))
          yield this.part(`encoded ${content.types[0] ?? 'parts'}`, Buffer.concat([head, decoded]), {
            declaredAs: 'mail',
          });
    }
  }

  private *leaf(piece: MimePiece, body: number): Generator<OpenedItem> {
    const { content, end } = piece;
    const isText = content.name === null && isTextType(content.types);
    // An empty part is no part to anyone, but a million of them are work.
    if ((isText || content.isMultipart) && isBlank(this.bytes, body, end)) return this.budget.takePart();
    this.count += 1;
    const label = content.name ?? this.unnamed(content.types);
    const isMail = (isMessage(piece) && !isReportText(content.types)) || content.hasMailName;
    const raw = this.bytes.subarray(body, end);
    for (const encoding of encodingsOf(piece)) {
      for (const bytes of this.decoded(encoding, raw, isText)) {
        yield this.part(label, bytes, isMail ? asMail(piece) : asText(piece, bytes));
        yield* this.besides(label, bytes, piece);
        for (const other of this.encodedAgain(encoding, bytes, piece)) yield this.part(label, other, {});
      }
      const hasOpenEnd = encoding === 'none' && !isText && !isMail && end === this.bytes.length;
      if (hasOpenEnd && endsInLineBreak(raw)) yield this.part(label, withoutLineBreak(raw), {});
    }
    yield* this.sealed(label, piece);
  }

  /** Two encodings, one in the other; uuencode that says so only here; Brotli, which has no mark of its own. */
  private *encodedAgain(
    encoding: TransferEncoding,
    bytes: Buffer,
    { content, block }: MimePiece,
  ): Generator<Buffer> {
    if (encoding === 'base64' && content.encodings.includes('quoted-printable'))
      yield decodeQuotedPrintable(bytes);
    const isUu = block.fields.get('content-transfer-encoding')?.some((value) => uuencoding.test(value));
    const lines = encoding === 'none' && isUu === true ? bareUuencoded(bytes) : null;
    if (lines !== null) yield lines;
    const packing = block.fields.get('content-encoding') ?? [];
    const unpacked = packing.some((value) => /\bbr\b/i.test(value)) ? unpackBrotli(bytes, this.budget) : null;
    if (unpacked !== null) yield unpacked;
  }

  /** What a part holds besides its bytes: text in another charset, a PGP block somewhere in it. */
  private *besides(label: string, bytes: Buffer, { content }: MimePiece): Generator<OpenedItem> {
    if (content.types.some(isSmimeType) && !looksLikeCms(bytes))
      yield { kind: 'unexamined', reason: 'damaged', label, detail: 'no S/MIME structure' };
    if (!isTextType(content.types)) return;
    for (const { charset, text, role } of transcoded(bytes, content.charsets))
      yield this.part(`${label} (${charset})`, text, { role });
    const closed = content.charsets.find((charset) => closedCharsets.test(charset));
    if (closed !== undefined)
      yield {
        kind: 'unexamined',
        reason: 'unsupported',
        label,
        detail: 'text in a charset that is not read',
      };
    // What begins a line in it the text gives itself.
    if (encodedTextDetection.detect(bytes) !== null) return;
    for (const armored of armorWithin(bytes)) yield this.part('PGP message', armored, { role: 'stream' });
  }

  private *sealed(label: string, { content, block, parentTypes }: MimePiece): Generator<OpenedItem> {
    const isControl = content.types.includes('application/pgp-encrypted');
    if (isControl && !parentTypes.includes('multipart/encrypted'))
      yield { kind: 'unexamined', reason: 'encrypted', label };
    if (content.types.includes('message/partial') && !isWhole(block.fields.get('content-type') ?? []))
      yield { kind: 'unexamined', reason: 'unsupported', label, detail: 'one fragment of a mail in several' };
  }

  /** Text before, between and behind the parts: some readers show the files that are written in it. */
  private *between({ end }: MimePiece, body: number): Generator<OpenedItem> {
    const text = this.bytes.subarray(body, end);
    if (encodedTextDetection.detect(text) !== null) yield this.part('text beside the parts', text, {});
  }

  /** What a reader may find although nothing says so: a part's header fields within text, base64 without a word of it. */
  private *disguised(piece: MimePiece, body: number): Generator<OpenedItem> {
    if (!piece.content.encodings.includes('none')) return;
    const start = behindBlanks(this.bytes, body, piece.end);
    if (standsBeforeContentField(this.bytes, start)) yield* this.inner(piece, start);
    else if (couldBeBase64(this.bytes, start, piece.end)) {
      const raw = this.bytes.subarray(start, piece.end);
      if (isWhollyBase64(raw))
        for (const decoded of this.decoded('base64', raw, false)) yield this.part('base64 text', decoded, {});
    }
  }

  private *inner(piece: MimePiece, start: number): Generator<OpenedItem> {
    const block = readHeaderBlock(this.bytes.subarray(0, piece.end), start, {
      ends: 'any',
      mayBeBare: false,
      isDelimiter: () => false,
    });
    const content = readContentFields(block.fields);
    if (block.bodies.length > 0 && !content.isMultipart)
      yield* this.of({ ...piece, kind: 'part', block, content, bodies: block.bodies }, true);
  }

  private decoded(encoding: TransferEncoding, raw: Buffer, isText: boolean): readonly Buffer[] {
    switch (encoding) {
      case 'none':
        return [raw];
      case 'base64':
        return [...readBase64(raw).readings, ...mislabelled(raw)];
      case 'quoted-printable': {
        if (isWhollyBase64(raw)) return [decodeQuotedPrintable(raw), ...readBase64(raw).readings];
        const stripped = isText ? raw : withoutTrailingBlanks(raw);
        const forms = stripped.length === raw.length ? [raw] : [raw, stripped];
        if (raw.includes(0)) forms.push(raw.filter((byte) => byte !== 0) as Buffer);
        return forms.map(decodeQuotedPrintable);
      }
    }
  }

  private part(
    label: string,
    bytes: Buffer,
    more: Pick<Part, 'role' | 'declaredAs' | 'isExcerpt' | 'packing'>,
  ): Part {
    this.budget.takePart();
    this.budget.takeBytes(bytes.length, bytes.length);
    return { kind: 'part', label, bytes, ...more };
  }

  private unnamed(types: readonly string[]): string {
    const [type = 'text/plain'] = types;
    if (type === 'text/html') return 'html body';
    return isTextType(types) ? 'text body' : `part ${this.count} (${type})`;
  }
}

const quotedByte = /=[0-9A-F]{2}/;
const writtenFile = Buffer.from('begin ');
const uuencoding = /^\s*["']?(?:x-)?uu(?:e|encode)\b/i;
/** A line of it. */
const firstCharacters = 60;
const foreign = /[^A-Za-z0-9+/=\s_-]/;

/** What says that it is base64, and is not: some readers look themselves, others give it as it is. */
function mislabelled(raw: Buffer): Buffer[] {
  if (raw.indexOf(writtenFile) >= 0) return [raw];
  const head = raw.toString('latin1', 0, 1000);
  const isQuoted = quotedByte.test(head);
  const isForeign = foreign.test(head.trimStart().slice(0, firstCharacters));
  return [...(isQuoted ? [decodeQuotedPrintable(raw)] : []), ...(isForeign ? [raw] : [])];
}

const isTextType = (types: readonly string[]): boolean =>
  types.length === 0 || types.some((type) => type.startsWith('text/') || type === '/');
/** What a report of delivery returns may be cut, and mostly is. */
const asMail = ({ parentTypes }: MimePiece): Pick<Part, 'declaredAs' | 'isExcerpt'> => ({
  declaredAs: 'mail',
  isExcerpt: parentTypes.includes('multipart/report'),
});
/** A report may return the fields of a mail alone (RFC 6522, 4): nothing follows them. */
const asText = ({ content }: MimePiece, bytes: Buffer): Pick<Part, 'isExcerpt'> =>
  content.types.includes('text/rfc822-headers') && hasMailFields(bytes, 1) ? { isExcerpt: true } : {};
/** Reports of delivery are text in fields, not mails. */
const isReportText = (types: readonly string[]): boolean =>
  types.every((type) =>
    /^message\/(delivery-status|disposition-notification|feedback-report|external-body)/.test(type),
  ) && types.length > 0;
const isSmimeType = (type: string): boolean => /^application\/(x-)?pkcs7-mime$/.test(type);

/** The first of one, to every reader. */
const isWhole = (values: readonly string[]): boolean =>
  ['number', 'total'].every((name) => {
    const readings = values.flatMap((value) => parameterReadings(value, name));
    return readings.length > 0 && readings.every((text) => Number(text) === 1);
  });

const isLeaf = ({ kind, content, isUndivided }: MimePiece): boolean =>
  kind === 'part' && (!content.isMultipart || content.isAlsoPlain || isUndivided);

/** Its own; where it has none, what stands on the multipart around it. */
const encodingsOf = ({ content, isInQuoted }: MimePiece): readonly TransferEncoding[] =>
  isInQuoted && content.encodings.join() === 'none' ? ['none', 'quoted-printable'] : content.encodings;

/** Does a delimiter stand in what a multipart decodes to? */
function isDivided(decoded: Buffer, boundaries: readonly string[]): boolean {
  const delimiters = new Set(boundaries);
  for (const at of dashLines(decoded, 0, 'any')) {
    const { end, next } = lineAt(decoded, at, 'any');
    if (delimiters.has(decoded.toString('latin1', at + 2, end).trimEnd())) return true;
    if (standsBeforeContentField(decoded, next)) return true;
  }
  return false;
}

function endsInLineBreak(raw: Buffer): boolean {
  const last = raw[raw.length - 1];
  return last === 0x0a || last === 0x0d;
}

function withoutLineBreak(raw: Buffer): Buffer {
  const hasPair = raw[raw.length - 1] === 0x0a && raw[raw.length - 2] === 0x0d;
  return raw.subarray(0, raw.length - (hasPair ? 2 : 1));
}

function behindBlanks(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === 0x20 || bytes[at] === 0x0d || bytes[at] === 0x0a || bytes[at] === 0x09))
    at += 1;
  return at;
}

/** A look at the beginning, before all of it is looked at. */
const couldBeBase64 = (bytes: Buffer, from: number, to: number): boolean =>
  to - from >= 40 && /^[A-Za-z0-9+/]{40}/.test(bytes.toString('latin1', from, from + 40));
