import { decodeText, decodeWords } from '@sluice/contracts';
import { readBase64 } from '../decoders/base64.js';
import { decodeQuotedPrintable } from '../decoders/quoted-printable.js';
import { mailStart } from '../formats/mail/mail-start.js';
import { type MimePiece, isMessage, newNotes, splitMime } from '../formats/mail/split-mime.js';
import { narrowText } from '../formats/wide-text.js';
import { htmlText } from './html-text.js';
import { cutText, revealLine, revealText } from './reveal-text.js';

/** What an operator is shown of a mail: text, every character of it visible, and nothing that a program would open. */
export interface MailPreview {
  readonly headers: readonly MailHeader[];
  readonly parts: readonly PreviewedPart[];
  /** Fields, parts or text are left out: there are more than is shown. */
  readonly isCut: boolean;
}

export interface MailHeader {
  readonly name: string;
  readonly value: string;
}

export interface PreviewedPart {
  /** In how many mails inside of the mail it is. */
  readonly depth: number;
  readonly type: string;
  readonly name: string | null;
  /** As it stands in the mail, encoded. */
  readonly sizeBytes: number;
  /** Null: it is no text. */
  readonly text: string | null;
}

export const previewLimits = {
  headers: 200,
  headerCharacters: 2000,
  parts: 100,
  depth: 4,
  partCharacters: 50_000,
  /** Of all parts together. */
  characters: 200_000,
} as const;
/** Decoded for a text that is cut at `partCharacters`; base64 takes four bytes for three, UTF-32 four for a character. */
const maxEncodedBytes = previewLimits.partCharacters * 6;
const maxNameCharacters = 200;
const maxTypeCharacters = 100;

/**
 * Reads a mail as the standard says, once: what other readers would make of it is for the walk, which shows it to engines.
 * For the inside of a sandbox.
 */
export function previewMail(bytes: Buffer): MailPreview {
  const mail = narrowText(bytes);
  return new Preview().read(mail);
}

class Preview {
  private readonly parts: PreviewedPart[] = [];
  private charactersLeft: number = previewLimits.characters;
  private isCut = false;

  read(mail: Buffer): MailPreview {
    const headers = this.addMail(mail, 0);
    return { headers, parts: this.parts, isCut: this.isCut };
  }

  /** Its header fields; its parts are added. */
  private addMail(mail: Buffer, depth: number): readonly MailHeader[] {
    const start = mailStart(mail);
    let headers: readonly MailHeader[] | null = null;
    const rules = { ends: 'lf', delimiters: { kind: 'declared', except: new Set<string>() } } as const;
    for (const piece of splitMime(mail, start, { ...rules, checkTime: () => undefined }, newNotes())) {
      headers ??= this.headersOf(mail.subarray(start, Math.min(...piece.bodies)));
      if (piece.kind !== 'part' || (piece.content.isMultipart && !piece.content.isAlsoPlain)) continue;
      if (this.parts.length >= previewLimits.parts) {
        this.isCut = true;
        break;
      }
      this.addPart(mail, piece, depth);
    }
    return headers ?? [];
  }

  private addPart(mail: Buffer, piece: MimePiece, depth: number): void {
    const { content, end } = piece;
    const raw = mail.subarray(Math.min(...piece.bodies), end);
    const [type = 'text/plain'] = content.types;
    const about = {
      depth,
      type: cutText(revealLine(type), maxTypeCharacters).text,
      name: content.name === null ? null : cutText(revealLine(content.name), maxNameCharacters).text,
      sizeBytes: raw.length,
    };
    if (isMessage(piece) && depth < previewLimits.depth)
      return this.addMessage(about, raw, content.encodings[0]);
    this.parts.push({ ...about, text: isText(type) ? this.textOf(raw, piece, type) : null });
  }

  /** Its header fields stand as its text, what is inside follows. */
  private addMessage(
    about: Omit<PreviewedPart, 'text'>,
    raw: Buffer,
    encoding: MimePiece['content']['encodings'][number] | undefined,
  ): void {
    const at = this.parts.push({ ...about, text: null }) - 1;
    const headers = this.addMail(decoded(raw, encoding), about.depth + 1);
    const text = headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
    this.parts[at] = { ...about, text: this.taken(text) };
  }

  private textOf(raw: Buffer, { content }: MimePiece, type: string): string {
    if (this.charactersLeft <= 0) return this.taken(raw.length === 0 ? '' : ' ');
    const bytes = decoded(raw.subarray(0, maxEncodedBytes), content.encodings[0]);
    if (raw.length > maxEncodedBytes) this.isCut = true;
    const { text, isCut } = cutText(
      inCharset(bytes, content.charsets[0] ?? null),
      previewLimits.partCharacters,
    );
    this.isCut ||= isCut;
    return this.taken(type === 'text/html' ? htmlText(text) : text);
  }

  /** With its hidden characters written out, as far as the whole preview has room for it. */
  private taken(written: string): string {
    const { text, isCut } = cutText(
      revealText(written),
      Math.min(this.charactersLeft, 2 * previewLimits.partCharacters),
    );
    this.charactersLeft -= text.length;
    this.isCut ||= isCut;
    return text;
  }

  private headersOf(head: Buffer): MailHeader[] {
    const fields = inCharset(head.subarray(0, 1024 * 1024), null)
      .replace(/\r?\n[ \t]+/g, ' ')
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '');
    if (fields.length > previewLimits.headers) this.isCut = true;
    return fields.slice(0, previewLimits.headers).map((line) => this.headerOf(line));
  }

  /** A line that is no field stands without a name. */
  private headerOf(line: string): MailHeader {
    const [, name = '', written = line] = /^([!-9;-~]{1,100})[ \t]*:(.*)$/s.exec(line) ?? [];
    // Bounded before it is decoded, and again when hidden characters are written out.
    const { text, isCut } = cutText(written.trim(), previewLimits.headerCharacters);
    const value = cutText(revealLine(decodeWords(text)), previewLimits.headerCharacters);
    this.isCut ||= isCut || value.isCut;
    return { name, value: value.text };
  }
}

const isText = (type: string): boolean => type.startsWith('text/') || type === '/';

function decoded(raw: Buffer, encoding: MimePiece['content']['encodings'][number] | undefined): Buffer {
  switch (encoding) {
    case 'base64':
      return readBase64(raw).readings[0] ?? Buffer.alloc(0);
    case 'quoted-printable':
      return decodeQuotedPrintable(raw);
    case 'none':
    case undefined:
      return raw;
  }
}

/** Without a charset that is known: UTF-8 where it is that, else one in which every byte is a character. */
function inCharset(bytes: Buffer, charset: string | null): string {
  const said = charset === null ? null : decodeText(bytes, charset);
  if (said !== null) return said;
  const utf8 = decodeText(bytes, 'utf-8') ?? '';
  return utf8.includes('\ufffd') ? (decodeText(bytes, 'windows-1252') ?? utf8) : utf8;
}
