import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { narrowText } from '../wide-text.js';
import { readAlertHeaders } from './alert-headers.js';
import { endsInBase64, isCutOff } from './cut-off.js';
import { bareMultipart } from './looks-like-mail.js';
import { MailParts } from './mail-parts.js';
import { mailStart } from './mail-start.js';
import { type MimePiece, type SplitNotes, type SplitRules, newNotes, splitMime } from './split-mime.js';

/** More readings of one mail are not made: what is left is said to be ambiguous. */
const maxReadings = 4;
const crAndDashes = Buffer.from('\r--');

/**
 * Bodies, attachments and mails inside, as parts, with their exact bytes. Damaged mail is still mail: whatever can be
 * made of it is given. Where readers disagree (two boundaries that both divide, lines that end in a bare CR, parts that
 * nothing declares) each reading's parts are given.
 */
export async function* openMail(
  bytes: Buffer,
  { budget, isExcerpt }: OpenContext,
): AsyncGenerator<OpenedItem> {
  const mail = withHeader(narrowText(bytes));
  const start = mailStart(mail);
  yield { kind: 'mail-headers', headers: await readAlertHeaders(mail.subarray(start)) };
  const opening = new MailOpening({ mail, start, parts: new MailParts(mail, budget), isExcerpt }, () =>
    budget.checkTime(),
  );
  let count = 0;
  for (const item of opening.items()) {
    count += 1;
    yield item;
  }
  if (opening.hasNul) yield* withoutNuls(mail, budget);
  if (count === 0) yield { kind: 'empty' };
}

/** As servers and readers have it that drop them, which stand in no mail by the standard. Whether it is cut the mail says. */
function* withoutNuls(mail: Buffer, budget: OpenContext['budget']): Generator<OpenedItem> {
  const read = Buffer.from(mail.filter((byte) => byte !== 0));
  const parts = new MailParts(read, budget);
  const opened = { mail: read, start: mailStart(read), parts, isExcerpt: false };
  yield* new MailOpening(opened, () => budget.checkTime()).readings();
}

/** One that names the boundary, where there is none. */
function withHeader(mail: Buffer): Buffer {
  const boundary = bareMultipart.exec(mail.toString('latin1', 0, 256))?.[1];
  if (boundary === undefined) return mail;
  return Buffer.concat([Buffer.from(`Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n`), mail]);
}

interface MailReading {
  readonly notes: SplitNotes;
  readonly last: MimePiece | null;
}

type Reading = Omit<SplitRules, 'checkTime'>;

class MailOpening {
  hasNul = false;
  private count = 0;
  /** Ends of the pieces between declared delimiters, by the first of their bodies. */
  private readonly declaredEnds = new Map<number, number>();

  constructor(
    private readonly opened: {
      readonly mail: Buffer;
      readonly start: number;
      readonly parts: MailParts;
      readonly isExcerpt: boolean;
    },
    private readonly checkTime: () => void,
  ) {}

  *items(): Generator<OpenedItem> {
    const { mail, isExcerpt } = this.opened;
    const { notes, last, hidden } = yield* this.readings();
    const isCut = isCutOff(mail, last, notes) || endsInBase64(mail, hidden);
    if (!isExcerpt && isCut)
      yield { kind: 'unexamined', reason: 'damaged', detail: 'the mail ends before its last part does' };
  }

  /** `hidden`: the last piece where delimiters count that nothing declares. */
  *readings(): Generator<OpenedItem, MailReading & { hidden: MimePiece | null }> {
    const { mail } = this.opened;
    const first = yield* this.read({ ends: 'lf', delimiters: { kind: 'declared', except: new Set() } });
    this.hasNul = first.notes.hasNul;
    const hasOtherLines = first.notes.hasBareCr || mail.includes(crAndDashes);
    const other = hasOtherLines
      ? yield* this.read({ ends: 'any', delimiters: { kind: 'declared', except: new Set() } })
      : first;
    const hidden = yield* this.undeclared(other.notes, hasOtherLines ? 'any' : 'lf');
    yield* this.conflicting(other.notes.conflicts, hasOtherLines ? 'any' : 'lf');
    if (other.notes.isCrowded)
      yield {
        kind: 'unexamined',
        reason: 'ambiguous',
        detail: 'too many fields or lines say what its parts are',
      };
    if (other.notes.hasLostBoundary)
      yield {
        kind: 'unexamined',
        reason: 'limit-exceeded',
        detail: 'the field that says how the mail is divided is too long',
      };
    return { ...other, hidden };
  }

  /** Returns the last piece of that reading. */
  private *undeclared(
    { undeclared, declared }: SplitNotes,
    ends: Reading['ends'],
  ): Generator<OpenedItem, MimePiece | null> {
    if (undeclared.size === 0) return null;
    const boundaries = new Set([...declared, ...undeclared].filter((key) => key !== ''));
    return (yield* this.read({ ends, delimiters: { kind: 'any of', boundaries } })).last;
  }

  /** Each reading keeps one of the boundaries that divide a multipart. */
  private *conflicting(
    conflicts: readonly (readonly string[])[],
    ends: Reading['ends'],
  ): Generator<OpenedItem> {
    const count = Math.max(0, ...conflicts.map((keys) => keys.length));
    for (let chosen = 0; chosen < count; chosen += 1) {
      if (this.count >= maxReadings) {
        yield { kind: 'unexamined', reason: 'ambiguous', detail: 'several boundaries divide the mail' };
        return;
      }
      const except = new Set(conflicts.flatMap((keys) => keys.filter((_, at) => at !== chosen)));
      yield* this.read({ ends, delimiters: { kind: 'declared', except } });
    }
  }

  private *read(reading: Reading): Generator<OpenedItem, MailReading> {
    this.count += 1;
    const notes = newNotes();
    let last: MimePiece | null = null;
    const { mail, start, parts, isExcerpt } = this.opened;
    for (const piece of splitMime(mail, start, { ...reading, checkTime: this.checkTime }, notes)) {
      last = piece;
      const isShortened = this.isShortened(piece, reading);
      if (isShortened || (isExcerpt && isLeftOpen(piece, mail))) yield* asExcerpt(parts.of(piece));
      else yield* parts.of(piece);
    }
    return { notes, last };
  }

  /**
   * What was given with more behind it, and ends now at a line that nothing declares, may be cut there by this reading alone:
   * a boundary in a mail inside may begin as one around it does.
   */
  private isShortened({ bodies, end }: MimePiece, { delimiters }: Reading): boolean {
    const body = Math.min(...bodies);
    const declaredEnd = this.declaredEnds.get(body) ?? 0;
    if (delimiters.kind === 'any of') return end < declaredEnd;
    this.declaredEnds.set(body, Math.max(end, declaredEnd));
    return false;
  }
}

/** No delimiter follows it, and it is a part between delimiters: where the mail was cut. */
const isLeftOpen = ({ kind, end, parentTypes }: MimePiece, mail: Buffer): boolean =>
  kind === 'part' && parentTypes.length > 0 && end === mail.length;

function* asExcerpt(items: Iterable<OpenedItem>): Generator<OpenedItem> {
  for (const item of items) yield item.kind === 'part' ? { ...item, isExcerpt: true } : item;
}
