import type { Edit, HeaderLine } from './decision.js';
import { InvalidDecisionError } from './milter.errors.js';
import { encodePacket } from './packet-decoder.js';
import { bodyChunkBytes, replyLetters, type MilterAction } from './protocol.js';
import type { Header } from './read-fields.js';

export interface EditContext {
  readonly actions: ReadonlySet<MilterAction>;
  /** As the MTA sent them: what edits count in. */
  readonly headers: readonly Header[];
  /** Header values go with the space behind the colon. */
  readonly hasLeadingSpace: boolean;
}

const actionOf: Readonly<Record<Edit['kind'], MilterAction>> = {
  'prepend-headers': 'add-headers',
  'append-header': 'add-headers',
  'remove-headers': 'change-headers',
  'replace-header': 'change-headers',
  'add-recipient': 'add-recipients',
  'remove-recipient': 'remove-recipients',
  'change-sender': 'change-sender',
  'replace-body': 'change-body',
  quarantine: 'quarantine',
};

/** What comes last: Postfix takes a new body in one go only, nothing in between. */
const order = (edit: Edit): number => (edit.kind === 'replace-body' ? 1 : edit.kind === 'quarantine' ? 2 : 0);

/** The packets of all edits. Throws InvalidDecisionError before anything is sent: half of a decision would be another one. */
export function encodeEdits(edits: readonly Edit[], context: EditContext): Buffer[] {
  for (const { kind } of edits) {
    if (!context.actions.has(actionOf[kind])) {
      throw new InvalidDecisionError(`the MTA does not allow ${kind} (${actionOf[kind]} was not negotiated)`);
    }
  }
  const ordered = edits.toSorted((a, b) => order(a) - order(b));
  const counts = ordered.some(({ kind }) => kind === 'remove-headers')
    ? countNames(context.headers)
    : noNames;
  return ordered.flatMap((edit) => encodeEdit(edit, context, counts));
}

/** How often each name is there, in lower case. Counted once: a walk for each edit would be a sender's to make long. */
type NameCounts = ReadonlyMap<string, number>;
const noNames: NameCounts = new Map();

function countNames(headers: readonly Header[]): NameCounts {
  const counts = new Map<string, number>();
  for (const { name } of headers) {
    const lower = name.toLowerCase();
    counts.set(lower, (counts.get(lower) ?? 0) + 1);
  }
  return counts;
}

function encodeEdit(edit: Edit, context: EditContext, counts: NameCounts): Buffer[] {
  switch (edit.kind) {
    case 'prepend-headers':
      // Each is put above the one before: the last first.
      return edit.headers
        .toReversed()
        .map((header) =>
          encodePacket(
            replyLetters['insert-header'],
            Buffer.concat([uint32(0), encodeHeader(header, context)]),
          ),
        );
    case 'append-header':
      return [encodePacket(replyLetters['add-header'], encodeHeader(edit.header, context))];
    case 'remove-headers':
      return removeHeaders(edit.name, counts);
    case 'replace-header':
      return [changeHeader(edit.occurrence, encodeHeader(edit.header, context))];
    case 'add-recipient':
    case 'remove-recipient':
    case 'change-sender':
      return [encodePacket(replyLetters[edit.kind], encodeText(`<${edit.address}>`))];
    case 'replace-body':
      return encodeBody(edit.body);
    case 'quarantine':
      return [encodePacket(replyLetters.quarantine, encodeText(edit.reason))];
  }
}

/** From the last to the first, so that it does not matter whether an MTA counts those that are gone already. */
function removeHeaders(name: string, counts: NameCounts): Buffer[] {
  const count = counts.get(name.toLowerCase()) ?? 0;
  const empty = Buffer.concat([encodeName(name), Buffer.of(0)]);
  return Array.from({ length: count }, (_none, index) => changeHeader(count - index, empty));
}

const changeHeader = (occurrence: number, header: Buffer): Buffer =>
  encodePacket(replyLetters['change-header'], Buffer.concat([uint32(occurrence), header]));

/** `ftext` of RFC 5322. */
const namePattern = /^[!-9;-~]+$/;
/** A line that does not go on the one before would be another header, or the end of them. */
const brokenFold = /\n(?![ \t])|[\r\0]/;

function encodeName(name: string): Buffer {
  if (!namePattern.test(name))
    throw new InvalidDecisionError(`${JSON.stringify(name)} is no name of a header`);
  return Buffer.from(`${name}\0`, 'latin1');
}

function encodeHeader({ name, value }: HeaderLine, { hasLeadingSpace }: EditContext): Buffer {
  if (brokenFold.test(value)) throw new InvalidDecisionError(`the value of ${name} would end the header`);
  return Buffer.concat([encodeName(name), Buffer.from(`${hasLeadingSpace ? ' ' : ''}${value}\0`, 'utf8')]);
}

function encodeText(text: string): Buffer {
  if (/[\r\n\0]/.test(text)) throw new InvalidDecisionError(`${JSON.stringify(text)} has more than one line`);
  return Buffer.from(`${text}\0`, 'utf8');
}

/** A body without bytes needs a packet too, or the old one stays. */
function encodeBody(body: Buffer): Buffer[] {
  const count = Math.max(1, Math.ceil(body.length / bodyChunkBytes));
  return Array.from({ length: count }, (_none, index) =>
    encodePacket(
      replyLetters['replace-body'],
      body.subarray(index * bodyChunkBytes, (index + 1) * bodyChunkBytes),
    ),
  );
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
