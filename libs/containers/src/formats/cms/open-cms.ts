import type { OpenContext } from '../../container-format.js';
import { readBase64 } from '../../decoders/base64.js';
import { inflateWithin } from '../../decoders/inflate.js';
import type { OpenedItem } from '../../opened-item.js';
import type { ContainerBudget } from '../../walk-limits.js';
import { hasMailFields } from '../mail/looks-like-mail.js';
import { type BerElement, BerReader } from './ber.js';
import { armor } from './detect-cms.js';

type ContentType = 'data' | 'signed' | 'digested' | 'compressed' | 'timestamped' | 'sealed';

/** RFC 5652, 5083, 3274, 5544: last arcs below 1.2.840.113549.1, in hexadecimal. */
const contentTypes: Readonly<Record<string, ContentType>> = {
  '2a864886f70d010701': 'data',
  '2a864886f70d010702': 'signed',
  '2a864886f70d010703': 'sealed',
  '2a864886f70d010704': 'sealed',
  '2a864886f70d010705': 'digested',
  '2a864886f70d010706': 'sealed',
  '2a864886f70d0109100109': 'compressed',
  '2a864886f70d0109100117': 'sealed',
  '2a864886f70d010910011f': 'timestamped',
};

/** What a signature or a compression holds; what is sealed is said to be. A detached signature holds nothing. */
export function* openCms(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const binary = withoutArmor(bytes);
  const reader = new BerReader(binary);
  const outer = reader.element(0, binary.length);
  const [type, content] = outer === null ? [] : [...reader.children(outer)];
  const kind = type === undefined ? undefined : contentTypes[reader.text(type).toString('hex')];
  if (kind === undefined) yield { kind: 'unexamined', reason: 'unsupported', detail: 'unknown kind of CMS' };
  else if (kind === 'sealed') yield { kind: 'unexamined', reason: 'encrypted' };
  else yield* held(reader, kind, content, budget);
}

function* held(
  reader: BerReader,
  kind: Exclude<ContentType, 'sealed'>,
  content: BerElement | undefined,
  budget: ContainerBudget,
): Generator<OpenedItem> {
  const element = content === undefined ? undefined : encapsulated(reader, kind, content);
  if (element !== undefined) {
    const bytes = reader.text(element);
    const plain = kind === 'compressed' ? inflateWithin(bytes, budget) : bytes;
    if (plain === null) yield { kind: 'unexamined', reason: 'damaged', detail: 'its compression is broken' };
    else {
      budget.takePart();
      budget.takeBytes(plain.length, plain.length);
      const declaredAs = isEntity(plain) ? ({ declaredAs: 'mail' } as const) : {};
      yield { kind: 'part', label: `${kind} content`, bytes: plain, ...declaredAs };
    }
  }
  if (reader.isCut) yield { kind: 'unexamined', reason: 'damaged', detail: 'it ends too early' };
  else if (element === undefined) yield { kind: 'empty' };
}

/** A part of a mail (RFC 8551, 3.1), which may have no fields. */
const isEntity = (plain: Buffer): boolean =>
  hasMailFields(plain, 1) || /^\r?\n/.test(plain.toString('latin1', 0, 2));

/** An octet string, in most kinds within an explicit [0], in a sequence that begins with its type. */
function encapsulated(reader: BerReader, kind: ContentType, content: BerElement): BerElement | undefined {
  const [inner] = reader.children(content);
  if (kind === 'data' || inner === undefined) return inner;
  for (const field of reader.children(inner)) {
    if (kind === 'timestamped' && (field.tag === 0x04 || field.tag === 0x24)) return field;
    if (field.tag !== 0x30) continue;
    const [type, wrapped] = reader.children(field);
    if (type?.tag === 0x06 && wrapped?.tag === 0xa0) return [...reader.children(wrapped)][0];
    const isContent = type?.tag === 0x06 && kind === 'signed';
    if (isContent) return undefined;
  }
  return undefined;
}

function withoutArmor(bytes: Buffer): Buffer {
  if (!armor.test(bytes.toString('latin1', 0, 64))) return bytes;
  const begin = bytes.indexOf('-----\n') >= 0 ? bytes.indexOf(0x0a) : bytes.indexOf(0x0d);
  const end = bytes.indexOf('-----END', begin);
  return readBase64(bytes.subarray(begin, end < 0 ? bytes.length : end)).readings[0] ?? bytes;
}
