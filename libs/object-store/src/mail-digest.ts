import { createHash } from 'node:crypto';

/**
 * Fields that mail servers add to a mail on its way, renew or take out. Mail programs make nothing of what stands in them.
 * Sensors take out what is named after us wherever it stands.
 */
const traceField =
  /^(?:received|return-path|delivered-to|x-original-to|authentication-results|received-spf|arc-(?:seal|message-signature|authentication-results)|x-sluice-[!-9;-~]*):/i;
const anyField = /^[!-9;-~]+[ \t]*:/;
const foldedLine = /^[ \t]/;
/** A reader may take a bare CR or a NUL for the end of a line. */
const plainLine = /^[\t -~]*$/;
/** And a folded line of blanks for the end of the head. */
const anyLetter = /[!-~]/;
const maxTraceFieldCharacters = 8 * 1024;
const maxTraceFields = 200;
/** More than mail servers take (Postfix: 100 KiB); a larger head is known by all of its bytes. */
const maxHeadBytes = 128 * 1024;
const crlf = '\r\n';
const [cr, lf] = [0x0d, 0x0a];

/**
 * SHA-256 of a mail as it stays when mail servers pass it on. Two mails of one digest differ in trace fields at most: another
 * subject, one field more, one byte in the body is another digest. What SMTP itself makes equal is equal: a line end is CRLF,
 * and the last line has one.
 *
 * Trace fields are left out where every reader takes them for that: whole fields of the head, of plain ASCII, of a bounded
 * size and number. A head that is unlike one counts byte by byte, from the line on that is no field.
 */
export class MailDigest {
  private readonly hash = createHash('sha256');
  /** Null: the body has begun. */
  private head: Buffer[] | null = [];
  private headBytes = 0;
  /** A line begins at the first byte. */
  private tail = '\n';
  private lastByte = lf;

  write(bytes: Buffer): void {
    if (this.head === null) return this.writeLines(bytes);
    this.head.push(bytes);
    this.headBytes += bytes.length;
    // The end may lie across two pieces. Latin-1: each byte is a character.
    const seen = this.tail + bytes.toString('latin1');
    this.tail = seen.slice(-2);
    // Any end within the bound is known by then, however the bytes come.
    if (/\n\r?\n/.test(seen) || this.headBytes > maxHeadBytes + 4) this.endHead();
  }

  /** Once, after the last byte. */
  end(): string {
    this.endHead();
    if (this.lastByte !== lf) this.hash.update(this.lastByte === cr ? '\n' : crlf);
    return this.hash.digest('hex');
  }

  private endHead(): void {
    if (this.head === null) return;
    const bytes = Buffer.concat(this.head);
    this.head = null;
    const text = bytes.toString('latin1');
    const end = headEnd(text);
    if ((end?.at ?? bytes.length) > maxHeadBytes) return this.writeLines(bytes);
    const [head, body] = end === null ? [text, ''] : [text.slice(0, end.at), text.slice(end.bodyAt)];
    this.writeLines(Buffer.from(withoutTrace(head), 'latin1'));
    if (this.lastByte !== lf) this.writeLines(Buffer.from(crlf));
    this.writeLines(Buffer.from(crlf));
    this.writeLines(Buffer.from(body, 'latin1'));
  }

  private writeLines(bytes: Buffer): void {
    if (bytes.length === 0) return;
    let from = 0;
    for (let at = bytes.indexOf(lf); at >= 0; at = bytes.indexOf(lf, at + 1)) {
      if ((at === 0 ? this.lastByte : bytes[at - 1]) === cr) continue;
      this.hash.update(bytes.subarray(from, at));
      this.hash.update(crlf);
      from = at + 1;
    }
    this.hash.update(bytes.subarray(from));
    this.lastByte = bytes.at(-1) ?? lf;
  }
}

/** Where the empty line begins that ends the head, and where the body does. Null: there is none. */
function headEnd(text: string): { readonly at: number; readonly bodyAt: number } | null {
  const first = /^\r?\n/.exec(text);
  if (first !== null) return { at: 0, bodyAt: first[0].length };
  const found = /\n(\r?\n)/.exec(text);
  if (found === null) return null;
  const at = found.index + 1;
  return { at, bodyAt: at + (found[1]?.length ?? 0) };
}

/** The head without its trace fields; from the first line on that is no field everything stays. */
function withoutTrace(head: string): string {
  const lines = head.split(/(?<=\n)/);
  const kept: string[] = [];
  let leftOut = 0;
  for (let at = 0; at < lines.length;) {
    const next = fieldEnd(lines, at);
    if (next === at) return [...kept, ...lines.slice(at)].join('');
    const field = lines.slice(at, next);
    if (leftOut < maxTraceFields && isTrace(field)) leftOut += 1;
    else kept.push(...field);
    at = next;
  }
  return kept.join('');
}

/** Of the field that begins at a line, where the next one begins; the same line when none begins there. */
function fieldEnd(lines: readonly string[], at: number): number {
  if (!anyField.test(lines[at] ?? '')) return at;
  let next = at + 1;
  while (next < lines.length && foldedLine.test(lines[next] ?? '')) next += 1;
  return next;
}

function isTrace(field: readonly string[]): boolean {
  if (!traceField.test(field[0] ?? '')) return false;
  const characters = field.reduce((sum, line) => sum + line.length, 0);
  return characters <= maxTraceFieldCharacters && field.every(isPlain);
}

function isPlain(line: string): boolean {
  const text = line.replace(/\r?\n$/, '');
  return plainLine.test(text) && anyLetter.test(text);
}
