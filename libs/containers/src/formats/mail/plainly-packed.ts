import { isPlainMailType, plainMailBeginnings } from '@sluice/contracts';
import { isStrictBase64 } from '../../decoders/strict-base64.js';
import { hasAt } from '../../magic.js';
import { hasForeignMark } from '../foreign-marks.js';

/** A larger mail is not looked at: every byte of it would be. */
const maxMailBytes = 32 * 1024 * 1024;
const maxHeadBytes = 32 * 1024;
const maxParts = 100;
const maxPreambleBytes = 200;
const preamble = /^(?:(?!--)[\x20-\x7e\r\n])*$/;
/** A multipart in the mail's own, such as text beside its page. */
const maxLevels = 2;

const fieldLine = /^([A-Za-z][A-Za-z0-9-]{0,60}): ?([\t\x20-\x7e]{0,998})$/;
const foldedLine = /^[\t ]([\t\x20-\x7e]{1,998})$/;
const boundaryOf =
  /^multipart\/(mixed|alternative|related);[\t ]*boundary=(?:"([A-Za-z0-9_+,./:=?-]{4,70})"|([A-Za-z0-9_+.-]{4,70}))$/i;
const value = String.raw`(?:"[\x20\x21\x23-\x5b\x5d-\x7e]{1,120}"|[A-Za-z0-9._+-]{1,120})`;
const typeOf = new RegExp(
  String.raw`^([a-z]+/[a-z0-9.+-]{1,100})((?:;[\t ]*[a-z-]{1,40}=${value}){0,8})$`,
  'i',
);
const dispositionOf = new RegExp(
  String.raw`^(?:attachment|inline)((?:;[\t ]*[a-z-]{1,40}=${value}){0,8})$`,
  'i',
);
const partFields = new Set([
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
  'content-description',
  'x-attachment-id',
]);
const textEncodings = new Set(['7bit', '8bit', 'quoted-printable', 'base64']);
/** Lines that some readers of mail take for the beginning of something else than text. */
const openers = ['begin ', 'begin-base64', '=ybegin ', 'From ', '>From '];

/**
 * Where the bodies begin that every reader of mail decodes alike: files in base64 with not one character out of the
 * ordinary, in a mail that leaves nothing to interpret. It begins as mail is known by, and as nothing else is. Fields on lines of plain ASCII, none of those that matter twice;
 * one kind of line break; one boundary, each of its lines exact, nothing behind the last; nothing in text that looks like
 * a file. Empty for every other mail: of those each file is shown to content engines alone.
 */
export function plainlyPacked(mail: Buffer): ReadonlySet<number> {
  if (mail.length > maxMailBytes) return new Set();
  const plain = new PlainMail(mail);
  return plain.isMail() ? plain.bodies : new Set();
}

type Fields = ReadonlyMap<string, string>;
interface Range {
  readonly from: number;
  readonly to: number;
}

class PlainMail {
  readonly bodies = new Set<number>();
  private readonly ends: string;

  constructor(private readonly mail: Buffer) {
    const first = mail.indexOf(0x0a);
    this.ends = first > 0 && mail[first - 1] === 0x0d ? '\r\n' : '\n';
  }

  isMail(): boolean {
    if (!plainMailBeginnings.some((name) => hasAt(this.mail, 0, name)) || hasForeignMark(this.mail))
      return false;
    const whole = { from: 0, to: this.mail.length };
    const head = this.head(whole);
    if (head === null || head.fields.get('mime-version') !== '1.0') return false;
    const others = [...head.fields.keys()].filter((name) => name.startsWith('content-'));
    return others.length === 1 && this.isMultipart(head.fields, { ...whole, from: head.bodyAt }, 1);
  }

  private isMultipart(fields: Fields, range: Range, level: number): boolean {
    const [, kind = '', quoted, bare] = boundaryOf.exec(fields.get('content-type') ?? '') ?? [];
    const boundary = quoted ?? bare;
    if (boundary === undefined || level > maxLevels) return false;
    const parts = this.parts(range, boundary);
    const isSpared = level === 1 && kind.toLowerCase() === 'mixed';
    return parts !== null && parts.every((part) => this.isPart(part, { level, isSpared }));
  }

  /** Between exact lines of dashes, and nothing but blank lines behind the last one. */
  private parts({ from, to }: Range, boundary: string): Range[] | null {
    const { ends } = this;
    const mark = `--${boundary}`;
    const marks = Buffer.from(mark);
    let at = this.mail.indexOf(marks, from);
    if (at < 0 || at - from > maxPreambleBytes || !preamble.test(this.textOf(from, at))) return null;
    const parts: { from: number; to: number }[] = [];
    for (; at >= 0 && at < to && parts.length <= maxParts; at = this.mail.indexOf(marks, at + 1)) {
      const behind = at + mark.length;
      if (at !== from && !hasAt(this.mail, at - ends.length, ends)) return null;
      const last = parts.at(-1);
      if (last !== undefined) last.to = at - ends.length;
      if (hasAt(this.mail, behind, '--'))
        return last !== undefined && this.isBlank(behind + 2, to) ? parts : null;
      if (!hasAt(this.mail, behind, ends)) return null;
      parts.push({ from: behind + ends.length, to });
    }
    return null;
  }

  private isBlank(from: number, to: number): boolean {
    return to - from <= maxPreambleBytes && this.textOf(from, to).split(this.ends).join('') === '';
  }

  private isPart({ from, to }: Range, about: { level: number; isSpared: boolean }): boolean {
    const head = this.head({ from, to });
    if (head === null || ![...head.fields.keys()].every((name) => partFields.has(name))) return false;
    const { fields, bodyAt } = head;
    const encoding = (fields.get('content-transfer-encoding') ?? '7bit').toLowerCase();
    const type = fields.get('content-type') ?? '';
    if (/^multipart\//i.test(type))
      return encoding === '7bit' && this.isMultipart(fields, { from: bodyAt, to }, about.level + 1);
    const [, mime = '', typeValues = ''] = typeOf.exec(type.toLowerCase()) ?? [];
    const disposition = fields.get('content-disposition') ?? 'inline';
    const [isDisposition, values = ''] = dispositionOf.exec(disposition) ?? [];
    if (isDisposition === undefined) return false;
    if (mime.startsWith('text/')) return textEncodings.has(encoding) && this.isMereText(bodyAt, to);
    const hasName = /;[\t ]*(?:file)?name=/i.test(`${typeValues}${values}`);
    const isFile = isPlainMailType(mime) && hasName && encoding === 'base64';
    if (!isFile || !isStrictBase64(this.mail, { from: bodyAt, to, ends: this.ends })) return false;
    if (about.isSpared) this.bodies.add(bodyAt);
    return true;
  }

  private isMereText(from: number, to: number): boolean {
    // With the line break before it.
    const text = this.textOf(from - 1, to);
    return this.hasEvenLines(text.slice(1)) && !openers.some((opener) => text.includes(`\n${opener}`));
  }

  /** One kind of line break, and no byte that ends a text for some readers. */
  private hasEvenLines(text: string): boolean {
    if (text.includes('\0')) return false;
    return this.ends === '\n' ? !text.includes('\r') : !/\r(?!\n)|(?<!\r)\n/.test(text);
  }

  /** Null: a line that is none of a field's, or one of those that matter twice. */
  private head({ from, to }: Range): { readonly fields: Fields; readonly bodyAt: number } | null {
    const { ends } = this;
    const end = this.mail.indexOf(ends + ends, from);
    if (end < 0 || end >= to || end - from > maxHeadBytes) return null;
    const fields = new Map<string, string>();
    let current = '';
    for (const line of this.textOf(from, end).split(ends)) {
      const folded = foldedLine.exec(line);
      const [, name, first] = fieldLine.exec(line) ?? [];
      if (folded !== null && current !== '')
        fields.set(current, `${fields.get(current) ?? ''} ${(folded[1] ?? '').trim()}`);
      else if (name === undefined) return null;
      else {
        current = name.toLowerCase();
        const isOnce = current.startsWith('content-') || current === 'mime-version';
        if (isOnce && fields.has(current)) return null;
        fields.set(current, (first ?? '').trim());
      }
    }
    return { fields, bodyAt: end + 2 * ends.length };
  }

  private textOf(from: number, to: number): string {
    return this.mail.toString('latin1', from, to);
  }
}
