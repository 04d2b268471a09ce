import type { OpenContext } from '../../container-format.js';
import { decompressRtf } from '../../decoders/compressed-rtf.js';
import type { OpenedItem } from '../../opened-item.js';
import type { ContainerBudget } from '../../walk-limits.js';
import { damaged } from '../give-part.js';
import { mapiProperties } from './mapi-properties.js';

const attributes = {
  title: 0x8010,
  data: 0x800f,
  picture: 0x8011,
  begins: 0x9002,
  properties: 0x9005,
  body: 0x800c,
  message: 0x9003,
};
const property = { data: 0x3701, longName: 0x3707, name: 0x3704, body: 0x1000, rtf: 0x1009, html: 0x1013 };
const objectType = 0x000d;
const unicodeType = 0x001f;
/** Of an embedded object: the identifier of its interface stands in front of it. */
const identifierBytes = 16;
const headBytes = 9;
const checksumBytes = 2;

interface Attachment {
  name: string | null;
  readonly contents: Buffer[];
  isWhole: boolean;
}

const newAttachment = (): Attachment => ({ name: null, contents: [], isWhole: true });

/** Attachments, bodies and messages inside. */
export function* openTnef(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  let attachment: Attachment | null = null;
  let given = 0;
  let at = 6;
  for (; isAttribute(bytes, at);) {
    const id = bytes.readUInt32LE(at + 1) & 0xffff;
    const start = at + headBytes;
    const end = start + bytes.readUInt32LE(at + 5);
    const value = bytes.subarray(start, end);
    if (id === attributes.begins) {
      if (attachment !== null) given += yield* finished(attachment, budget);
      attachment = newAttachment();
    } else if (isOfMessage(id)) given += yield* ofMessage(id, value, budget);
    else {
      attachment ??= newAttachment();
      takeAttribute(attachment, id, value);
    }
    at = end + checksumBytes;
    budget.checkTime();
  }
  if (attachment !== null) given += yield* finished(attachment, budget);
  if (at > bytes.length || (at < bytes.length && at + headBytes > bytes.length))
    yield { kind: 'unexamined', reason: 'damaged', detail: 'it ends too early' };
  else if (at < bytes.length) yield part('data behind', bytes.subarray(at), budget);
  else if (given === 0) yield { kind: 'empty' };
}

const highestType = 9;
/** Of a message or of an attachment; of another level some programs read it as well, where it has a type and a length. */
function isAttribute(bytes: Buffer, at: number): boolean {
  if (at + headBytes > bytes.length) return false;
  if (bytes[at] === 1 || bytes[at] === 2) return true;
  const isTyped = bytes.readUInt16LE(at + 3) <= highestType && (bytes[at + 2] ?? 0) >= 0x80;
  return isTyped && at + headBytes + bytes.readUInt32LE(at + 5) + checksumBytes <= bytes.length;
}

const isOfMessage = (id: number): boolean => id === attributes.message || id === attributes.body;

function takeAttribute(attachment: Attachment, id: number, value: Buffer): void {
  if (id === attributes.title) attachment.name ??= value.toString('latin1').replace(/\0.*$/s, '');
  if (id === attributes.data || id === attributes.picture) attachment.contents.push(value);
  if (id !== attributes.properties) return;
  const { properties, isWhole } = mapiProperties(value);
  attachment.isWhole &&= isWhole;
  for (const { id: name, type, values } of properties) {
    const [first] = values;
    if (first === undefined) continue;
    if (name === property.longName || (name === property.name && attachment.name === null))
      attachment.name = textOf(first, type);
    if (name === property.data)
      attachment.contents.push(type === objectType ? first.subarray(identifierBytes) : first);
  }
}

const textOf = (value: Buffer, type: number): string =>
  value.toString(type === unicodeType ? 'utf16le' : 'latin1').replace(/\0.*$/s, '');

const unread = damaged('its properties cannot be read to the end');

function* finished(
  { name, contents, isWhole }: Attachment,
  budget: ContainerBudget,
): Generator<OpenedItem, number> {
  if (!isWhole) yield unread;
  const filled = contents.filter((content) => content.length > 0);
  for (const content of filled) yield part(name || 'attachment', content, budget);
  return filled.length;
}

function* ofMessage(id: number, value: Buffer, budget: ContainerBudget): Generator<OpenedItem, number> {
  let given = 0;
  const give = function* (label: string, bytes: Buffer | null | undefined): Generator<OpenedItem> {
    if (bytes === null || bytes === undefined || bytes.length === 0) return;
    given += 1;
    yield part(label, bytes, budget);
  };
  if (id === attributes.body) yield* give('text body', value);
  else {
    const { properties, isWhole } = mapiProperties(value);
    for (const { id: name, values } of properties) {
      if (name === property.body) yield* give('text body', values[0]);
      if (name === property.html) yield* give('html body', values[0]);
      if (name === property.rtf && values[0] !== undefined)
        yield* give('rtf body', decompressRtf(values[0], budget.largestPartBytes));
    }
    if (!isWhole) yield unread;
  }
  return given;
}

function part(label: string, bytes: Buffer, budget: ContainerBudget): OpenedItem {
  budget.takePart();
  budget.takeBytes(bytes.length, bytes.length);
  return { kind: 'part', label, bytes };
}
